"""Documents as files: what they say, and how they are tagged for readers of every kind."""

from __future__ import annotations

import re

import pytest

from portal.domain.documents import Document
from portal.gateways.documents import Drawer
from tests.papers import EACH, confirmation, credit_note, invoice, line
from tests.pdf_reading import FOLDER, FONTS, attribute, elements, read, tags, text_of


@pytest.fixture(scope="module")
def drawer() -> Drawer:
    return Drawer(FOLDER, FONTS)


@pytest.mark.parametrize("document", EACH)
def test_a_file_is_tagged_named_and_in_english(drawer: Drawer, document: Document) -> None:
    reader = read(drawer.pdf(document))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata is not None
    reference = document.order_reference if document.kind == "confirmation" else document.number
    assert str(reader.metadata.title).endswith(f" {reference}")
    assert reader.metadata.author == "Meridian Fibre & Laser Training Ltd"


@pytest.mark.parametrize("document", EACH)
def test_a_file_says_that_it_keeps_both_standards(drawer: Drawer, document: Document) -> None:
    said = read(drawer.pdf(document)).trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r"<pdfuaid:part>1<", said)
    assert re.search(r"<pdfaid:part>3<", said)
    assert re.search(r"<pdfaid:conformance>B<", said)


@pytest.mark.parametrize("document", EACH)
def test_headings_tables_and_pictures_are_tagged(drawer: Drawer, document: Document) -> None:
    file = drawer.pdf(document)
    found = tags(file)
    assert found["/H1"] == 1
    assert found["/H2"] >= 2
    assert found["/Table"] == found["/THead"] == found["/TFoot"] == 1
    every = list(elements(read(file).trailer["/Root"]["/StructTreeRoot"]))
    assert [one["/Alt"] for one in every if one["/S"] == "/Figure"] == ["The mark of Meridian"]
    columns = [one for one in every if one["/S"] == "/TH"]
    assert len(columns) >= 4
    assert all(attribute(one, "/Scope") == ["/Column"] for one in columns)
    assert all(attribute(one, "/Headers") for one in every if one["/S"] == "/TD")


def test_an_invoice_says_what_it_must(drawer: Drawer) -> None:
    text = text_of(drawer.pdf(invoice()))
    for said in (
        "VAT invoice Invoice number INV-000001 Date 21 November 2026 Tax point 20 November 2026 Order ORD-7K3M-9QTD",
        "To Nair Fibre Ltd Unit 4, Example Mews Coventry accounts@nairfibre.example Your reference PO-2291",
        "From Meridian Fibre & Laser Training Ltd 8 Canal Wharf Birmingham",
        "VAT number GB 000 0000 00 Description Quantity Price each VAT rate VAT Without VAT",
        "One place on Fibre splicing 1 £480.00 20 % £96.00 £480.00 Workbook 3 £15.00 Zero-rated, 0 % £0.00 £45.00",
        "Total without VAT £525.00 VAT at 20 % on £480.00 £96.00",
        "Zero-rated, VAT at 0 % on £45.00 £0.00 Total with VAT £621.00",
        "Paid on Friday 20 November 2026. Nothing is left to pay. Paid by card.",
        "INV-000001 Page 1 of 1",
    ):
        assert said in text


def test_a_credit_note_says_what_it_must(drawer: Drawer) -> None:
    text = text_of(drawer.pdf(credit_note()))
    for said in (
        "VAT credit note Credit note number CRN-000001 Date 25 November 2026",
        "For invoice INV-000001 of 21 November 2026",
        "Why: You cancelled within 14 days.",
        "Credited without VAT £480.00 VAT at 20 % on £480.00 £96.00 Total credited £576.00",
    ):
        assert said in text


def test_a_confirmation_says_what_it_must(drawer: Drawer) -> None:
    text = text_of(drawer.pdf(confirmation()))
    for said in (
        "contract with Meridian Fibre & Laser Training Ltd, made on Tuesday 21 July 2026 at 14:02",
        "One place on Fibre splicing 1 £480.00 20 % £96.00 £576.00 VAT included £96.00 Total price £576.00",
        "Who learns Priya Nair Tom Nair When it opens Straight away. How it is taught In person",
        "Telephone 0121 496 0143 Email hello@meridian.example Complaints complaints@meridian.example",
        "“Please start straight away.” Tuesday 21 July 2026 at 14:02",
        "“I know what I give up.” Tuesday 21 July 2026 at 14:02",
        "You can cancel until the end of Tuesday 4 August 2026. You have 14 days. You pay for what you have had.",
        "Terms, version 7 1. What we do We teach the course as its page describes it. 2. What you do You tell us what",
    ):
        assert said in text


def test_the_model_cancellation_form_is_filled_in_as_far_as_we_can(drawer: Drawer) -> None:
    last = " ".join(read(drawer.pdf(confirmation())).pages[-1].extract_text().split())
    for said in (
        "Model cancellation form",
        "To Meridian Fibre & Laser Training Ltd, 8 Canal Wharf, Birmingham, hello@meridian.example:",
        "I/We* hereby give notice that I/We* cancel my/our* contract for the supply of the following service:",
        "One place on Fibre splicing Ordered on 21 July 2026, order ORD-7K3M-9QTD",
        "Name of consumer(s)",
        "Address of consumer(s)",
        "Signature of consumer(s) (only if this form is notified on paper)",
        "Date",
        "* Delete as appropriate",
    ):
        assert said in last


def test_a_company_gets_no_cancellation_form(drawer: Drawer) -> None:
    words = "You bought as an organisation, so the law gives no right to cancel."
    text = text_of(drawer.pdf(confirmation(cancel_until=None, right_to_cancel=words)))
    assert words in text
    assert "Model cancellation form" not in text
    assert "You can cancel until" not in text


def test_two_hundred_lines_run_over_pages_under_the_same_heads(drawer: Drawer) -> None:
    lines = tuple(line(f"Place {count} on Fibre splicing", 1, 100_00 + count) for count in range(1, 201))
    file = drawer.pdf(invoice(lines=lines))
    pages = [" ".join(page.extract_text().split()) for page in read(file).pages]
    assert len(pages) > 4
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Description Quantity Price each VAT rate VAT Without VAT" in page
    text = " ".join(pages)
    assert all(f"Place {count} on Fibre splicing" in text for count in range(1, 201))
    assert text.count("Total with VAT") == 1
    assert tags(file)["/Table"] == 1
    assert tags(file)["/TH"] == 6  # the heads are read out once, not on each page
