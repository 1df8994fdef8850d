"""A date that staff move or cancel: who is written to, what they choose, and what follows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain import days
from portal.domain.date_change import Choice
from portal.domain.delivery import Lane
from portal.domain.orders import EnrolmentState, OrderState, Seat
from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.models.course_run import CourseRun
from portal.models.date_change import DateChange, DateChoice
from portal.models.enrolment import Enrolment
from portal.models.order import OrderLine
from portal.services import imports, outbox
from tests.editing import save
from tests.factories import PASSWORD, RUNS, hidden_fields, in_days, press
from tests.order_pages import DATED, entries, logged, set_capacity
from tests.people import make_staff
from tests.shop import Shop, link_in

DATES = f"/admin/courses/{DATED}/dates"
SOON = f"{DATES}/SPLICE-SOON"
FIRM = {
    **{"buyer": "organisation", "organisation": "Nair Fibre Ltd", "start": ""},
    **{"learner_name": "Tom Marlow", "course_email": "tom@marlow.example"},
}
ME = {"run": "SPLICE-SOON", "start": ""}
OTHER_DAY = {"starts_on": days.typed(in_days(33)), "ends_on": days.typed(in_days(34))}


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)


def buy(shop: Shop, **changes: str) -> str:
    """A place on the date; the order's reference."""
    return shop.buy(None, DATED, **{**ME, **changes})


def move(shop: Shop, boss: FlaskClient, **changes: str) -> None:
    """Staff save other days."""
    saved = save(boss, SOON, **(changes or OTHER_DAY))
    assert saved.status_code == 303, saved.text
    shop.work()


def cancel(shop: Shop, boss: FlaskClient) -> None:
    """Staff cancel the date."""
    assert press(boss, f"{SOON}/cancel", f"{SOON}/cancel").status_code == 303
    shop.work()


def letters(shop: Shop, to: str = "", subject: str = "a date") -> list[dict[str, Any]]:
    return [mail for mail in shop.letters(subject) if not to or mail["to"] == [to]]


def choose(shop: Shop, link: str, answer: str, status: int = 303) -> str:
    """Press the button of the page; what the page says then."""
    browser = shop.browser()
    page = browser.get(link)
    assert page.status_code == 200, page.status_code
    done = browser.post(link, data={**hidden_fields(page.text), "choice": answer})
    assert done.status_code == status, done.text
    return browser.get(done.location).text if status == 303 else done.text


def later(shop: Shop, number: int) -> None:
    """Let so many days pass, and everything that follows happen."""
    parts = shop.app.extensions["portal"]
    parts.clock.advance(dt.timedelta(days=number))
    with shop.app.app_context():
        for plan in shop.app.extensions["portal.plans"]:
            plan()
        while outbox.work_once(Lane.TIME, shop.app.extensions["portal.handlers"], parts.clock).worked:
            pass
    shop.work()


def place(shop: Shop) -> Enrolment:
    found = shop.rows(select(Enrolment).order_by(Enrolment.id))[-1]
    assert isinstance(found, Enrolment)
    return found


def run_of_line(shop: Shop) -> str:
    query = select(CourseRun.code).join(OrderLine, OrderLine.course_run_id == CourseRun.id)
    return str(shop.rows(query.order_by(OrderLine.id))[-1])


