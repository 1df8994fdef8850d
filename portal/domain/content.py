"""What staff edit on pages, column by column: partners, sponsors, courses, dates, rules; and how a change is noted."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from portal.domain import days, places, prices

Values = Mapping[str, Any]
Change = tuple[str, str, str]  # a column's label, what it said before, what it says now


class What(StrEnum):
    """What a change was made to."""

    PARTNER = "partner"
    COURSE = "course"
    RUN = "run"
    RULE = "rule"
    SPONSOR = "sponsor"


NATIONS = {"england": "England", "wales": "Wales", "scotland": "Scotland", "northern-ireland": "Northern Ireland"}
PARTNER_ROLES = {
    "controller": "A controller of its own",
    "joint_controller": "A controller jointly with us",
    "processor": "A processor that acts on our instructions",
}
SPONSOR_KINDS = {"employer": "An employer", "trade_body": "A trade body", "other_group": "Another group"}
HOME_COUNTRIES = {"GB": "United Kingdom", "GG": "Guernsey", "IM": "Isle of Man", "JE": "Jersey"}
DELIVERIES = {"automated": "Online, without a tutor", "tutor_supported": "Online, with a tutor", "live": "Live"}
SOLD = {"here": "On this site", "partners": "By partners", "both": "On this site and by partners"}
VAT_STATUSES = {
    "standard": "Bears VAT",
    "zero": "Zero-rated",
    "exempt": "Exempt",
    "outside_scope": "Outside the scope of VAT",
}
AUDIENCES = {"individual": "Individuals", "organisation": "Organisations"}
STRATEGIES = {
    "first": "The first that can take it, in this order",
    "share": "Shared: whoever had the fewest in the last seven days",
}


def country_name(code: str) -> str:
    """A country's name, the United Kingdom's and the Crown dependencies' too; an unknown code stays as it is."""
    return HOME_COUNTRIES.get(code) or places.countries().get(code, code)


def needs_transfer_words(country: str) -> bool:
    """True when it must be said what allows personal data to go there."""
    return country not in HOME_COUNTRIES


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _word(words: Mapping[str, str]) -> Callable[[Any], str]:
    return lambda value: words.get(str(value or ""), _plain(value))


@dataclass(frozen=True)
class Column:
    """One column: its label, how its value is written, and whether it names a person."""

    label: str
    write: Callable[[Any], str] = _plain
    personal: bool = False


Columns = Mapping[str, Column]

PARTNER: Columns = {
    "name": Column("Name"),
    "short_name": Column("Short name"),
    "legal_name": Column("Legal name"),
    "town": Column("Town"),
    "contact_name": Column("Contact’s name", personal=True),
    "email": Column("Email", personal=True),
    "backup_email": Column("Second email", personal=True),
    "website": Column("Website"),
    "privacy_url": Column("Privacy notice"),
    "weekly_capacity": Column("Most enquiries in seven days"),
    "nation": Column("Bank holidays", _word(NATIONS)),
    "agreement_on": Column("Agreement since"),
    "role": Column("What they are for people’s data", _word(PARTNER_ROLES)),
    "country": Column("Country", lambda value: country_name(value)),
    "transfer_mechanism": Column("What allows data to go there"),
    "active": Column("Takes enquiries"),
}
SPONSOR: Columns = {
    "name": Column("Name"),
    "kind": Column("What it is", _word(SPONSOR_KINDS)),
    "privacy_notice": Column("Privacy notice"),
}
COURSE: Columns = {
    "title": Column("Title"),
    "subject": Column("Subject"),
    "topic": Column("Inside a sentence"),
    "summary": Column("Summary"),
    "price_pence": Column("Price without VAT, in pounds", prices.pounds),
    "vat_status": Column("What kind of VAT", _word(VAT_STATUSES)),
    "vat_rate": Column("VAT, in percent"),
    "sold": Column("Sold", _word(SOLD)),
    "delivery": Column("How it is taught", _word(DELIVERIES)),
    "taught": Column("How it is taught, in your words"),
    "needs_telephone": Column("A tutor rings the learner"),
    "length": Column("Length"),
    "access_days": Column("Days it stays open"),
    "award": Column("Award"),
    "award_note": Column("Note on the award"),
    "outline": Column("Outline"),
    "before": Column("Before it begins"),
    "active": Column("On offer"),
}
RUN: Columns = {
    "starts_on": Column("First day", days.typed),
    "ends_on": Column("Last day", days.typed),
    "times": Column("Times"),
    "place": Column("Place"),
    "address": Column("Address"),
    "capacity": Column("Places"),
    "active": Column("On offer"),
}
RULE: Columns = {
    "priority": Column("Priority"),
    "name": Column("Name"),
    "regions": Column("Regions", lambda value: ", ".join(sorted(_region(slug) for slug in value))),
    "countries": Column("Countries", lambda value: ", ".join(sorted(country_name(code) for code in value))),
    "interests": Column("About", lambda value: ", ".join(sorted(value))),
    "audience": Column("Who asks", _word(AUDIENCES)),
    "min_learners": Column("Fewest learners"),
    "max_learners": Column("Most learners"),
    "partners": Column("Partners"),
    "strategy": Column("Who of them", _word(STRATEGIES)),
    "reason": Column("Public reason"),
}


def _region(slug: str) -> str:
    return places.REGIONS[slug].name if slug in places.REGIONS else slug


def changes(columns: Columns, before: Values | None, after: Values) -> list[Change]:
    """What differs, column by column; `before` is None for something new.

    What names a person is not written down, only that it changed: a history outlives the person's erasure.
    """
    found = []
    for name, column in columns.items():
        old, new = column.write(before[name]) if before else "", column.write(after[name])
        if old != new:
            found.append((column.label, "", "changed") if column.personal else (column.label, old, new))
    return found


def lines(columns: Columns, values: Values) -> list[tuple[str, str]]:
    """Each column's label and value, for those who only read."""
    return [(column.label, column.write(values[name])) for name, column in columns.items()]


def fingerprint(values: Values) -> str:
    """A number that differs when any value does."""
    text = json.dumps({name: str(value) for name, value in values.items()}, sort_keys=True)
    return sha256(text.encode()).hexdigest()
