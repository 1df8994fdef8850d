"""Where a consumer of a recorded course is: two facts that agree settle it, otherwise they are asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.models.order import OrderTrouble
from portal.models.supply_fact import SupplyFact
from portal.services import imports
from tests.factories import hidden_fields
from tests.shop import Shop, link_in

RECORDED = """code,title,subject,price_pence,vat_rate,delivery,summary,active
FIB-FILM,Fibre on film,fibre,10000,20,automated,Watch it at home,yes
"""


@pytest.fixture(autouse=True)
def recorded(shop: Shop) -> None:
    with shop.app.app_context():
        imports.courses(RECORDED)


def _buy(shop: Shop, card: str, country: str, course: str = "FIB-FILM", **changes: str) -> None:
    session = shop.session(shop.browser(), course, **changes)
    shop.stripe.pay(session, card=card, country=country)
    shop.work()


def _troubles(shop: Shop) -> list[tuple[str, str, bool]]:
    found = shop.rows(select(OrderTrouble).order_by(OrderTrouble.id))
    return [(one.what, one.about, one.settled_at is not None) for one in found]


@pytest.mark.promise("ITC-5")
def test_two_facts_that_agree_settle_it_and_no_network_address_is_kept(shop: Shop) -> None:
    _buy(shop, card="GB", country="GB")
    assert _troubles(shop) == []
    facts = shop.rows(select(SupplyFact).order_by(SupplyFact.id))
    assert {(one.source, one.country) for one in facts} == {("declared", "GB"), ("billing", "GB"), ("card", "GB")}


def test_facts_that_differ_are_asked_about_and_the_answer_settles_it(shop: Shop) -> None:
    _buy(shop, card="US", country="FR")
    assert _troubles(shop) == [("supply", "unknown", False)]
    (asked,) = shop.letters("One question")
    page = link_in(asked, "/your-order/")
    browser = shop.browser()
    shown = browser.get(page)
    assert "your billing address is in France" in shown.text
    hidden = hidden_fields(shown.text)
    assert browser.post(f"{page}/country", data=hidden).status_code == 422
    assert browser.post(f"{page}/country", data={**hidden, "country": "FR"}).status_code == 303
    assert "your billing address is in France" not in browser.get(page).text
    assert _troubles(shop) == [("supply", "unknown", True), ("supply", "FR", False)]


def test_an_answer_that_agrees_with_the_card_closes_it(shop: Shop) -> None:
    session = shop.session(shop.browser(), "FIB-FILM", region="outside-uk", country="DE")
    shop.stripe.pay(session, card="GB", country="US")
    shop.work()
    page = link_in(shop.letters("One question")[0], "/your-order/")
    browser = shop.browser()
    browser.post(f"{page}/country", data={**hidden_fields(browser.get(page).text), "country": "GB"})
    assert _troubles(shop) == [("supply", "unknown", True)]


def test_who_lives_abroad_by_two_facts_is_for_a_person_to_look_at(shop: Shop) -> None:
    session = shop.session(shop.browser(), "FIB-FILM", region="outside-uk", country="FR")
    shop.stripe.pay(session, card="GB", country="FR")
    shop.work()
    assert _troubles(shop) == [("supply", "FR", False)]
    assert shop.letters("One question") == []


def test_with_a_tutor_or_for_an_organisation_nothing_hangs_on_it(shop: Shop) -> None:
    _buy(shop, card="US", country="FR", course="SAF-STREET")
    _buy(shop, card="US", country="FR", buyer="organisation", organisation="Nair Fibre Ltd", email="a@nair.example")
    assert _troubles(shop) == []
