"""Money: whole pence of pounds sterling, VAT for each line, and what is given back of one.

VAT is rounded half up for each line, and a total is the sum of its lines as they are read: whoever adds up an invoice
comes to the same penny. Source: VAT Notice 700, 17.5 (rounding by line), and VAT Regulations 1995, reg 14 (what an
invoice shows: net, rate and VAT, by rate).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Protocol


class VatStatus(StrEnum):
    """Why something bears the VAT that it bears. Zero-rated is taxable, at 0 %; exempt is not taxable at all."""

    STANDARD = "standard"
    ZERO = "zero"
    EXEMPT = "exempt"
    OUTSIDE_SCOPE = "outside_scope"


_WITHOUT_RATE = {VatStatus.EXEMPT: "Exempt", VatStatus.OUTSIDE_SCOPE: "Outside the scope"}


def vat(net_pence: int, rate_percent: int) -> int:
    """The VAT on a net sum, in pence, rounded half up. Raises ValueError for a sum below 0 or a rate not in 0..100."""
    if net_pence < 0 or not 0 <= rate_percent <= 100:
        raise ValueError(f"{net_pence} pence at {rate_percent}% is no price")
    return (net_pence * rate_percent + 50) // 100


def is_taxable(status: VatStatus | None) -> bool:
    """True where VAT is due at some rate, if only at 0 %. None: a line of the time before the kind was kept."""
    return status not in _WITHOUT_RATE


def rate_words(status: VatStatus | None, rate_percent: int) -> str:
    """ "20 %", "Zero-rated, 0 %", "Exempt" or "Outside the scope": as an invoice names it (VAT Notice 700, 16)."""
    if status in _WITHOUT_RATE:
        return _WITHOUT_RATE[status]
    return f"Zero-rated, {rate_percent} %" if status is VatStatus.ZERO else f"{rate_percent} %"


def vat_words(status: VatStatus | None, rate_percent: int) -> str:
    """ "VAT at 20 %", "Zero-rated, VAT at 0 %", "Exempt from VAT" or "Outside the scope of VAT"."""
    if status in _WITHOUT_RATE:
        return f"{_WITHOUT_RATE[status]} {'from' if status is VatStatus.EXEMPT else 'of'} VAT"
    zero = "Zero-rated, " if status is VatStatus.ZERO else ""
    return f"{zero}VAT at {rate_percent} %"


def pounds(pence: int) -> str:
    """ "£1,480.00"; a sum below nothing has a minus before it."""
    return f"{'−' if pence < 0 else ''}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"


Kind = tuple[int, VatStatus | None]
"""A rate of VAT in percent, and why it is that: exempt and zero-rated sums are never one sum."""


def kind_order(kind: Kind) -> tuple[int, int]:
    """The highest rate first; of those without VAT, the zero-rated before the exempt."""
    rate, status = kind
    return -rate, 0 if status is None else list(VatStatus).index(status)


class Taxed(Protocol):
    """What totals are made of: a line that is charged, or a part of one that is given back."""

    @property
    def net_pence(self) -> int:
        """Without VAT."""

    @property
    def vat_pence(self) -> int:
        """The VAT."""

    @property
    def vat_rate(self) -> int:
        """In percent."""

    @property
    def vat_status(self) -> VatStatus | None:
        """Why it is that rate; None where nobody wrote it down."""


@dataclass(frozen=True)
class Part:
    """What is given back of one line, as a credit note shows it. Sums are pence, the rate is the line's, in percent."""

    description: str
    net_pence: int
    vat_pence: int
    vat_rate: int
    vat_status: VatStatus | None = None

    @property
    def gross_pence(self) -> int:
        """What the buyer gets back."""
        return self.net_pence + self.vat_pence


@dataclass(frozen=True)
class Line:
    """One line of an order: a net price in pence, a VAT rate in percent. Raises ValueError where they are no price."""

    description: str
    net_pence: int
    vat_rate: int
    vat_status: VatStatus | None = None

    def __post_init__(self) -> None:
        vat(self.net_pence, self.vat_rate)

    @property
    def vat_pence(self) -> int:
        """Its VAT, rounded half up."""
        return vat(self.net_pence, self.vat_rate)

    @property
    def gross_pence(self) -> int:
        """What is paid for it, VAT included."""
        return self.net_pence + self.vat_pence

    def give_back(self, amount_pence: int, *, already_pence: int = 0) -> Part:
        """Split `amount_pence`, given back with VAT, into net and VAT; `already_pence` was given back of it before.

        The split is cumulative: it is the rounded VAT of all that is given back so far, less the same of all before.
        Were each part rounded for itself, three refunds of 40p of a line of £1.20 would return 21p of the 20p charged;
        so the parts of any sequence add up, and come to the line's own net and VAT when all is given back.
        Raises ValueError for nothing, and for more than is left.
        """
        after = already_pence + amount_pence
        if amount_pence <= 0 or already_pence < 0 or after > self.gross_pence:
            left = self.gross_pence - already_pence
            raise ValueError(f"{amount_pence} pence can't be given back of a line with {left} left")
        part = self._vat_within(after) - self._vat_within(already_pence)
        return Part(self.description, amount_pence - part, part, self.vat_rate, self.vat_status)

    def _vat_within(self, gross: int) -> int:
        """The share of the line's VAT in the first `gross` pence of it, rounded half up."""
        return (2 * self.vat_pence * gross + self.gross_pence) // (2 * self.gross_pence)


@dataclass(frozen=True)
class AtRate:
    """All that is charged or given back at one rate of VAT, of one kind: the rate in percent, the sums in pence."""

    vat_rate: int
    net_pence: int
    vat_pence: int
    vat_status: VatStatus | None = None


@dataclass(frozen=True)
class Totals:
    """What some lines come to, by rate with the highest first, and altogether, in pence."""

    by_rate: tuple[AtRate, ...]

    @property
    def net_pence(self) -> int:
        """Without VAT."""
        return sum(one.net_pence for one in self.by_rate)

    @property
    def vat_pence(self) -> int:
        """The VAT: the sum of the lines' own, never worked out anew from the total."""
        return sum(one.vat_pence for one in self.by_rate)

    @property
    def gross_pence(self) -> int:
        """What is paid, or given back."""
        return self.net_pence + self.vat_pence


def spread(pence: int, over: Sequence[int]) -> list[int]:
    """Shares of a sum in proportion to these sums, in whole pence that add up to it; none is more than its own.

    Raises ValueError for more than all of them.
    """
    whole = sum(over)
    if not 0 <= pence <= whole:
        raise ValueError(f"{pence} pence can't be spread over {whole}")
    ends = [(2 * pence * sum(over[:count]) + whole) // (2 * whole or 1) for count in range(len(over) + 1)]
    return [after - before for before, after in pairwise(ends)]


def totals(lines: Iterable[Taxed]) -> Totals:
    """What the lines come to."""
    of_kind: dict[Kind, list[Taxed]] = {}
    for line in lines:
        of_kind.setdefault((line.vat_rate, line.vat_status), []).append(line)
    return Totals(
        tuple(
            AtRate(kind[0], sum(one.net_pence for one in those), sum(one.vat_pence for one in those), kind[1])
            for kind, those in sorted(of_kind.items(), key=lambda one: kind_order(one[0]))
        )
    )
