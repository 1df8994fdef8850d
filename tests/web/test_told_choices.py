"""What somebody chose who rang about a changed date: staff write it down, and it counts as on their own page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.date_change import Choice
from portal.domain.orders import EnrolmentState, OrderState
from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.models.date_change import DateChoice
from portal.models.ledger import Refund
from tests.changed_dates import FIRM, buy, cancel, choose, letters, move, place, run_of_line
from tests.factories import hidden_fields, press
from tests.order_pages import entries, logged, page_of_last
from tests.people import make_staff, reference_of
from tests.shop import Shop, link_in

BOSS = "manager@meridian.example"


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)


def page_of(shop: Shop) -> str:
    """Where the choice about the newest place is written down."""
    return f"{page_of_last(shop)}/dates/{place(shop).reference}"


def told(shop: Shop, browser: FlaskClient, answer: str, by: str = "payer", status: int = 303) -> str:
    """Write it down; what the order's page says then, or the refusal."""
    done = press(browser, page_of(shop), page_of(shop), choice=answer, told_by=by)
    assert done.status_code == status, done.text
    shop.work()
    return browser.get(done.location).text if status == 303 else done.text


def test_a_choice_by_telephone_moves_the_place_and_tells_both(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    cancel(shop, boss)
    for led_from in (page_of_last(shop), "/admin/dates/SPLICE-SOON"):
        assert page_of(shop) in boss.get(led_from).text
    said = told(shop, boss, "to:SPLICE-LATER", "learner")
    assert "It is written down" in said
    assert "by the learner, who told Ruth Bello" in said
    assert "Another date" in said
    assert "We cancelled the date, and asked what should follow" in said
    assert run_of_line(shop) == "SPLICE-LATER"
    (row,) = shop.rows(select(DateChoice))
    assert (row.choice, row.chosen_by) == (Choice.MOVE, "learner")
    by_address = {mail["to"][0]: mail["text"] for mail in shop.letters("The new date")}
    assert "as you told us" in by_address["tom@marlow.example"]
    assert "as Tom Marlow told us" in by_address["priya@nairfibre.example"]
    ours = reference_of(shop.app, BOSS)
    assert logged(shop, Happened.DATE_CHOSEN) == [
        f"{place(shop).reference}: moved to SPLICE-LATER, by the learner, who told {ours}"
    ]
    assert page_of(shop) not in boss.get(page_of_last(shop)).text
    assert "not chosen" not in boss.get("/admin").text


def test_the_money_goes_back_to_whoever_paid_and_nobody_else(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    cancel(shop, boss)
    refused = told(shop, boss, "back", "learner", 422)
    assert "Whoever paid decides about the money" in refused
    assert entries(shop) == {"paid": 57600, "charged": 57600}
    said = told(shop, boss, "back")
    assert "by whoever paid, who told Ruth Bello" in said
    assert shop.orders()[-1].state == OrderState.RETURNED
    assert place(shop).state == EnrolmentState.CANCELLED
    (refund,) = shop.rows(select(Refund))
    assert refund.asked_by == "Ruth Bello"
    (letter,) = shop.letters("is cancelled")
    assert "Since we cancelled the date, you have given back" in letter["text"]
    assert "as you told us" in letter["text"]
    (to_learner,) = shop.letters("has ended")
    assert "Since we cancelled the date, Nair Fibre Ltd" in to_learner["text"]


def test_keeping_a_place_on_a_date_that_moved(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    move(shop, boss)
    page = boss.get(page_of(shop)).text
    assert "Who told you?" not in page
    said = told(shop, boss, "keep")
    assert "Keeps the place" in said
    (letter,) = shop.letters("The place is kept")
    assert "is kept, as you told us" in letter["text"]


def test_the_enquiries_desk_writes_dates_down_and_gives_no_money_back(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    cancel(shop, boss)
    desk = make_staff(shop.app, shop.mailbox, shop.work, Role.ENQUIRIES)
    page = desk.get(page_of(shop)).text
    assert "Have all the money back" not in page
    assert "a manager or finance" in page
    assert "Choose what they would like" in told(shop, desk, "back", status=422)
    assert entries(shop) == {"paid": 57600, "charged": 57600}
    told(shop, desk, "to:SPLICE-LATER")
    assert run_of_line(shop) == "SPLICE-LATER"


def test_nothing_chosen_nobody_named_and_what_was_typed_stays(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    cancel(shop, boss)
    refused = press(boss, page_of(shop), page_of(shop), choice="to:SPLICE-LATER")
    assert refused.status_code == 422
    assert "Choose who told you" in refused.text
    assert 'value="to:SPLICE-LATER" checked' in refused.text
    assert "Choose what they would like" in told(shop, boss, "to:SPLICE-OFF", status=422)


def test_the_first_answer_counts_here_too(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    cancel(shop, boss)
    typed = {**hidden_fields(boss.get(page_of(shop)).text), "told_by": "payer", "choice": "back"}
    choose(shop, link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/"), "to:SPLICE-LATER")
    late = boss.post(page_of(shop), data=typed)
    assert late.status_code == 409
    assert "There is nothing to choose any more" in late.text
    assert run_of_line(shop) == "SPLICE-LATER"
    assert "by the learner" in boss.get(page_of_last(shop)).text


def test_a_place_of_another_order_or_without_a_change_is_not_here(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    first, first_place = page_of_last(shop), place(shop).reference
    assert boss.get(page_of(shop)).status_code == 404
    buy(shop, email="olive@reed.example")
    cancel(shop, boss)
    assert boss.get(f"{page_of_last(shop)}/dates/{first_place}").status_code == 404
    assert boss.get(f"{first}/dates/{first_place}").status_code == 200
    assert press(boss, page_of(shop), f"{page_of_last(shop)}/dates/{first_place}", choice="back").status_code == 404
