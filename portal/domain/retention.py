"""How long things are kept: every class of the register, and months as the calendar counts them."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.working_days import LONDON


def months_before(moment: dt.datetime, months: int) -> dt.datetime:
    """The same time of the same day, `months` earlier; where that month is shorter, its last day."""
    index = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(index, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def months_after(moment: dt.datetime, months: int) -> dt.datetime:
    """As `months_before`, later."""
    return months_before(moment, -months)


WARNED_FOR = dt.timedelta(days=30)
"""How long an account is kept after the mail server took the letter that it will be deleted."""

UNREACHED_FOR = dt.timedelta(days=60)
"""How long it is kept after that letter was given up: time for somebody here to find another way, and no longer."""


@dataclass(frozen=True)
class UnusedLimits:
    """An account may be deleted that was last used before `used_before`, if its owner was written to in time.

    The mail server took the letter by `handed_over_by`, or the letter was given up by `failed_by`.
    """

    used_before: dt.datetime
    handed_over_by: dt.datetime
    failed_by: dt.datetime


def unused_limits(now: dt.datetime, months: int) -> UnusedLimits:
    """The limits at this moment, where accounts are kept for so many months after their last use."""
    return UnusedLimits(months_before(now, months), now - WARNED_FOR, now - UNREACHED_FOR)


def warned_when_used_before(now: dt.datetime, months: int) -> dt.datetime:
    """Whoever used their account last before this is written to: it is to be deleted in `WARNED_FOR`."""
    return months_before(now + WARNED_FOR, months)


def deleted_at(last_used_at: dt.datetime, months: int, written_at: dt.datetime) -> dt.datetime:
    """From when on an account may be deleted whose owner is written to at this moment: what the letter says."""
    return max(months_after(last_used_at, months), written_at + WARNED_FOR)


@dataclass(frozen=True)
class OrderLimits:
    """An order goes that was made before `unpaid_before` and never paid, or before `books_before` in any case.

    In the books the last entry of its ledger counts too: what went back in a later year belongs to that year's books.
    """

    unpaid_before: dt.datetime
    books_before: dt.datetime


def order_limits(now: dt.datetime, unpaid_days: int, books_months: int, year_end: str) -> OrderLimits:
    """The limits at this moment; `year_end` is the last day of a financial year, such as "03-31".

    What was made in a financial year goes so many months after that year's end: those years count whole.
    """
    latest = months_before(now, books_months).astimezone(LONDON).date()
    month, day = (int(part) for part in year_end.split("-"))
    ended = _last_year_end(latest, month, day)
    over = dt.datetime.combine(ended + dt.timedelta(days=1), dt.time(), LONDON)
    return OrderLimits(now - dt.timedelta(days=unpaid_days), over.astimezone(dt.UTC))


def _last_year_end(before: dt.date, month: int, day: int) -> dt.date:
    """The last end of a financial year that lies before this day."""
    this_year = _in_year(before.year, month, day)
    return this_year if this_year < before else _in_year(before.year - 1, month, day)


def _in_year(year: int, month: int, day: int) -> dt.date:
    """That day of the year; 29 February is the 28th where there is none."""
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True)
class RetentionClass:
    """How long something is kept: counted from what, why, and how it ends.

    `setting` names the setting that says how many months or days; what is in no table is kept for `length` instead.
    """

    what: str
    counted_from: str
    setting: str
    reason: str
    disposal: str
    length: str = ""

    def kept_for(self, settings: Mapping[str, object]) -> str:
        """ "24 months", with these settings: a setting's name ends in its unit."""
        return self.length or f"{settings[self.setting]} {self.setting.rpartition('_')[2].lower()}"


RETENTION = {
    "enquiry": RetentionClass(
        "Enquiries",
        "the day they arrive",
        "ENQUIRY_MONTHS",
        "long enough to answer, and to help when a course is booked long after the question",
        "deleted with the record of who answered",
    ),
    "order": RetentionClass(
        "Orders that nobody paid",
        "the day they are made, or last taken up again",
        "ORDER_DAYS",
        "long enough for a bank to answer, and to help when a payment went wrong",
        "deleted with everything in them; one that was paid belongs to our books",
    ),
    "enrolment": RetentionClass(
        "Places on courses",
        "the end of the financial year in which the place was ordered, or money last moved for it",
        "BOOKS_MONTHS",
        "so that a certificate can be stood by, and a claim answered",
        "deleted with the order; the name and address of somebody who never took their place up go after 30 days",
    ),
    "books": RetentionClass(
        "Orders, payments and invoices",
        "the end of the financial year in which the last of them was made",
        "BOOKS_MONTHS",
        "company and tax law ask for six years",
        "deleted with everything in them",
    ),
    "complaint": RetentionClass(
        "Complaints",
        "the day they are closed",
        "COMPLAINT_MONTHS",
        "as long as somebody could still claim anything because of them",
        "deleted with everything said and done about them",
    ),
    "partner": RetentionClass(
        "Addresses at partners that enquiries go to",
        "the end of the agreement with the partner",
        "ENQUIRY_MONTHS",
        "as long as enquiries that the partner had are kept",
        "deleted by the person who answers for privacy, who looks through the partners once a year",
    ),
    "registration": RetentionClass(
        "Registrations whose address nobody confirmed",
        "the day they arrive",
        "REGISTRATION_DAYS",
        "long enough to find our letter",
        "deleted with everything in them",
    ),
    "account": RetentionClass(
        "Accounts",
        "the last time you signed in, or told us to keep it",
        "ACCOUNT_MONTHS",
        "as long as you may want to come back to them",
        "deleted with everything in them, 30 days after a letter that says so at the earliest, also where you work"
        " here, for a partner or for a sponsor (of one that is suspended there is no letter); what nothing ties to you"
        " any more stays until its own time",
    ),
    "invitation": RetentionClass(
        "Invitations",
        "the day they are sent",
        "INVITATION_DAYS",
        "long enough for the invited person to answer",
        "what was said of the invited person is deleted when they answer, and all of it then",
    ),
    "equality": RetentionClass(
        "Equality answers",
        "the day of the answer",
        "EQUALITY_MONTHS",
        "long enough to count them once a quarter",
        "deleted; only totals stay, without small numbers",
    ),
    "staff": RetentionClass(
        "Accounts of staff and of contacts at partners and sponsors",
        "the last time they signed in, or were invited",
        "ACCOUNT_MONTHS",
        "so that what they did can be looked up",
        "deleted, without a letter to those who do not learn here; their name stays beside what they did",
    ),
    "security": RetentionClass(
        "The security log",
        "the day of the entry",
        "SECURITY_LOG_DAYS",
        "long enough to notice and look into a break-in",
        "deleted every day",
    ),
    "network": RetentionClass(
        "Counts of forms and letters",
        "the last form sent from them",
        "",
        "long enough to see that somebody sends far too many",
        "forgotten by themselves",
        length="a day at most",
    ),
}
