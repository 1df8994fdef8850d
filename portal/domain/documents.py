"""Documents as they were issued: snapshots that hold everything the paper says, so that it is drawn the same for ever.

A snapshot is stored as JSON and never changed. `version` chooses the template: a new look gets a new version, and what
was issued keeps its own. Amounts are pence in pounds sterling; `net` is without VAT and `gross` with it.

Sources: VAT Regulations 1995, part III (full and simplified invoice, credit note); Consumer Contracts Regulations 2013,
regulation 16 and schedules 2 and 3 (confirmation, cancellation form).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from portal.domain import money
from portal.domain.money import VatStatus

SIMPLIFIED_UP_TO_PENCE = 250_00


@dataclass(frozen=True)
class Seller:
    """Who sells. `short` and `line` are the two lines of the letterhead; `complaints` says where those are sent."""

    name: str
    address: str
    telephone: str
    email: str
    short: str = ""
    line: str = ""
    complaints: str = ""
    company_number: str = ""
    vat_number: str = ""


@dataclass(frozen=True)
class Buyer:
    """Who buys, and the reference of their own that they gave, such as a purchase order's number."""

    name: str
    address: str = ""
    email: str = ""
    reference: str = ""


@dataclass(frozen=True)
class DocumentLine:
    """One line: how many of what, and the sums of all of them together. `vat_rate` is in whole percent.

    `vat_status` says why it is that rate; papers issued before it was printed have None, and stay as they are.
    """

    description: str
    quantity: int
    net_pence: int
    vat_rate: int
    vat_pence: int
    gross_pence: int
    vat_status: VatStatus | None = None

    def __post_init__(self) -> None:
        if self.quantity < 1 or not 0 <= self.vat_rate <= 100:
            raise ValueError("A line counts from 1, and its VAT lies between 0 and 100 %.")
        if min(self.net_pence, self.vat_pence) < 0 or self.net_pence + self.vat_pence != self.gross_pence:
            raise ValueError("A line's sums are not negative, and the net sum and its VAT make the gross sum.")


@dataclass(frozen=True)
class RateTotal:
    """What the lines of one rate of VAT, and of one kind, come to."""

    vat_rate: int
    net_pence: int
    vat_pence: int
    gross_pence: int
    vat_status: VatStatus | None = None


@dataclass(frozen=True)
class _WithLines:
    """What every document shares: the lines and what they come to."""

    seller: Seller
    buyer: Buyer
    lines: tuple[DocumentLine, ...]

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError("A document has at least one line.")

    @property
    def net_pence(self) -> int:
        """The sum of the lines without VAT."""
        return sum(line.net_pence for line in self.lines)

    @property
    def vat_pence(self) -> int:
        """The VAT of the lines, each rounded for itself."""
        return sum(line.vat_pence for line in self.lines)

    @property
    def gross_pence(self) -> int:
        """The sum of the lines with VAT."""
        return sum(line.gross_pence for line in self.lines)

    @property
    def rate_totals(self) -> list[RateTotal]:
        """The sums by rate of VAT and by kind, the highest rate first."""
        return [
            RateTotal(one.vat_rate, one.net_pence, one.vat_pence, one.net_pence + one.vat_pence, one.vat_status)
            for one in money.totals(self.lines).by_rate
        ]

    @property
    def is_taxable(self) -> bool:
        """True when VAT is due on any of it, if only at 0 %: what is exempt alone has no VAT invoice."""
        return any(money.is_taxable(line.vat_status) for line in self.lines)


@dataclass(frozen=True)
class Invoice(_WithLines):
    """An invoice: a VAT invoice when the seller has a VAT number. `paid_on` is None while it is still to be paid."""

    number: str
    issued_on: dt.date
    tax_point_on: dt.date
    order_reference: str
    simplified: bool = False
    paid_on: dt.date | None = None
    note: str = ""
    version: int = 1
    kind: Literal["invoice"] = "invoice"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.simplified and not may_be_simplified(self.gross_pence, [line.vat_status for line in self.lines]):
            raise ValueError("A simplified invoice is for £250 at most, VAT included, and for nothing exempt.")
        if not self.simplified and any(line.net_pence % line.quantity for line in self.lines):
            raise ValueError("A full invoice names the price of each, so a line's net sum is a multiple of it.")


@dataclass(frozen=True)
class CreditNote(_WithLines):
    """What is credited of an invoice: the sums are positive, and the invoice itself stays as it is."""

    number: str
    issued_on: dt.date
    invoice_number: str
    invoice_issued_on: dt.date
    order_reference: str
    reason: str
    note: str = ""
    version: int = 1
    kind: Literal["credit_note"] = "credit_note"


@dataclass(frozen=True)
class Statement:
    """What the buyer asked for, gave up or took note of: the exact words they saw, and when they agreed to them."""

    words: str
    given_at: dt.datetime

    def __post_init__(self) -> None:
        _check_aware(self.given_at)


@dataclass(frozen=True)
class Particular:
    """One thing to know about the contract, such as "How it is taught" and the words that say so."""

    term: str
    words: str


@dataclass(frozen=True)
class Confirmation(_WithLines):
    """The contract on paper, for the buyer to keep.

    `opens` and `right_to_cancel` are sentences. `cancel_until` is the last day on which a consumer may cancel; it is
    None where the law gives no such right, and then there is no cancellation form. `terms` is the full text: an empty
    line parts paragraphs, and a paragraph that begins with "# " is a heading.
    """

    order_reference: str
    made_at: dt.datetime
    learners: tuple[str, ...]
    opens: str
    statements: tuple[Statement, ...]
    right_to_cancel: str
    cancel_until: dt.date | None
    terms_version: str
    terms: str
    particulars: tuple[Particular, ...] = ()
    version: int = 1
    kind: Literal["confirmation"] = "confirmation"

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_aware(self.made_at)


Document = Invoice | CreditNote | Confirmation
_JSON: TypeAdapter[Document] = TypeAdapter(Annotated[Document, Field(discriminator="kind")])


def may_be_simplified(gross_pence: int, kinds: Iterable[VatStatus | None] = ()) -> bool:
    """True when an invoice over this sum, VAT included, may leave out who buys and what VAT each line bears.

    One with something exempt, or outside the scope of VAT, may not (VAT Notice 700, 16.6). `kinds` are its lines'.
    """
    return gross_pence <= SIMPLIFIED_UP_TO_PENCE and all(money.is_taxable(kind) for kind in kinds)


def to_json(document: Document) -> str:
    """The snapshot as it is stored."""
    return _JSON.dump_json(document).decode()


def from_json(stored: str) -> Document:
    """The snapshot that was stored. Raises ValueError when it is none, without a word of what it says."""
    try:
        return _JSON.validate_json(stored)
    except ValidationError:
        raise ValueError("What is stored is no document.") from None


def _check_aware(moment: dt.datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("A moment says its time zone.")
