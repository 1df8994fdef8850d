"""What a document says on paper, word for word and sum for sum; a template only places it.

Days and times are London's. Nothing is left in the words that a printer would take for a command.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable
from typing import Any

from portal.domain import working_days
from portal.domain.documents import Buyer, Confirmation, CreditNote, Document, DocumentLine, Invoice, RateTotal, Seller
from portal.domain.money import is_taxable, rate_words, vat_words

Cell = Callable[[DocumentLine], str]
Column = tuple[str, Cell]

# Characters that turn the direction of what follows: a name may not turn the sum behind it.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def pounds(pence: int) -> str:
    """ "£1,480.05"."""
    return f"£{pence // 100:,}.{pence % 100:02}"


def day(on: dt.date) -> str:
    """ "21 November 2026"."""
    return f"{on.day} {on:%B} {on.year}"


def weekday(on: dt.date) -> str:
    """ "Saturday 21 November 2026"."""
    return f"{on:%A} {day(on)}"


def moment(at: dt.datetime) -> str:
    """ "Saturday 21 November 2026 at 14:02", in London."""
    return f"{working_days.full_day(at)} at {working_days.clock_time(at)}"


def issued_on(document: Document) -> dt.date:
    """The day that stands on it; of a confirmation the day of the contract, in London."""
    if isinstance(document, Confirmation):
        return document.made_at.astimezone(working_days.LONDON).date()
    return document.issued_on


def printed(document: Document) -> dict[str, Any]:
    """Everything that its template places, as plain strings."""
    if isinstance(document, Invoice):
        own = _invoice(document)
    elif isinstance(document, CreditNote):
        own = _credit_note(document)
    else:
        own = _confirmation(document)
    shared = {"seller": _seller(document.seller), "buyer": _buyer(document.buyer)}
    clean: dict[str, Any] = _clean(shared | own)
    return clean


def _invoice(invoice: Invoice) -> dict[str, Any]:
    taxed = bool(invoice.seller.vat_number)
    is_vat_invoice = taxed and invoice.is_taxable
    facts = [("Invoice number", invoice.number), ("Date", day(invoice.issued_on))]
    if is_vat_invoice:
        facts.append(("Tax point", day(invoice.tax_point_on)))
    facts.append(("Order", invoice.order_reference))
    return {
        "title": "VAT invoice" if is_vat_invoice else "Invoice",
        "reference": invoice.number,
        "facts": _pairs(facts),
        "state": f"Paid on {weekday(invoice.paid_on)}." if invoice.paid_on else "To be paid:",
        "state_words": "Nothing is left to pay." if invoice.paid_on else pounds(invoice.gross_pence),
        "table": _table(invoice, _invoice_columns(invoice, taxed), _invoice_sums(invoice, taxed)),
        "note": _paragraphs(invoice.note),
    }


def _invoice_columns(invoice: Invoice, taxed: bool) -> list[Column]:
    if invoice.simplified and taxed:
        return [_DESCRIPTION, _QUANTITY, _RATE, ("With VAT", lambda line: pounds(line.gross_pence))]
    if taxed:
        return [_DESCRIPTION, _QUANTITY, _EACH, _RATE, _VAT, _NET]
    return [_DESCRIPTION, _QUANTITY, _EACH, ("Amount", lambda line: pounds(line.gross_pence))]


def _invoice_sums(invoice: Invoice, taxed: bool) -> list[tuple[str, str]]:
    if not taxed:
        return [("Total", pounds(invoice.gross_pence))]
    if not invoice.simplified:
        return [
            ("Total without VAT", pounds(invoice.net_pence)),
            *_vat_sums(invoice),
            _total("Total with VAT", invoice),
        ]
    by_rate = [
        (f"{vat_words(one.vat_status, one.vat_rate)} within {pounds(one.gross_pence)}", pounds(one.vat_pence))
        for one in invoice.rate_totals
    ]
    return [*by_rate, _total("Total with VAT", invoice)]


def _credit_note(note: CreditNote) -> dict[str, Any]:
    taxed = bool(note.seller.vat_number)
    plain: list[Column] = [_DESCRIPTION, _QUANTITY, ("Amount", lambda line: pounds(line.gross_pence))]
    sums = [("Credited without VAT", pounds(note.net_pence)), *_vat_sums(note)] if taxed else []
    columns = [_DESCRIPTION, _QUANTITY, _RATE, _VAT, _NET] if taxed else plain
    return {
        "title": "VAT credit note" if taxed and note.is_taxable else "Credit note",
        "reference": note.number,
        "facts": _pairs(
            [
                ("Credit note number", note.number),
                ("Date", day(note.issued_on)),
                ("For invoice", f"{note.invoice_number} of {day(note.invoice_issued_on)}"),
                ("Order", note.order_reference),
            ]
        ),
        "reason": note.reason,
        "table": _table(note, columns, [*sums, _total("Total credited", note)]),
        "note": _paragraphs(note.note),
    }


def _confirmation(order: Confirmation) -> dict[str, Any]:
    taxed = bool(order.seller.vat_number)
    gross: Column = ("With VAT" if taxed else "Amount", lambda line: pounds(line.gross_pence))
    columns = [_DESCRIPTION, _QUANTITY, *([_NET, _RATE, _VAT] if taxed else []), gross]
    sums = [
        *([("VAT included", pounds(order.vat_pence))] if taxed and order.is_taxable else []),
        _total("Total price", order),
    ]
    return {
        "title": "Order confirmation",
        "reference": order.order_reference,
        "facts": _pairs(
            [
                ("Order", order.order_reference),
                ("Ordered on", day(issued_on(order))),
                ("Total price", pounds(order.gross_pence)),
                ("Terms", order.terms_version),
            ]
        ),
        "made": moment(order.made_at),
        "ordered_on": day(issued_on(order)),
        "what": [line.description for line in order.lines],
        "table": _table(order, columns, sums),
        "learners": "\n".join(order.learners) or "Not named yet",
        "opens": order.opens,
        "particulars": _pairs([(one.term, one.words) for one in order.particulars]),
        "statements": [{"words": one.words, "given": moment(one.given_at)} for one in order.statements],
        "right_to_cancel": _paragraphs(order.right_to_cancel),
        "cancel_until": weekday(order.cancel_until) if order.cancel_until else "",
        "terms_version": order.terms_version,
        "terms": [_block(words) for words in _paragraphs(order.terms)],
    }


_DESCRIPTION: Column = ("Description", lambda line: line.description)
_QUANTITY: Column = ("Quantity", lambda line: f"{line.quantity:,}")
_EACH: Column = ("Price each", lambda line: pounds(line.net_pence // line.quantity))
_RATE: Column = ("VAT rate", lambda line: rate_words(line.vat_status, line.vat_rate))
_VAT: Column = ("VAT", lambda line: pounds(line.vat_pence))
_NET: Column = ("Without VAT", lambda line: pounds(line.net_pence))


def _table(document: Document, columns: list[Column], sums: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "heads": [title for title, _ in columns],
        "rows": [[cell(line) for _, cell in columns] for line in document.lines],
        "sums": [list(one) for one in sums],
    }


def _vat_sums(document: Document) -> list[tuple[str, str]]:
    return [(_vat_on(one), pounds(one.vat_pence)) for one in document.rate_totals]


def _vat_on(sums: RateTotal) -> str:
    between = " on " if is_taxable(sums.vat_status) else ", "
    return f"{vat_words(sums.vat_status, sums.vat_rate)}{between}{pounds(sums.net_pence)}"


def _total(words: str, document: Document) -> tuple[str, str]:
    return words, pounds(document.gross_pence)


def _seller(seller: Seller) -> dict[str, Any]:
    numbers = [("Company number", seller.company_number), ("VAT number", seller.vat_number)]
    return {
        "name": seller.name,
        "short": seller.short or seller.name,
        "line": seller.line,
        "address": _lines(seller.address),
        "reach": [words for words in (seller.telephone, seller.email) if words],
        "telephone": seller.telephone,
        "email": seller.email,
        "complaints": seller.complaints or seller.email,
        "numbers": [f"{term} {value}" for term, value in numbers if value],
    }


def _buyer(buyer: Buyer) -> dict[str, Any]:
    reference = [f"Your reference {buyer.reference}"] if buyer.reference else []
    email = [buyer.email] if buyer.email else []
    return {"name": buyer.name, "lines": [*_lines(buyer.address), *email, *reference]}


def _pairs(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"term": term, "words": words} for term, words in pairs]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each as one string; the lines inside of one stay lines."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            blocks[-1].append(line.strip())
        else:
            blocks.append([])
    return ["\n".join(block) for block in blocks if block]


def _block(paragraph: str) -> dict[str, Any]:
    heading = paragraph.startswith("# ")
    return {"heading": heading, "words": paragraph.removeprefix("# ") if heading else paragraph}


def _clean(value: Any) -> Any:
    """The same without what is no letter: commands, halves of letters, private ones, turned directions. Lines stay."""

    def clean(text: str) -> str:
        shown = (letter for letter in text if letter == "\n" or not _hidden(letter))
        return unicodedata.normalize("NFC", "".join(shown))

    return _mapped(value, clean)


def letters(words: dict[str, Any]) -> set[str]:
    """The letters beyond plain English ones in what is printed."""
    found: set[str] = set()

    def look(text: str) -> str:
        found.update(letter for letter in text if not letter.isascii())
        return text

    _mapped(words, look)
    return found


def replaced(words: dict[str, Any], missing: set[str]) -> dict[str, Any]:
    """What is printed, with "\ufffd" for each of these letters."""
    table = str.maketrans(dict.fromkeys(missing, "\ufffd"))
    changed: dict[str, Any] = _mapped(words, lambda text: text.translate(table))
    return changed


def is_mark(letter: str) -> bool:
    """True for what only changes the letter before it, such as an accent or the choice of a variant."""
    return unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf")


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _mapped(one, change) for name, one in value.items()}
    return [_mapped(one, change) for one in value] if isinstance(value, list) else value


def _hidden(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cn", "Co", "Cs") or letter in _TURNING
