"""Another learner is named for a place that nobody has taken up: by the payer's link, signed in, or by staff."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.orders import EnrolmentState
from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.models.enrolment import Enrolment
from portal.models.order import OrderLine, OrderTrouble
from portal.models.security_event import SecurityEvent
from tests.factories import PASSWORD, hidden_fields, make_trainee, press
from tests.people import make_staff
from tests.shop import COURSE, Shop, link_in

TOM = {"learner_name": "Tom Marlow", "course_email": "tom@marlow.example"}
EVE = {"learner_name": "Eve Ames", "course_email": "eve@ames.example"}


def _bought(shop: Shop, **changes: str) -> str:
    """Priya buys a place for Tom; the path of her own page of it."""
    shop.buy(**{**TOM, **changes})
    return link_in(shop.letters("Your order")[-1], "/your-order/")


def _place(shop: Shop) -> Enrolment:
    (found,) = shop.rows(select(Enrolment))
    assert isinstance(found, Enrolment)
    return found


def _take_up(shop: Shop, path: str) -> str:
    browser = shop.browser()
    page = browser.get(path)
    assert page.status_code == 200, page.status_code
    answers = {"age_confirmed": "yes", "full_name": "Eve Ames", "region": "wales", "heard_from": "A search"}
    hidden = hidden_fields(page.text)
    taken = browser.post(path, data={**hidden, **answers, "password": PASSWORD, "terms": "yes"})
    return taken.location


def test_the_payer_names_another_and_the_link_before_is_dead(shop: Shop) -> None:
    own = _bought(shop)
    first = link_in(shop.letters("has ordered a place for you")[-1], "/your-place/")
    with shop.app.app_context():
        shop.app.extensions["portal"].clock.advance(dt.timedelta(days=20))
    browser = shop.browser()
    assert f'href="{own}/learner' in browser.get(own).text
    sent = press(browser, f"{own}/learner", f"{own}/learner", **EVE)
    assert sent.location == f"{own}?done=named"
    assert "Another learner is named" in browser.get(sent.location).text
    shop.work()
    letter = shop.letters("has ordered a place for you")[-1]
    assert letter["to"] == [EVE["course_email"]]
    assert browser.get(first).status_code == 410
    second = link_in(letter, "/your-place/")
    with shop.app.app_context():
        shop.app.extensions["portal"].clock.advance(dt.timedelta(days=29))  # all its days, from then on
    assert _take_up(shop, second) == "/account/courses"
    assert "Tom" not in browser.get(own).text
    logged = shop.rows(select(SecurityEvent).where(SecurityEvent.kind == Happened.LEARNER_NAMED))
    assert [one.detail for one in logged] == [f"{shop.orders()[0].reference}: {_place(shop).reference}"]
    again = press(browser, "/enquire", f"{own}/learner", place=_place(shop).reference, **TOM)
    assert (again.status_code, "No place of this order waits" in again.text) == (409, True)


def test_a_place_that_was_declined_waits_for_whom_the_payer_names(shop: Shop) -> None:
    own = _bought(shop)
    link = link_in(shop.letters("has ordered a place for you")[-1], "/your-place/")
    browser = shop.browser()
    press(browser, link, f"{link}/decline")
    shop.work()
    assert press(browser, f"{own}/learner", f"{own}/learner", **EVE).status_code == 303
    shop.work()
    assert shop.letters("has ordered a place for you")[-1]["to"] == [EVE["course_email"]]
    (line,) = shop.rows(select(OrderLine))
    assert (line.learner_name, line.telephone, line.is_payer) == ("Eve Ames", None, False)


def test_what_the_payer_accepted_for_themselves_counts_for_nobody_else(shop: Shop) -> None:
    own = _bought(shop, learner_name="", course_email="")
    assert _place(shop).terms_version
    browser = shop.browser()
    assert press(browser, f"{own}/learner", f"{own}/learner", **EVE).status_code == 303
    assert (_place(shop).terms_version, _place(shop).state) == ("", EnrolmentState.WAITING_FOR_LEARNER)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"learner_name": ""}, "Enter the learner’s full name"),
        ({"learner_name": "see www.spam.example"}, "without an address of a website"),
        ({"course_email": ""}, "Enter the learner’s email address"),
        ({"course_email": "eve"}, "with an @ in it"),
        ({"place": "ENR-7777-7777"}, "Choose which place"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(shop: Shop, typed: dict[str, str], said: str) -> None:
    own = _bought(shop)
    answer = press(shop.browser(), f"{own}/learner", f"{own}/learner", **{**EVE, **typed})
    assert answer.status_code == 422
    assert said in answer.text
    kept = {**EVE, **typed}
    assert kept["learner_name"] in answer.text
    assert kept["course_email"] in answer.text
    assert _place(shop).link_epoch == 1


@pytest.mark.promise("OTT-12")
def test_the_payer_never_learns_that_somebody_has_the_course(shop: Shop) -> None:
    """Every answer is as for a stranger; only the person named, who proves the address, hears that they have it."""
    _has_the_course(shop)
    own = _bought(shop)
    browser = shop.browser()
    sent = press(browser, f"{own}/learner", f"{own}/learner", **EVE)
    assert sent.location == f"{own}?done=named"
    shop.work()
    offer = shop.letters("has ordered a place for you")[-1]
    assert offer["to"] == [EVE["course_email"]]
    assert "Your place is sure" in browser.get(own).text
    theirs = link_in(offer, "/your-place/")
    told = press(shop.browser(), theirs, theirs, terms="yes")
    assert (told.status_code, "You have this course already" in told.text) == (409, True)
    assert "Priya Nair is told only that it was not taken up" in told.text
    shop.work()
    page = browser.get(own).text
    assert "Your place waits for a name" in page
    (letter,) = shop.letters("A place that nobody took up")
    assert letter["to"] == ["priya@nairfibre.example"]
    for words in (page, letter["text"]):
        assert "Eve" not in words
        assert "already" not in words
        assert "twice" not in words
    assert shop.rows(select(OrderTrouble)) == []
    assert shop.browser().get(theirs).status_code == 410
    assert press(browser, f"{own}/learner", f"{own}/learner", **TOM).location == f"{own}?done=named"


def test_who_pays_for_their_own_second_place_is_told_how_to_have_the_money_back(shop: Shop) -> None:
    _has_the_course(shop, **{**EVE, "full_name": "Eve Ames", "email": EVE["course_email"]})
    shop.buy(full_name="Eve Ames", email=EVE["course_email"])
    theirs = link_in(shop.letters("Your order")[-1], "/your-place/")
    told = press(shop.browser(), theirs, theirs)
    assert (told.status_code, "our letter says how somebody else can have it" in told.text) == (409, True)
    shop.work()
    (letter,) = shop.letters("A place that nobody took up")
    assert letter["to"] == [EVE["course_email"]]
    assert "have your money back" in letter["text"]


def test_a_place_that_waits_for_somebody_is_no_news_to_another_payer(shop: Shop) -> None:
    shop.buy(**EVE, email="other@people.example")
    own = _bought(shop, **EVE)
    assert "Your place is sure" in shop.browser().get(own).text
    assert shop.letters("paid twice") == []
    assert len(shop.letters("has ordered a place for you")) == 2


def test_staff_and_the_person_themselves_are_told_who_has_the_course(shop: Shop) -> None:
    owner = shop.browser()
    make_trainee(owner, shop.mailbox, shop.work)
    _order_of(shop, owner)
    own = f"/orders/{shop.orders()[-1].reference}/learner"
    manager = make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)
    _has_the_course(shop)
    desk = f"/admin{own}"
    answer = press(manager, desk, desk, **EVE)
    assert (answer.status_code, "has a place on this course already" in answer.text) == (422, True)
    spelled = {**TOM, "learner_name": "Thomas Marlow"}  # only the name was wrong
    assert press(manager, desk, desk, **spelled).status_code == 303


def _has_the_course(shop: Shop, **changes: str) -> None:
    """Eve has the course, in an account of hers."""
    shop.buy(**{**EVE, "email": "other@people.example", **changes})
    letter = "Your order" if changes else "has ordered a place for you"
    assert _take_up(shop, link_in(shop.letters(letter)[-1], "/your-place/")) == "/account/courses"


def test_signed_in_it_is_the_payers_alone(shop: Shop) -> None:
    owner, other = shop.browser(), shop.browser()
    make_trainee(owner, shop.mailbox, shop.work)
    make_trainee(other, shop.mailbox, shop.work, email="other@people.example")
    own = f"/orders/{_order_of(shop, owner)}/learner"
    assert other.get(own).status_code == 404
    assert press(other, "/account", own, **EVE).status_code == 404
    assert press(owner, own, own, **EVE).location == own.replace("/learner", "?done=named")
    logged = shop.rows(select(SecurityEvent).where(SecurityEvent.kind == Happened.LEARNER_NAMED))
    assert logged[0].account_id == shop.orders()[0].payer_id


def _order_of(shop: Shop, browser: FlaskClient) -> str:
    answers = ("full_name", "email", "region", "heard_from", "age_confirmed")
    return shop.buy(browser, COURSE, **dict.fromkeys(answers, ""), **TOM)


def test_a_forged_link_is_not_here_and_one_that_has_run_out_leads_to_a_new_one(shop: Shop) -> None:
    own = _bought(shop)
    browser = shop.browser()
    assert browser.get("/your-order/x/learner").status_code == 404
    with shop.app.app_context():
        shop.app.extensions["portal"].clock.advance(dt.timedelta(days=4000))
    assert browser.get(f"{own}/learner").location == own
    assert browser.get(own).status_code == 410
