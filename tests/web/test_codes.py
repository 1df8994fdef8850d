"""Access codes through the pages: a place without payment for whoever has one, and nothing for whoever guesses."""

from __future__ import annotations

import pytest

from portal.domain.access_codes import as_shown
from portal.domain.orders import EnrolmentState, OrderState
from portal.models.course import Sold
from portal.models.session import writing
from portal.records import courses
from portal.records.access_codes import REFUSED
from tests.codes import alike, issue_code, places
from tests.factories import PASSWORD, make_trainee, press
from tests.shop import BUYER, COURSE, Shop, link_in

PROVED = {**dict.fromkeys(("age_confirmed", "full_name", "email", "region", "heard_from"), "")}


def _refused(shop: Shop, code: str, **changes: str) -> None:
    answer = shop.check(shop.browser(), **{"code": code, **changes})
    assert answer.status_code == 422
    assert REFUSED in answer.text
    assert f'value="{changes.get("email", BUYER["email"])}"' in answer.text


@pytest.mark.promise("OTT-12")
def test_a_code_gives_a_place_without_payment_to_whoever_proves_the_address(shop: Shop) -> None:
    code = issue_code(shop.app, uses=2)
    browser = shop.browser()
    page = browser.get(f"/courses/{COURSE}/enrol?code={code}").text
    assert f'value="{code}"' in page
    assert "With an access code. There is nothing to pay." in page
    assert "When should your course open?" not in page
    assert "Stripe" not in page
    checked = shop.check(browser, code=f" {as_shown(code).lower()} ", start="")
    for words in ("Nothing", "Order this place", as_shown(code), "Access code"):
        assert words in checked.text
    assert "Stripe" not in checked.text
    ordered = shop.press_pay(browser, checked)
    assert ordered.status_code == 303
    assert shop.press_pay(browser, checked).status_code == 303
    (order,) = shop.orders()
    assert (order.state, order.total_pence) == (OrderState.FREE, 0)
    (place,) = places(shop)
    assert place.state == EnrolmentState.WAITING_FOR_LEARNER
    shop.work()
    (letter,) = shop.mailbox.list_mails()
    link = link_in(letter, "/your-place/")
    assert press(browser, link, link, password=PASSWORD).location == "/account/courses"
    shop.work()
    assert "Open" in browser.get("/account/courses").text


def test_pressing_twice_with_the_last_use_of_a_code_answers_the_same_order(shop: Shop) -> None:
    code, browser = issue_code(shop.app, uses=1), shop.browser()
    checked = shop.check(browser, code=code)
    first, second = shop.press_pay(browser, checked), shop.press_pay(browser, checked)
    assert (first.status_code, first.location) == (303, second.location)
    assert len(shop.orders()) == 1


@pytest.mark.promise("OTT-12")
def test_a_code_that_opens_nothing_is_refused_in_one_way_whatever_is_the_matter(shop: Shop) -> None:
    _refused(shop, "AAAA-BBBB-CCCC")
    _refused(shop, "%20' OR 1=1")
    _refused(shop, issue_code(shop.app, course="FIB-SPLICE"))
    _refused(shop, issue_code(shop.app, days=-1))
    _refused(shop, issue_code(shop.app, stopped=True))
    used = issue_code(shop.app, uses=1)
    assert shop.order(shop.browser(), code=used, email="first@people.example").status_code == 303
    _refused(shop, used)
    assert len(places(shop)) == 1


def test_a_code_that_is_used_up_between_check_and_order_is_refused_and_nothing_typed_is_lost(shop: Shop) -> None:
    code, browser = issue_code(shop.app, uses=1), shop.browser()
    checked = shop.check(browser, code=code)
    assert shop.order(shop.browser(), code=code, email="first@people.example").status_code == 303
    late = shop.press_pay(browser, checked)
    assert late.status_code == 422
    assert REFUSED in late.text
    assert 'value="priya@nairfibre.example"' in late.text


