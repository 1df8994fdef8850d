"""Snapshots of documents: the sums agree, and what is stored is read again as it was."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.documents import Document, DocumentLine, Invoice, Statement, from_json, may_be_simplified, to_json
from tests.papers import AT, confirmation, credit_note, invoice, line

# As version 1 was stored on the first day: it must be read for as long as the law has such documents kept.
STORED_IN_VERSION_1 = (
    '{"seller":{"name":"Meridian Ltd","address":"8 Canal Wharf","telephone":"0121 496 0143",'
    '"email":"hello@meridian.example","short":"Meridian","line":"","complaints":"","company_number":"",'
    '"vat_number":"GB 000 0000 00"},"buyer":{"name":"Siân","address":"","email":"","reference":""},'
    '"lines":[{"description":"A place","quantity":1,"net_pence":48000,"vat_rate":20,"vat_pence":9600,'
    '"gross_pence":57600}],"number":"INV-000001","issued_on":"2026-11-21","tax_point_on":"2026-11-20",'
    '"order_reference":"ORD-7K3M-9QTD","simplified":false,"paid_on":"2026-11-20","note":"","version":1,"kind":"invoice"}'
)

amounts = st.tuples(st.integers(1, 20), st.integers(0, 10**7), st.sampled_from([0, 5, 20]))


@pytest.mark.parametrize("document", [invoice(), credit_note(), confirmation(), confirmation(cancel_until=None)])
def test_a_snapshot_is_read_as_it_was_stored(document: Document) -> None:
    stored = to_json(document)
    assert from_json(stored) == document
    assert to_json(from_json(stored)) == stored


def test_what_version_1_stored_is_still_read() -> None:
    read = from_json(STORED_IN_VERSION_1)
    assert isinstance(read, Invoice)
    assert (read.number, read.buyer.name, read.gross_pence, read.version) == ("INV-000001", "Siân", 57600, 1)
    assert to_json(read).replace(',"vat_status":null', "") == STORED_IN_VERSION_1


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"kind":"letter"}', STORED_IN_VERSION_1.replace("57600", "1")]
)
def test_what_is_no_document_is_refused_without_its_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"\AWhat is stored is no document\.\Z") as refused:
        from_json(text)
    assert refused.value.__cause__ is None


def test_a_snapshot_names_its_kind_and_version() -> None:
    kinds = [json.loads(to_json(one)) for one in (invoice(), credit_note(), confirmation(version=2))]
    assert [(one["kind"], one["version"]) for one in kinds] == [
        ("invoice", 1),
        ("credit_note", 1),
        ("confirmation", 2),
    ]


@given(st.lists(amounts, min_size=1, max_size=20))
def test_totals_are_the_sums_of_the_lines(each: list[tuple[int, int, int]]) -> None:
    lines = tuple(line("Place", quantity, net * quantity, rate) for quantity, net, rate in each)
    document = invoice(lines=lines)
    by_rate = document.rate_totals
    assert document.net_pence + document.vat_pence == document.gross_pence
    assert document.gross_pence == sum(one.gross_pence for one in lines) == sum(one.gross_pence for one in by_rate)
    assert document.vat_pence == sum(one.vat_pence for one in lines) == sum(one.vat_pence for one in by_rate)
    assert [one.vat_rate for one in by_rate] == sorted({one.vat_rate for one in lines}, reverse=True)


@pytest.mark.parametrize(
    "holds",
    [
        ("A", 0, 100, 20, 20, 120),
        ("A", 1, 100, 101, 20, 120),
        ("A", 1, 100, -1, 20, 120),
        ("A", 1, 100, 20, 20, 121),
        ("A", 1, -100, 20, -20, -120),
    ],
)
def test_a_line_that_does_not_add_up_is_refused(holds: Any) -> None:
    with pytest.raises(ValueError, match="line"):
        DocumentLine(*holds)


def test_a_document_without_lines_is_refused() -> None:
    for made in (invoice, credit_note, confirmation):
        with pytest.raises(ValueError, match="at least one line"):
            made(lines=())


def test_a_simplified_invoice_is_for_250_pounds_at_most() -> None:
    assert may_be_simplified(250_00)
    assert not may_be_simplified(250_01)
    assert invoice(simplified=True, lines=(line(net=208_33),)).gross_pence == 250_00
    with pytest.raises(ValueError, match="£250"):
        invoice(simplified=True, lines=(line(net=208_34),))


def test_a_full_invoice_has_one_price_for_each() -> None:
    with pytest.raises(ValueError, match="price of each"):
        invoice(lines=(line(quantity=3, net=100_00),))
    assert invoice(simplified=True, lines=(line(quantity=3, net=100_00),))
    assert credit_note(lines=(line(quantity=3, net=100_00),))


def test_moments_say_their_zone() -> None:
    naive = dt.datetime(2026, 7, 21, 14, 2)
    with pytest.raises(ValueError, match="time zone"):
        Statement("Please start.", naive)
    with pytest.raises(ValueError, match="time zone"):
        confirmation(made_at=naive)
    assert Statement("Please start.", AT).given_at == AT
