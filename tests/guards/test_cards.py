"""No card is ever on the site: no field asks for one, and nothing that Stripe says of one is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.payments import WORK
from portal.gateways.payments import KEPT
from portal.models.payment import StripeEvent
from tests import payments
from tests.factories import dump
from tests.shop import Shop

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "sandbox" not in path.parts]
ASKED = re.compile(r"""name=["'][^"']*(card|cvc|cvv|expiry|exp_|sort_?code|iban)""", re.IGNORECASE)
FILLED_BY_BROWSERS = re.compile(r"""autocomplete=["']?[^"'>]*\bcc-""", re.IGNORECASE)
OF_A_CARD = re.compile(r"card|last4|exp_|cvc|fingerprint|brand|billing|name|email|phone|address|details|receipt")
MARK = "MARK"  # stands in everything of a card, and of its holder, that the messages below carry
CARD = {
    **dict.fromkeys(("last4", "brand", "fingerprint", "iin", "issuer", "number", "cvc", "name"), f"{MARK}-card"),
    **{"exp_month": 918273, "exp_year": 918273, "checks": {"cvc_check": MARK}, "country": "GB"},
}
HOLDER = {"name": f"{MARK} Holder", "email": f"{MARK}@mail.example", "phone": MARK, "address": {"line1": MARK}}
CARRIED: dict[str, Any] = {
    **{"payment_method_details": {"type": "card", "card": CARD}, "card": CARD, "source": CARD},
    **{"billing_details": HOLDER, "customer_details": HOLDER, "shipping": HOLDER, "receipt_email": MARK},
    **{"last4": MARK, "exp_month": 918273, "customer_email": MARK, "metadata": {"card": MARK}, "description": MARK},
    **{"last_payment_error": {"payment_method": {"card": CARD}}, "latest_charge": {"card": CARD}},
    **{"payment_intent": {"id": "pi_1", "payment_method": CARD}, "charge": {"id": "ch_1", "card": CARD}},
    **{"status": [CARD], "reason": {"said": MARK}, "evidence": {"customer_name": MARK}},
}
KINDS = (*WORK, "charge.succeeded", "payment_intent.succeeded", "payment_method.attached", "customer.created")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_page_asks_for_a_card(path: Path) -> None:
    assert not ASKED.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("room", ["templates", "portal/forms", "portal/web"])
def test_no_browser_is_invited_to_fill_one_in(room: str) -> None:
    files = [path for path in (ROOT / room).rglob("*.*") if path.suffix in (".html", ".py")]
    assert files
    assert [path.name for path in files if FILLED_BY_BROWSERS.search(path.read_text(encoding="utf-8"))] == []


def test_no_field_is_named_after_a_card() -> None:
    declared = re.compile(r"^    (\w*(?:card|cvc|cvv|expiry|iban)\w*) = ", re.MULTILINE | re.IGNORECASE)
    found = [declared.findall(path.read_text(encoding="utf-8")) for path in (ROOT / "portal/forms").glob("*.py")]
    assert [name for names in found for name in names] == []


def test_what_is_kept_of_a_message_is_nothing_of_a_card() -> None:
    assert [name for name in KEPT if OF_A_CARD.search(name)] == []


def test_nothing_of_a_card_is_kept_of_any_message(shop: Shop) -> None:
    session = shop.session(shop.browser())
    about = payments.object_of(shop, session)
    for number, kind in enumerate(KINDS):
        for carried in ({**about, **CARRIED}, {**CARRIED, "id": f"ch_{number}", "object": "charge"}):
            event = f"evt_{number}_{carried['object'].replace('.', '_')}"
            assert payments.send(shop, kind, carried, event) == 200
    assert len(shop.rows(select(StripeEvent))) == 2 * len(KINDS)
    _nothing_of_a_card(shop)


def test_nothing_of_a_card_is_kept_of_a_purchase(shop: Shop) -> None:
    """All that the payment page knows of a card and its holder, but for the country and the address of an invoice."""
    session = shop.session(shop.browser())
    shop.stripe.decline(session, name=f"{MARK} Holder")
    shop.stripe.pay(session, name=f"{MARK} Holder", email=f"{MARK.lower()}@mail.example")
    shop.work()
    payments.come_back(shop, session)
    _nothing_of_a_card(shop)
    cards = [one for one in _values(shop.stripe.events("charge.succeeded")[0]) if one[0] in ("last4", "fingerprint")]
    assert cards, "the stand-in says nothing of a card, so this proves nothing"
    with shop.app.app_context():
        stored = dump()
    assert [value for name, value in cards if name == "fingerprint" and str(value) in stored] == []


def _nothing_of_a_card(shop: Shop) -> None:
    for facts in shop.rows(select(StripeEvent.facts)):
        kept = json.loads(facts)
        assert set(kept) <= set(KEPT)
        assert all(isinstance(value, str | int | bool) for value in kept.values())
    with shop.app.app_context():
        stored = dump()
    for said in (MARK, "918273", "last4", "exp_month", "fingerprint"):
        assert said not in stored, said


def _values(said: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Each name and value of a document, however deep."""
    if isinstance(said, dict):
        for key, value in said.items():
            yield from _values(value, key)
    elif isinstance(said, list):
        for value in said:
            yield from _values(value, name)
    elif said is not None:
        yield name, said
