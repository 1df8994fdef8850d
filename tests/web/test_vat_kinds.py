"""A course that is exempt, one that is zero-rated: named as what it is from its page to the papers and the files."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.domain.documents import from_json
from portal.domain.printed import printed
from portal.domain.roles import Role
from portal.models.document import Document
from portal.services import imports
from tests.order_pages import cells
from tests.people import make_staff
from tests.shop import Shop

COURSES = (
    "code,title,subject,price_pence,vat_rate,vat_status,delivery,summary,sold,active\n"
    "AID,First aid,safety,14500,0,exempt,tutor_supported,One day,here,yes\n"
    "BOOK,Reading plans,safety,14500,0,zero,tutor_supported,One day,here,yes\n"
)


@pytest.mark.parametrize(
    ("course", "on_course", "on_pages", "rate", "title", "kind"),
    [
        ("AID", "exempt from VAT", "Exempt from VAT", "Exempt", "Invoice", "exempt"),
        ("BOOK", "zero-rated, VAT at 0 %", "Zero-rated, VAT at 0 %", "Zero-rated, 0 %", "VAT invoice", "zero"),
    ],
)
def test_each_is_called_what_it_is(
    shop: Shop, course: str, on_course: str, on_pages: str, rate: str, title: str, kind: str
) -> None:
    with shop.app.app_context():
        imports.courses(COURSES)
    browser = shop.browser()
    assert on_course in browser.get(f"/courses/{course}").text
    assert on_course in browser.get("/courses").text
    assert on_pages in shop.check(browser, course).text
    shop.buy(browser, course)
    papers = {row.kind: printed(from_json(row.snapshot)) for row in shop.rows(select(Document))}
    assert papers["invoice"]["title"] == title
    for paper in papers.values():
        assert any(rate in row for row in paper["table"]["rows"])
        assert "VAT at 0 %" not in str(paper["table"]).replace("Zero-rated, VAT at 0 %", "")
    finance = make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)
    (row,) = cells(finance.get("/admin/orders.csv").text)
    assert (row["vat_rate"], row["vat_kind"]) == ("0", kind)
    assert on_pages[:6].lower() in finance.get(f"/admin/orders/{shop.orders()[0].reference}").text
