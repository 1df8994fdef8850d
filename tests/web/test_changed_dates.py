"""A date that staff move or cancel: who is written to, when, and what staff read of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.date_change import Choice
from portal.domain.orders import OrderState
from portal.domain.roles import Role
from portal.models.date_change import DateChange, DateChoice
from portal.services import imports
from tests.changed_dates import (
    DATES,
    FIRM,
    ME,
    OTHER_DAY,
    SOON,
    buy,
    cancel,
    choose,
    letters,
    move,
)
from tests.editing import save
from tests.factories import PASSWORD, RUNS, hidden_fields, in_days, press
from tests.order_pages import DATED
from tests.people import make_staff
from tests.shop import Shop, link_in


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)


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
    shop.days_pass(1)
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


def test_a_cancelled_date_stands_on_needs_you_until_all_have_chosen_and_reminds_after_three_days(
    shop: Shop, boss: FlaskClient
) -> None:
    buy(shop)
    cancel(shop, boss)
    assert "a cancelled date with 1 person who has not chosen" in boss.get("/admin").text
    shop.days_pass(2)
    assert len(letters(shop)) == 1
    shop.days_pass(1)
    (reminder,) = letters(shop, subject="Please choose")
    shop.days_pass(4)
    assert len(letters(shop, subject="Please choose")) == 1
    choose(shop, link_in(reminder, "/your-date/"), "to:SPLICE-LATER")
    assert "not chosen" not in boss.get("/admin").text


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
    seal = {"starts_on": f"{in_days(90):%d/%m/%Y}", "active": "yes"}
    hidden = hidden_fields(boss.get(f"{DATES}/SPLICE-LATER").text)
    assert boss.post(SOON, data={**hidden, **seal}).status_code == 409
    assert press(boss, f"{DATES}/SPLICE-LATER", f"{SOON}/cancel").status_code == 303
    with shop.app.app_context(), pytest.raises(Exception, match="is cancelled"):
        imports.course_runs(RUNS)


def test_a_date_that_a_file_moves_is_told_too(shop: Shop) -> None:
    buy(shop)
    by = shop.app.extensions["portal"].clock
    with shop.app.app_context():
        imports.course_runs(RUNS, clock=by)
    shop.work()
    assert letters(shop) == []
    with shop.app.app_context():
        imports.course_runs(
            RUNS.replace("SPLICE-SOON," + str(in_days(30)), "SPLICE-SOON," + str(in_days(31))), clock=by
        )
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
    shop.days_pass(1)
    assert len(letters(shop)) == 1


def test_it_is_too_late_once_the_date_has_begun(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    move(shop, boss)
    link = link_in(letters(shop)[-1], "/your-date/")
    shop.days_pass(34)
    page = shop.browser().get(link)
    assert "There is nothing to choose any more" in page.text
    assert "Confirm my choice" not in page.text


def test_the_first_page_of_the_account_says_that_a_date_is_cancelled_and_leads_on(
    shop: Shop, boss: FlaskClient
) -> None:
    buy(shop)
    learner = shop.browser()
    own = link_in(shop.letters("Your order")[-1], "/your-place/")
    learner.post(own, data={**hidden_fields(learner.get(own).text), "password": PASSWORD})
    assert "This date is cancelled" not in learner.get("/account").text
    cancel(shop, boss)
    page = learner.get("/account").text
    assert "We have cancelled this date, and are sorry. You choose what happens; nothing is lost meanwhile." in page
    assert "Birmingham" not in page.partition('class="next card"')[2].partition("</section>")[0]
    found = re.search(r'class="button" href="(/your-date/[^"]+)"', page)
    assert found
    assert "We have cancelled this date" in learner.get(found.group(1)).text


def test_a_cancelled_date_is_called_so_in_the_list_of_dates(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    assert "Cancelled" not in boss.get(DATES).text
    cancel(shop, boss)
    assert "Cancelled" in boss.get(DATES).text
