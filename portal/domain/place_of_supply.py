"""Where a course is supplied for VAT, and what proves it.

Source: VAT Act 1994, section 7A and Schedule 4A; HMRC's "VAT rules for supplies of digital services to consumers"
(two pieces of evidence that do not contradict each other), VATPOSS05630 and VATPOSS06500.

What runs with nobody teaching is a digital service: it is supplied where the consumer lives. A course with a tutor, or
a live one held in the UK, is not, and is supplied to consumers in the UK wherever they live. A business abroad that
proves itself by a valid VAT number accounts for the VAT itself; without one it is treated as a consumer.

The limits: VAT that another country asks for is not worked out here; nor is a live course held abroad, a business's
admission to a live event in the UK (taxed in the UK, Schedule 4A paragraph 9A), or another country's rule for live
events seen online. Those are for people to settle. Of an internet address only its country is ever passed in or kept.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import places

UK = "GB"
# The Isle of Man is one VAT area with the UK (Jersey and Guernsey are not); UK is reserved in ISO 3166 for GB.
_ONE_WITH_UK = {UK, "IM", "UK"}
_OTHER_NAMES = {UK: "the United Kingdom", "GG": "Guernsey", "JE": "Jersey"}


class Source(StrEnum):
    """Where a piece of evidence comes from."""

    DECLARED = "declared"
    BILLING = "billing"
    CARD = "card"
    IP = "ip"


class State(StrEnum):
    """What the evidence comes to."""

    AGREED = "agreed"
    CONFLICT = "conflict"
    TOO_FEW = "too_few"


class Treatment(StrEnum):
    """What it means for VAT; unknown until the evidence agrees."""

    UK = "uk"
    OUTSIDE_UK_DIGITAL = "outside_uk_digital"
    REVERSE_CHARGE = "reverse_charge"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Evidence:
    """One piece: its source, and the country (ISO 3166-1 alpha-2) it points to. Raises ValueError for another code."""

    source: Source
    country: str

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Z]{2}", self.country):
            raise ValueError(f"{self.country!r} is no code of a country")

    @property
    def area(self) -> str:
        """The country as VAT sees it."""
        return UK if self.country in _ONE_WITH_UK else self.country


@dataclass(frozen=True)
class Decision:
    """Where it is supplied to and what VAT is due; `agreed` is the evidence that settled it, `facts` all there was.

    `country` is None until two pieces agree.
    """

    country: str | None
    vat_treatment: Treatment
    agreed: tuple[Evidence, ...]
    state: State
    facts: tuple[Evidence, ...]


def decide(facts: Iterable[Evidence], *, digital: bool, business: bool, vat_number_valid: bool) -> Decision:
    """What the evidence says. Of each source the last piece counts, so that an answer can be put right.

    Two pieces settle it, also against a third; a tie is a conflict. `business` counts with a valid VAT number only.
    """
    latest = tuple({fact.source: fact for fact in facts}.values())
    areas: defaultdict[str, list[Evidence]] = defaultdict(list)
    for fact in latest:
        areas[fact.area].append(fact)
    most = max(map(len, areas.values()), default=0)
    leading = [area for area, pieces in areas.items() if len(pieces) == most]
    if most < 2 or len(leading) > 1:
        state = State.CONFLICT if len(areas) > 1 else State.TOO_FEW
        treatment = _treatment(None, digital, business and vat_number_valid)
        return Decision(None, treatment, (), state, latest)
    country = leading[0]
    treatment = _treatment(country, digital, business and vat_number_valid)
    return Decision(country, treatment, tuple(areas[country]), State.AGREED, latest)


def _treatment(country: str | None, digital: bool, proven_business: bool) -> Treatment:
    if not digital and not proven_business:
        return Treatment.UK
    if country is None:
        return Treatment.UNKNOWN
    if country == UK:
        return Treatment.UK
    return Treatment.REVERSE_CHARGE if proven_business else Treatment.OUTSIDE_UK_DIGITAL


_SAYS = {
    Source.DECLARED: "you told us {}",
    Source.BILLING: "your billing address is in {}",
    Source.CARD: "your card is from {}",
    Source.IP: "you seem to be online in {}",
}


def question(decision: Decision, *, business: bool = False) -> str | None:
    """What to ask the buyer before VAT can be settled, in plain words; None when there is nothing to ask."""
    if decision.vat_treatment is not Treatment.UNKNOWN:
        return None
    known = {fact.source for fact in decision.facts}
    where = "your organisation is in" if business else "you live in"
    if Source.DECLARED not in known:
        wish = f"Please tell us which country {where}"
    elif Source.BILLING not in known:
        wish = "Please enter your billing address"
    elif Source.CARD not in known:
        wish = "Please go on to pay with your card, which shows its country"
    else:
        wish = "Please ask us, and one of us will settle it with you"
    if decision.state is State.TOO_FEW:
        return f"{wish}, so that we charge the right VAT."
    return f"{_told(decision.facts)}. {wish}, so that we charge the right VAT."


def _told(facts: Iterable[Evidence]) -> str:
    """ "You told us France, but your card is from Germany"."""
    said = [_SAYS[fact.source].format(_name(fact.area)) for fact in facts]
    text = ", ".join(said[:-1]) + f", but {said[-1]}"
    return text[:1].upper() + text[1:]


def _name(country: str) -> str:
    if country in _OTHER_NAMES:
        return _OTHER_NAMES[country]
    return places.in_sentence(places.OUTSIDE_UK, country) if country in places.countries() else country
