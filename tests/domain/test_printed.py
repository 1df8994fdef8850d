"""What documents say on paper, word for word."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from portal.domain.documents import Buyer, from_json, to_json
from portal.domain.money import VatStatus
from portal.domain.printed import is_mark, issued_on, letters, printed, replaced
from tests.papers import BUYER, SELLER, confirmation, credit_note, invoice, line


def _facts(words: dict[str, Any]) -> dict[str, str]:
    return {one["term"]: one["words"] for one in words["facts"]}


def test_a_full_invoice_has_all_that_the_law_asks() -> None:
    words = printed(invoice())
    assert words["title"] == "VAT invoice"
    assert _facts(words) == {
        "Invoice number": "INV-000001",
        "Date": "21 November 2026",
        "Tax point": "20 November 2026",
        "Order": "ORD-7K3M-9QTD",
    }
    assert words["seller"]["name"] == SELLER.name
    assert words["seller"]["address"] == ["8 Canal Wharf", "Birmingham"]
    assert words["seller"]["numbers"] == ["Company number 0000000", "VAT number GB 000 0000 00"]
    assert words["buyer"] == {
        "name": "Nair Fibre Ltd",
        "lines": ["Unit 4, Example Mews", "Coventry", "accounts@nairfibre.example", "Your reference PO-2291"],
    }
    assert words["table"]["heads"] == ["Description", "Quantity", "Price each", "VAT rate", "VAT", "Without VAT"]
    assert words["table"]["rows"] == [
        ["One place on Fibre splicing", "1", "£480.00", "20 %", "£96.00", "£480.00"],
        ["Workbook", "3", "£15.00", "Zero-rated, 0 %", "£0.00", "£45.00"],
    ]
    assert words["table"]["sums"] == [
        ["Total without VAT", "£525.00"],
        ["VAT at 20 % on £480.00", "£96.00"],
        ["Zero-rated, VAT at 0 % on £45.00", "£0.00"],
        ["Total with VAT", "£621.00"],
    ]


def test_a_simplified_invoice_has_the_rate_and_the_sum_with_vat() -> None:
    table = printed(invoice(simplified=True, lines=(line(net=95_00),)))["table"]
    assert table["heads"] == ["Description", "Quantity", "VAT rate", "With VAT"]
    assert table["rows"] == [["One place on Fibre splicing", "1", "20 %", "£114.00"]]
    assert table["sums"] == [["VAT at 20 % within £114.00", "£19.00"], ["Total with VAT", "£114.00"]]


def test_what_is_exempt_is_never_called_zero_rated() -> None:
    lines = (
        line(net=480_00),
        line("First aid", net=145_00, rate=0, status=VatStatus.EXEMPT),
        line("Workbook", net=45_00, rate=0, status=VatStatus.ZERO),
        line("Levy", net=9_00, rate=0, status=VatStatus.OUTSIDE_SCOPE),
    )
    words = printed(invoice(lines=lines))
    assert words["title"] == "VAT invoice"
    assert [row[3] for row in words["table"]["rows"]] == ["20 %", "Exempt", "Zero-rated, 0 %", "Outside the scope"]
    assert words["table"]["sums"] == [
        ["Total without VAT", "£679.00"],
        ["VAT at 20 % on £480.00", "£96.00"],
        ["Zero-rated, VAT at 0 % on £45.00", "£0.00"],
        ["Exempt from VAT, £145.00", "£0.00"],
        ["Outside the scope of VAT, £9.00", "£0.00"],
        ["Total with VAT", "£775.00"],
    ]


def test_what_is_exempt_alone_has_an_invoice_and_no_vat_invoice() -> None:
    exempt = (line("First aid", net=145_00, rate=0, status=VatStatus.EXEMPT),)
    words = printed(invoice(lines=exempt))
    assert words["title"] == "Invoice"
    assert "Tax point" not in _facts(words)
    assert words["table"]["sums"][1] == ["Exempt from VAT, £145.00", "£0.00"]
    assert printed(credit_note(lines=exempt))["title"] == "Credit note"
    assert "VAT included" not in str(printed(confirmation(lines=exempt)))
    with pytest.raises(ValueError, match="nothing exempt"):
        invoice(lines=exempt, simplified=True)


def test_papers_of_the_time_before_the_kind_was_kept_stay_as_they_are() -> None:
    old = invoice(lines=(line("First aid", net=145_00, rate=0, status=None),))
    table = printed(from_json(to_json(old).replace(',"vat_status":null', "")))["table"]
    assert table["rows"][0][3] == "0 %"
    assert table["sums"][1] == ["VAT at 0 % on £145.00", "£0.00"]


@pytest.mark.parametrize("simplified", [True, False])
def test_without_a_vat_number_nothing_speaks_of_vat(simplified: bool) -> None:
    seller = replace(SELLER, vat_number="", company_number="", short="", complaints="")
    lines = (line(net=95_00, rate=0),)
    for document in (
        invoice(seller=seller, lines=lines, simplified=simplified),
        credit_note(seller=seller, lines=lines),
        confirmation(seller=seller, lines=lines),
    ):
        words = printed(document)
        assert "VAT" not in str(words)
        assert "Tax point" not in str(words)
        assert words["table"]["rows"][0][-1] == "£95.00"
        assert words["seller"]["short"] == SELLER.name
        assert words["seller"]["complaints"] == SELLER.email


def test_an_invoice_says_whether_it_is_paid() -> None:
    assert printed(invoice())["state"] == "Paid on Friday 20 November 2026."
    unpaid = printed(invoice(paid_on=None))
    assert (unpaid["state"], unpaid["state_words"]) == ("To be paid:", "£621.00")


def test_a_credit_note_names_its_invoice_and_credits_positive_sums() -> None:
    words = printed(credit_note(note="It goes back to the card.\n\nWithin 14 days."))
    assert words["title"] == "VAT credit note"
    assert _facts(words)["For invoice"] == "INV-000001 of 21 November 2026"
    assert words["reason"] == "You cancelled within 14 days."
    assert words["table"]["sums"][-1] == ["Total credited", "£576.00"]
    assert words["note"] == ["It goes back to the card.", "Within 14 days."]
    assert "-£" not in str(words)


def test_a_confirmation_holds_the_whole_contract() -> None:
    words = printed(confirmation())
    assert words["made"] == "Tuesday 21 July 2026 at 14:02"
    assert words["learners"] == "Priya Nair\nTom Nair"
    assert printed(confirmation(learners=()))["learners"] == "Not named yet"
    assert words["statements"] == [
        {"words": "Please start straight away.", "given": "Tuesday 21 July 2026 at 14:02"},
        {"words": "I know what I give up.", "given": "Tuesday 21 July 2026 at 14:02"},
    ]
    assert words["cancel_until"] == "Tuesday 4 August 2026"
    assert words["right_to_cancel"] == ["You have 14 days.", "You pay for what you have had."]
    assert words["seller"]["complaints"] == "complaints@meridian.example"
    assert words["what"] == ["One place on Fibre splicing"]
    assert words["terms"] == [
        {"heading": True, "words": "1. What we do"},
        {"heading": False, "words": "We teach the course as its page describes it."},
        {"heading": True, "words": "2. What you do"},
        {"heading": False, "words": "You tell us\nwhat you need."},
    ]


def test_days_are_londons() -> None:
    late = dt.datetime(2026, 7, 21, 23, 30, tzinfo=dt.UTC)
    assert issued_on(confirmation(made_at=late)) == dt.date(2026, 7, 22)
    assert printed(confirmation(made_at=late))["made"] == "Wednesday 22 July 2026 at 00:30"
    assert issued_on(credit_note()) == dt.date(2026, 11, 25)


def test_nothing_is_left_that_commands_a_printer() -> None:
    words = printed(
        invoice(buyer=replace(BUYER, name="A\x00\x1b\u202eB\ud800\ue009C\u2069\uffffD", reference="e\u0301"))
    )
    assert words["buyer"]["name"] == "ABCD"
    assert words["buyer"]["lines"][-1] == "Your reference é"


def test_letters_that_a_font_lacks_are_replaced_everywhere() -> None:
    words = printed(invoice(buyer=Buyer("日本 Ltd"), note="Für 日 one"))
    assert {"日", "本", "ü", "£"} == letters(words)
    changed = replaced(words, {"日"})
    assert changed["buyer"]["name"] == "\ufffd本 Ltd"
    assert changed["note"] == ["Für \ufffd one"]
    assert words["buyer"]["name"] == "日本 Ltd"


@pytest.mark.parametrize(("letter", "answer"), [("\u0301", True), ("\ufe0f", True), ("é", False), ("日", False)])
def test_a_mark_changes_the_letter_before_it(letter: str, answer: bool) -> None:
    assert is_mark(letter) == answer
