"""A link to a choice that has run out: a new one is mailed to the address that it was for, and to no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

import config
from portal.domain.roles import Role
from tests.changed_dates import FIRM, buy, cancel, choose, letters, move
from tests.factories import PASSWORD, press
from tests.people import make_staff
from tests.shop import Shop, link_in

LATER = 91
TAKEN_UP = {
    **{"age_confirmed": "yes", "full_name": "Tom Marlow", "region": "wales", "heard_from": "A search"},
    **{"password": PASSWORD, "terms": "yes"},
}
TOM, PRIYA = "tom@marlow.example", "priya@nairfibre.example"


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)


def ask(shop: Shop, link: str) -> list[dict[str, str]]:
    """Press the button of the page of an old link; the letters that follow."""
    shop.mailbox.empty()
    browser = shop.browser()
    page = browser.get(link)
    assert page.status_code == 410
    assert "Send a new link" in page.text
    asked = press(browser, link, f"{link}/link")
    assert asked.status_code == 200
    assert "A new link is on its way" in asked.text
    assert "@" not in asked.text.partition("<main")[2].partition("</main")[0]
    shop.work()
    return shop.letters()


@pytest.mark.parametrize("address", [TOM, PRIYA])
def test_who_has_still_to_choose_gets_a_new_link_and_only_they(shop: Shop, boss: FlaskClient, address: str) -> None:
    buy(shop, **FIRM)
    own = link_in(shop.letters("has ordered a place for you")[-1], "/your-place/")
    assert press(shop.browser(), own, own, **TAKEN_UP).status_code == 303
    cancel(shop, boss)
    shop.days_pass(4)
    old = link_in(letters(shop, address)[-1], "/your-date/")
    shop.days_pass(LATER)
    (letter,) = ask(shop, old)
    assert letter["to"] == [address]
    assert "Your new link: we have cancelled a date" in letter["subject"]
    new = link_in(letter, "/your-date/")
    assert new != old
    assert shop.browser().get(new).status_code == 200
    assert "A new link is on its way" in press(shop.browser(), old, f"{old}/link").text
    shop.work()
    assert len(shop.letters()) == 1, "at most one in an hour"


def test_who_has_chosen_reads_what_was_chosen(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    cancel(shop, boss)
    old = link_in(letters(shop)[-1], "/your-date/")
    choose(shop, old, "to:SPLICE-LATER")
    shop.work()
    shop.days_pass(LATER)
    (letter,) = ask(shop, old)
    assert "Your new link" in letter["subject"]
    assert "on another date now" in letter["text"]


def test_whoever_paid_is_led_to_their_order_at_least(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    move(shop, boss)
    old = link_in(letters(shop)[-1], "/your-date/")
    choose(shop, old, "back")
    shop.work()
    shop.days_pass(LATER)
    (letter,) = ask(shop, old)
    assert "/your-order/" in letter["text"]


def test_a_link_whose_place_has_ended_writes_to_nobody_and_says_the_same(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    move(shop, boss)
    old = link_in(letters(shop, TOM)[-1], "/your-date/")
    choose(shop, link_in(letters(shop, PRIYA)[-1], "/your-date/"), "back")
    shop.work()
    assert ask(shop, old) == []


def test_an_address_gets_no_more_than_its_share(
    shop: Shop, boss: FlaskClient, make_app: Callable[[config.Settings], Flask]
) -> None:
    buy(shop)
    cancel(shop, boss)
    old = link_in(letters(shop)[-1], "/your-date/")
    shop.days_pass(LATER)
    settings = shop.app.extensions["portal"].settings
    limited = make_app(settings.model_copy(update={"RATE_LIMITS": "on", "REDIS_URL": ""}))
    browser = limited.test_client()
    ends = [press(browser, old, f"{old}/link").status_code for _ in range(12)]
    assert ends == [200] * 10 + [429] * 2


def test_a_forged_link_is_not_here(shop: Shop, boss: FlaskClient) -> None:
    assert press(shop.browser(), "/complaints", "/your-date/x.y/link").status_code == 404
    assert boss.get("/your-date/x.y").status_code == 404