def test_a_moved_date_writes_to_the_learner_and_to_whoever_paid_once_each(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    move(shop, boss)
    (to_learner,) = letters(shop, "tom@marlow.example")
    (to_payer,) = letters(shop, "priya@nairfibre.example")
    assert "It was: " in to_learner["text"]
    assert "Birmingham" in to_learner["text"]
    assert f"{in_days(33):%A} {in_days(33).day}" in to_learner["text"]
    assert "all the money back" in to_payer["text"]
    assert "Nair Fibre Ltd, who ordered it, has the same letter" in to_learner["text"]
    later(shop, 1)
    assert len(letters(shop)) == 2
    page = boss.get("/admin/dates/SPLICE-SOON").text
    for words in ("Tom Marlow", "tom@marlow.example", "Nair Fibre Ltd", "Not yet: keeps it"):
        assert words in page
    assert "1 person with a place was written to, and 1 has still to choose" in boss.get(SOON).text


def test_whoever_paid_for_themselves_has_one_letter(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    move(shop, boss)
    (letter,) = letters(shop)
    assert letter["to"] == ["priya@nairfibre.example"]


@pytest.mark.parametrize(
    "changes",
    [{"capacity": "9"}, {"active": None}, {"place": " birmingham"}, {}],
)
def test_what_changes_nobodys_plans_writes_to_nobody(shop: Shop, boss: FlaskClient, changes: dict[str, Any]) -> None:
    buy(shop)
    move(shop, boss, **(changes or {"capacity": "8"}))
    assert letters(shop) == []
    assert shop.rows(select(DateChange)) == []


def test_a_date_without_anybody_on_it_writes_to_nobody(shop: Shop, boss: FlaskClient) -> None:
    move(shop, boss)
    cancel(shop, boss)
    assert shop.rows(select(DateChange)) == []
    assert "Nobody was written to" in boss.get("/admin/dates/SPLICE-SOON").text


def test_keeping_it_is_confirmed_and_the_course_opens_on_the_new_day(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    own = link_in(shop.letters("Your order")[-1], "/your-place/")
    browser = shop.browser()
    page = browser.get(own)
    assert browser.post(own, data={**hidden_fields(page.text), "password": PASSWORD}).status_code == 303
    shop.work()
    move(shop, boss)
    assert "choose what happens" in browser.get("/account/courses").text
    said = choose(shop, link_in(letters(shop)[-1], "/your-date/"), "keep")
    assert "Your place is kept" in said
    shop.work()
    assert len(shop.letters("The place is kept")) == 1
    assert "choose what happens" not in browser.get("/account/courses").text
    later(shop, 31)
    assert place(shop).state == EnrolmentState.WAITING_TO_OPEN
    later(shop, 3)
    assert place(shop).state == EnrolmentState.OPEN
    assert logged(shop, Happened.DATE_CHOSEN) == [f"{place(shop).reference}: kept, by the payer"]


def test_another_date_takes_the_seat_along(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    cancel(shop, boss)
    link = link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/")
    said = choose(shop, link, "to:SPLICE-LATER")
    assert "on another date now" in said
    shop.work()
    assert run_of_line(shop) == "SPLICE-LATER"
    (line,) = shop.rows(select(OrderLine))
    assert line.seat == Seat.TAKEN
    assert "Leeds" in line.description
    assert {mail["to"][0] for mail in shop.letters("The new date")} == {"tom@marlow.example", "priya@nairfibre.example"}
    again = shop.browser().get(link).text
    assert "on another date now" in again
    (row,) = shop.rows(select(DateChoice))
    assert (row.choice, row.chosen_by) == (Choice.MOVE, "learner")
    assert "Another date" in boss.get("/admin/dates/SPLICE-SOON").text


def test_a_date_that_filled_up_meanwhile_is_refused_and_nothing_is_lost(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    cancel(shop, boss)
    link = link_in(letters(shop)[-1], "/your-date/")
    browser = shop.browser()
    page = browser.get(link).text
    set_capacity(shop, "SPLICE-LATER", 0)
    refused = browser.post(link, data={**hidden_fields(page), "choice": "to:SPLICE-LATER"})
    assert refused.status_code == 422
    assert "Choose what you would like" in refused.text
    assert run_of_line(shop) == "SPLICE-SOON"
    assert browser.post(link, data={**hidden_fields(page), "choice": "keep"}).status_code == 422
    assert browser.post(link, data={**hidden_fields(page)}).status_code == 422


@pytest.mark.parametrize("days_later", [0, 20])
def test_all_the_money_goes_back_whatever_day_it_is(shop: Shop, boss: FlaskClient, days_later: int) -> None:
    reference = buy(shop)
    later(shop, days_later)
    move(shop, boss)
    link = link_in(letters(shop)[-1], "/your-date/")
    assert "Have all the money back, £576.00" in shop.browser().get(link).text
    assert "The place is given back" in choose(shop, link, "back")
    shop.work()
    assert entries(shop) == {"paid": 57600, "charged": 57600, "credited": 57600, "refunded": 57600}
    assert shop.orders()[-1].state == OrderState.RETURNED
    assert place(shop).state == EnrolmentState.CANCELLED
    (letter,) = shop.letters("cancelled")
    assert any(name.startswith("Credit note") for name in _enclosed(letter)) or "credit note" in letter["text"]
    assert reference in letter["text"]
    (line,) = shop.rows(select(OrderLine))
    assert line.seat == Seat.RELEASED


def _enclosed(letter: dict[str, Any]) -> list[str]:
    return [str(one) for one in letter.get("attachments", [])]


def test_a_learner_for_whom_somebody_else_paid_can_not_take_the_money(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    move(shop, boss)
    link = link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/")
    assert "money back" not in shop.browser().get(link).text
    choose(shop, link, "back", 422)
    assert entries(shop) == {"paid": 57600, "charged": 57600}
    own = link_in(letters(shop, "priya@nairfibre.example")[-1], "/your-date/")
    choose(shop, own, "back")
    shop.work()
    assert entries(shop)["refunded"] == 57600
    assert [mail["to"] for mail in shop.letters("has ended")] == [["tom@marlow.example"]]
    assert shop.browser().get(link).status_code == 410


def test_the_first_answer_counts(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    move(shop, boss)
    own = link_in(letters(shop, "priya@nairfibre.example")[-1], "/your-date/")
    link = link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/")
    browser = shop.browser()
    page = browser.get(link).text
    choose(shop, own, "keep")
    refused = browser.post(link, data={**hidden_fields(page), "choice": "to:SPLICE-LATER"})
    assert refused.status_code == 409
    assert "There is nothing to choose any more" in refused.text
    assert run_of_line(shop) == "SPLICE-SOON"


def test_a_cancelled_date_stands_on_needs_you_until_all_have_chosen_and_reminds_after_three_days(
    shop: Shop, boss: FlaskClient
) -> None:
    buy(shop)
    cancel(shop, boss)
    assert "a cancelled date with 1 person who have not chosen" in boss.get("/admin").text
    later(shop, 2)
    assert len(letters(shop)) == 1
    later(shop, 1)
    (reminder,) = letters(shop, subject="Please choose")
    later(shop, 4)
    assert len(letters(shop, subject="Please choose")) == 1
    choose(shop, link_in(reminder, "/your-date/"), "to:SPLICE-LATER")
    assert "who have not chosen" not in boss.get("/admin").text


def test_nobody_buys_a_cancelled_date_and_it_stays_as_it_is(shop: Shop, boss: FlaskClient) -> None:
    session = shop.session(shop.browser(), DATED, **ME)
    cancel(shop, boss)
    assert "SPLICE-SOON" not in shop.browser().get(f"/courses/{DATED}").text
    shop.stripe.pay(session)
    shop.work()
    assert shop.orders()[-1].state == OrderState.HELD_UP
    page = boss.get(SOON).text
    assert "Cancelled" in page
    assert "Save this date" not in page
    seal = {"starts_on": "1/12/2027", "active": "yes"}
    hidden = hidden_fields(boss.get(f"{DATES}/SPLICE-LATER").text)
    assert boss.post(SOON, data={**hidden, **seal}).status_code == 409
    assert press(boss, f"{DATES}/SPLICE-LATER", f"{SOON}/cancel").status_code == 303
    with shop.app.app_context(), pytest.raises(Exception, match="is cancelled"):
        imports.course_runs(RUNS)


def test_a_date_that_a_file_moves_is_told_too(shop: Shop) -> None:
    buy(shop)
    with shop.app.app_context():
        imports.course_runs(RUNS)
    shop.work()
    assert letters(shop) == []
    with shop.app.app_context():
        imports.course_runs(RUNS.replace("SPLICE-SOON," + str(in_days(30)), "SPLICE-SOON," + str(in_days(31))))
    shop.work()
    assert len(letters(shop)) == 1


def test_changed_once_more_before_they_chose_asks_once_more(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    move(shop, boss)
    cancel(shop, boss)
    assert len(letters(shop)) == 2
    first, second = shop.rows(select(DateChoice).order_by(DateChoice.id))
    assert (first.choice, second.choice) == (Choice.OVERTAKEN, None)
    assert "We have cancelled this date" in shop.browser().get(link_in(letters(shop)[0], "/your-date/")).text


def test_changed_twice_before_a_letter_was_written_is_one_change(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    save(boss, SOON, **OTHER_DAY)
    save(boss, SOON, place="Derby")
    shop.work()
    (letter,) = letters(shop)
    assert "Birmingham" in letter["text"].partition("It is now")[0]
    assert "Derby" in letter["text"].partition("It is now")[2]


def test_whoever_was_paying_when_it_moved_is_told_the_day_after(shop: Shop, boss: FlaskClient) -> None:
    session = shop.session(shop.browser(), DATED, **ME)
    move(shop, boss)
    shop.stripe.pay(session)
    shop.work()
    assert letters(shop) == []
    later(shop, 1)
    assert len(letters(shop)) == 1


def test_it_is_too_late_once_the_date_has_begun(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    move(shop, boss)
    link = link_in(letters(shop)[-1], "/your-date/")
    later(shop, 34)
    page = shop.browser().get(link)
    assert "There is nothing to choose any more" in page.text
    assert "Confirm my choice" not in page.text