def test_a_second_use_by_the_same_person_gives_nothing_and_tells_a_stranger_nothing(shop: Shop) -> None:
    code = issue_code(shop.app, uses=3)
    pages = []
    for email in ("Priya@NairFibre.example", "priya@nairfibre.example"):
        browser = shop.browser()
        pages.append(browser.get(shop.order(browser, code=code, email=email).location).text)
    assert alike(shop, pages[0]) == alike(shop, pages[1])
    assert len(places(shop)) == 1
    shop.work()
    first, second = shop.mailbox.list_mails()
    assert first["subject"].startswith("Your order")
    assert second["subject"].startswith("You have this place already")
    assert link_in(first, "/your-place/") == link_in(second, "/your-place/")
    third = shop.order(shop.browser(), code=code, email="other@people.example")
    assert third.status_code == 303
    assert len(places(shop)) == 2


def test_whoever_is_signed_in_is_told_that_the_place_is_theirs_already(shop: Shop) -> None:
    code, browser = issue_code(shop.app), shop.browser()
    make_trainee(browser, shop.mailbox, shop.work)
    for status in (303, 422):
        checked = shop.check(browser, **PROVED, code=code)
        answer = shop.press_pay(browser, checked)
        assert answer.status_code == status
    assert "You have a place on this course already" in answer.text
    shop.work()
    assert "Open" in browser.get("/account/courses").text
    assert [place.state for place in places(shop)] == [EnrolmentState.OPEN]


def test_a_stranger_who_orders_for_somebody_with_a_place_hears_what_everybody_hears(shop: Shop) -> None:
    code, theirs = issue_code(shop.app), shop.browser()
    make_trainee(theirs, shop.mailbox, shop.work)
    assert shop.press_pay(theirs, shop.check(theirs, **PROVED, code=code)).status_code == 303
    shop.work()
    shop.mailbox.empty()
    pages, letters = [], []
    for email in ("nobody@people.example", "aoife@odowd.example"):
        stranger = shop.browser()
        own = shop.order(stranger, code=code, learner_name="Aoife O’Dowd", course_email=email).location
        shop.work()
        pages.append(alike(shop, stranger.get(own).text))
        (mail,) = [one for one in shop.mailbox.list_mails() if one["to"] == [BUYER["email"]]]
        letters.append(alike(shop, mail["text"]))
        (own_letter,) = [one for one in shop.mailbox.list_mails() if one["to"] == [email]]
        shop.mailbox.empty()
    assert pages[0] == pages[1]
    assert letters[0] == letters[1]
    assert "You have a place already" in own_letter["text"]
    assert len(places(shop)) == 2


def test_a_place_that_is_declined_frees_the_use_for_somebody_else(shop: Shop) -> None:
    code = issue_code(shop.app, uses=1)
    shop.order(shop.browser(), code=code, learner_name="Tom Marlow", course_email="tom@marlow.example")
    shop.work()
    _refused(shop, code, email="late@people.example")
    (offer,) = [mail for mail in shop.mailbox.list_mails() if mail["to"] == ["tom@marlow.example"]]
    link, browser = link_in(offer, "/your-place/"), shop.browser()
    assert press(browser, link, f"{link}/decline").status_code == 303
    shop.work()
    last = shop.mailbox.list_mails()[-1]
    assert (last["to"], "It cost nothing" in last["text"]) == ([BUYER["email"]], True)
    assert "The place is still yours" not in last["text"]
    assert shop.order(shop.browser(), code=code, email="late@people.example").status_code == 303
    assert [place.state for place in places(shop)] == [EnrolmentState.CANCELLED, EnrolmentState.WAITING_FOR_LEARNER]


def test_a_code_of_a_course_that_is_not_sold_here_has_its_field(shop: Shop) -> None:
    with shop.app.app_context(), writing() as session:
        courses.get_by_code(session, COURSE).sold = Sold.PARTNERS
    page = shop.browser().get(f"/courses/{COURSE}/enrol").text
    assert 'name="code"' in page
    assert "Stripe" not in page
    missing = shop.check(shop.browser(), code="")
    assert missing.status_code == 422
    assert "Enter your access code" in missing.text
    assert shop.order(shop.browser(), code=issue_code(shop.app)).status_code == 303
