"""How long things are kept: every class of the register, and months as the calendar counts them."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass


def months_before(moment: dt.datetime, months: int) -> dt.datetime:
    """The same time of the same day, `months` earlier; where that month is shorter, its last day."""
    index = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(index, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


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
    "partner": RetentionClass(
        "Contacts at partners",
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
        "the last time you signed in",
        "ACCOUNT_MONTHS",
        "as long as you may want to come back to them",
        "deleted with everything in them; what nothing ties to you any more stays until its own time",
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
        "Accounts of staff and of contacts at partners",
        "the last time they signed in",
        "ACCOUNT_MONTHS",
        "so that what they did can be looked up",
        "deleted; their name stays beside what they did",
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
