"""Who ended a place: letters name whoever did it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.domain.roles import Role
from portal.models.session import writing
from portal.records import courses
from tests.changed_dates import FIRM, buy, choose, free_and_cancelled, letters
from tests.factories import hidden_fields, press
from tests.order_pages import page_of_last
from tests.people import make_staff
from tests.shop import COURSE, Shop, link_in


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)


def test_the_learner_of_a_free_place_who_gives_it_back_is_named_for_it(shop: Shop, boss: FlaskClient) -> None:
    free_and_cancelled(shop, boss)
    choose(shop, link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/"), "back")
    shop.mailbox.empty()
    shop.work()
    to_payer, to_learner = sorted(shop.letters(), key=lambda mail: mail["to"][0])
    assert "Since we cancelled the date, Tom Marlow has given back the place" in to_payer["text"]
    assert "You have cancelled" not in to_payer["text"]
    assert "is given back" in to_payer["subject"]
    assert "you have given back your place" in to_learner["text"]
    assert "Olive Reed" not in to_learner["text"]


def test_a_learner_whose_place_staff_ended_with_the_money_reads_that_it_was_us(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    page = f"{page_of_last(shop)}/refund"
    checked = press(boss, page, page, amount="576.00", ends="1", reason="The hall burnt down")
    assert checked.status_code == 200, checked.text
    assert boss.post(f"{page}/send", data=hidden_fields(checked.text)).status_code == 303
    shop.work()
    (letter,) = shop.letters("has ended")
    assert "We have ended your place" in letter["text"]
    assert "has given it up" not in letter["text"]


def test_whoever_cancels_what_gave_nothing_reads_the_same_as_anybody(shop: Shop) -> None:
    """Else the letter would tell a stranger that somebody has the course."""
    with shop.app.app_context(), writing() as session:
        courses.get_by_code(session, COURSE).price_pence = 0
    theirs = {"learner_name": "Tom Marlow", "course_email": "tom@marlow.example", "start": "", "code": ""}
    browser = shop.browser()
    assert shop.order(browser, **theirs).status_code == 303
    second = shop.order(browser, **theirs, full_name="Olive Reed", email="olive@reed.example").location
    assert press(browser, f"{second}/cancel", f"{second}/cancel").status_code == 303
    shop.work()
    (letter,) = shop.letters("is cancelled")
    assert letter["to"] == ["olive@reed.example"]
    assert "It cost nothing, so nothing goes back" in letter["text"]
    assert "If a payment still arrives" not in letter["text"]
