"""The right to cancel: until when a consumer may, and what they get back.

Source: the Consumer Contracts (Information, Cancellation and Additional Charges) Regulations 2013 (SI 2013/3134),
regulations 29 to 37. Days are London's. Where the law leaves a doubt, the answer is the consumer's: whoever was not
told of the right before the contract was made pays nothing while it lasts, and a waiver counts only if it was given
and its confirmation sent before the course opened. Market value (reg 36(5)(b)) is a matter for people, not worked out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from portal.domain.errors import Unfit
from portal.domain.money import pounds
from portal.domain.working_days import LONDON

DAYS = 14


class Buyer(StrEnum):
    """Who buys: a consumer for themselves, or an organisation, which has no right of this kind."""

    ME = "me"
    ORGANISATION = "organisation"


class Content(StrEnum):
    """What the law calls it: a service, or digital content."""

    SERVICE = "service"
    RECORDED = "recorded"


class Start(StrEnum):
    """When the buyer wants the course to open."""

    NOW = "now"
    AFTER_14_DAYS = "after_14_days"


class Reason(StrEnum):
    """Why the answer is what it is; `sentence` says it in words."""

    NOT_OPEN = "not_open"
    NOT_STARTED = "not_started"
    PARTLY_HAD = "partly_had"
    STARTED_UNASKED = "started_unasked"
    NOT_TOLD = "not_told"
    NOT_WAIVED = "not_waived"
    WAIVED = "waived"
    PERFORMED = "performed"
    PERIOD_OVER = "period_over"
    ORGANISATION = "organisation"


_SAID = {
    Reason.NOT_OPEN: "Your course is not open yet: {back}",
    Reason.NOT_STARTED: "You have not had any of the course yet: {back}",
    Reason.PARTLY_HAD: "You asked us to start straight away and have had {had}: {pays}",
    Reason.STARTED_UNASKED: "We started your course early without your request: {back}",
    Reason.NOT_TOLD: "We did not tell you about your right to cancel before you ordered: {back}",
    Reason.NOT_WAIVED: "We opened your course too early, before your agreement was given and confirmed: {back}",
    Reason.WAIVED: "You agreed that your course opens straight away and that you then can’t cancel it. {ask}",
    Reason.PERFORMED: "You asked us to start straight away and the course is complete, so it can’t be cancelled. {ask}",
    Reason.PERIOD_OVER: "Your right to cancel ended on {ended}. {ask}",
    Reason.ORGANISATION: "The right to cancel within 14 days is for people who buy for themselves. {ask}",
}


@dataclass(frozen=True)
class Supplied:
    """How much was had: `done` of `whole` parts, days for a course with dates, or percent where no more is known."""

    done: int
    whole: int
    unit: Literal["parts", "days", "percent"] = "parts"

    def __post_init__(self) -> None:
        if not 0 <= self.done <= self.whole or not self.whole:
            raise ValueError(f"{self.done} of {self.whole} {self.unit} is no share")

    @property
    def share(self) -> Fraction:
        """From 0 to 1, exactly."""
        return Fraction(self.done, self.whole)


@dataclass(frozen=True)
class Contract:
    """One order line as the law looks at it. Moments are aware, sums are pence with VAT.

    `requested_at` is the stored express request (a service) or consent (recorded) to start at once; `acknowledged_at`
    the stored acknowledgement that the right is then lost; `confirmed_at` when the confirmation of the contract, these
    two included, was sent; `informed_at` when the right to cancel, and what is paid after an early start, was
    explained; `opened_at` when the course was opened to the learner. Each is None where there is no proof of it, since
    proof is the seller's (reg 17). `performed`: nothing is left to do for the seller.
    Raises ValueError where it contradicts itself.
    """

    buyer: Buyer
    content: Content
    made_at: dt.datetime
    paid_pence: int
    supplied: Supplied
    requested_at: dt.datetime | None = None
    acknowledged_at: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None
    informed_at: dt.datetime | None = None
    opened_at: dt.datetime | None = None
    performed: bool = False
    refunded_pence: int = 0

    def __post_init__(self) -> None:
        moments = (self.made_at, self.requested_at, self.acknowledged_at, self.confirmed_at, self.informed_at)
        if any(moment is not None and moment.tzinfo is None for moment in (*moments, self.opened_at)):
            raise ValueError("a moment without its time zone is no moment")
        if self.paid_pence < 0 or self.refunded_pence < 0:
            raise ValueError("a sum below nothing was never paid")
        if self.opened_at is None and (self.performed or self.supplied.done):
            raise ValueError("a course that was never opened can't have been had")

    @property
    def told_in_time(self) -> bool:
        """True when the right was explained before the contract was made (reg 13)."""
        return self.informed_at is not None and self.informed_at <= self.made_at

    def was_before_opening(self, moment: dt.datetime | None) -> bool:
        """True for what is proved, and was done no later than the course opened."""
        return moment is not None and self.opened_at is not None and moment <= self.opened_at


@dataclass(frozen=True)
class Answer:
    """What cancelling at one moment would mean. `last_day` is the last on which there is the right, None without one.

    `pays_pence` is what the course costs the buyer then, `refund_pence` what is given back on top of earlier refunds.
    """

    contract: Contract
    can_cancel: bool
    last_day: dt.date | None
    pays_pence: int
    refund_pence: int
    reason: Reason


def content_of(delivery: str) -> Content:
    """What a course's delivery makes of it: only what runs with nobody teaching is digital content."""
    return Content.RECORDED if delivery == "automated" else Content.SERVICE


def last_day(made_at: dt.datetime, informed_at: dt.datetime | None) -> dt.date:
    """The last day of the right: it ends at midnight, London time, when this day ends.

    The 14th day after the day of the contract (reg 30(2)). Not told before: 14 days after the day of being told, if
    that is within twelve months, else twelve months more (reg 31).
    """
    made = _day(made_at)
    normal = made + dt.timedelta(days=DAYS)
    if informed_at is None or _day(informed_at) > _a_year_after(made):
        return _a_year_after(normal)
    return normal if informed_at <= made_at else _day(informed_at) + dt.timedelta(days=DAYS)


def opens_on(made_at: dt.datetime, start: Start | None) -> dt.date:
    """The day on which the course opens: the day of the contract, or the first day after the 14.

    Supply must not begin "before the end of" the period (regs 36(1) and 37(1)), which is midnight at the end of the
    14th day: a contract of 22 November 2026 can be cancelled all through 6 December, and opens on the 7th.
    """
    made = _day(made_at)
    return made + dt.timedelta(days=DAYS + 1) if start is Start.AFTER_14_DAYS else made


def opens_at(made_at: dt.datetime, start: Start | None) -> dt.datetime:
    """The moment from which the course may open, in UTC: at once, or when the day of `opens_on` begins in London."""
    if start is not Start.AFTER_14_DAYS:
        return made_at.astimezone(dt.UTC)
    return dt.datetime.combine(opens_on(made_at, start), dt.time(), LONDON).astimezone(dt.UTC)


def refund_by(cancelled_at: dt.datetime) -> dt.date:
    """The last day for paying back: the 14th after the day on which the consumer told us (reg 34(6))."""
    return _day(cancelled_at) + dt.timedelta(days=DAYS)


def cancel(contract: Contract, now: dt.datetime) -> Answer:
    """What the law says of cancelling at `now`, the moment when the consumer sends word (reg 32(5)).

    What staff may give back regardless is `refundable`'s to judge.
    """
    if contract.buyer is Buyer.ORGANISATION:
        return _refusal(contract, None, Reason.ORGANISATION)
    last = last_day(contract.made_at, contract.informed_at)
    if _day(now) > last:
        return _refusal(contract, last, Reason.PERIOD_OVER)
    reason = _reason(contract)
    if reason in (Reason.WAIVED, Reason.PERFORMED):
        return _refusal(contract, last, reason)
    # Rounded down: the consumer never pays for a part of a penny.
    pays = int(contract.paid_pence * contract.supplied.share) if reason is Reason.PARTLY_HAD else 0
    refund = max(0, contract.paid_pence - pays - contract.refunded_pence)
    return Answer(contract, True, last, pays, refund, reason)


def _reason(contract: Contract) -> Reason:
    """What decides, while the period runs."""
    if contract.opened_at is None:
        return Reason.NOT_OPEN
    if not contract.told_in_time:
        return Reason.NOT_TOLD
    requested, acknowledged = map(contract.was_before_opening, (contract.requested_at, contract.acknowledged_at))
    if contract.content is Content.RECORDED:
        confirmed = contract.was_before_opening(contract.confirmed_at)
        return Reason.WAIVED if requested and acknowledged and confirmed else Reason.NOT_WAIVED
    if not requested:
        return Reason.STARTED_UNASKED if contract.supplied.done or contract.performed else Reason.NOT_STARTED
    if contract.performed and acknowledged:
        return Reason.PERFORMED
    return Reason.PARTLY_HAD if contract.supplied.done else Reason.NOT_STARTED


def sentence(answer: Answer) -> str:
    """The answer in plain words, said to the buyer."""
    return _SAID[answer.reason].format(
        back=_back(answer),
        had=_had(answer.contract.supplied),
        pays=_pays(answer),
        ended=_said(answer.last_day),
        ask="If something is wrong or your plans have changed, ask us.",
    )


def refundable(amount_pence: int, paid_pence: int, refunded_pence: int) -> int:
    """What is left of a line after staff give `amount_pence` back, whatever the law says of it.

    All pence with VAT. Raises Unfit, in words for the form, for nothing and for more than is left.
    """
    left = paid_pence - refunded_pence
    if left <= 0:
        raise Unfit("amount", "All that was paid for this has been given back already")
    if amount_pence <= 0:
        raise Unfit("amount", f"Enter a sum from £0.01 to {pounds(left)}")
    if amount_pence > left:
        raise Unfit("amount", f"Enter {pounds(left)} or less: that is all that is left of this line")
    return left - amount_pence


def _refusal(contract: Contract, last: dt.date | None, reason: Reason) -> Answer:
    left = max(0, contract.paid_pence - contract.refunded_pence)
    return Answer(contract, False, last, left, 0, reason)


def _back(answer: Answer) -> str:
    if not answer.refund_pence:
        return "you can cancel, and there is nothing left to give back."
    whole = "the rest" if answer.contract.refunded_pence else "everything"
    return f"you get {whole} back, {pounds(answer.refund_pence)}."


def _pays(answer: Answer) -> str:
    had = answer.contract.supplied
    them = "that" if had.unit == "percent" or had.done == 1 else "them"
    back = f"get {pounds(answer.refund_pence)} back" if answer.refund_pence else "nothing is left to give back"
    return f"you pay {pounds(answer.pays_pence)} for {them} and {back}."


def _had(supplied: Supplied) -> str:
    """ "3 of 10 parts"."""
    if supplied.unit == "percent":
        return f"{100 * supplied.done // supplied.whole}% of the course"
    return f"{supplied.done} of {supplied.whole} {supplied.unit.removesuffix('s' if supplied.whole == 1 else '')}"


def _said(day: dt.date | None) -> str:
    """ "6 December 2026"."""
    return f"{day.day} {day:%B} {day.year}" if day else ""


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(LONDON).date()


def _a_year_after(day: dt.date) -> dt.date:
    """Twelve months on, on the day with the same number; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
