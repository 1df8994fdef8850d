"""What a row of an imported CSV file may say. Every check names the column and says what to write instead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from portal.domain import course_run, days
from portal.domain.content import SPONSOR_KINDS
from portal.domain.enquiry import is_encoded
from portal.domain.places import REGIONS, countries

Reader = Callable[[str], Any]
Columns = tuple[Mapping[str, Reader], Mapping[str, Reader]]  # those a file must have, those it may have
LONGEST_ACCESS = 3650
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


def text(cell: str) -> str:
    """Any text, may be empty."""
    if "\x00" in cell:
        raise ValueError("holds a character that can't be stored")
    return cell


def needed(cell: str) -> str:
    """Any text but none."""
    if not cell:
        raise ValueError("is empty")
    return text(cell)


def code(cell: str) -> str:
    """A code such as FIB-OTDR."""
    if not CODE.fullmatch(cell):
        raise ValueError(f"is {cell!r}: use 1 to 40 letters, digits, . - or _")
    return cell


def own_code(cell: str) -> str:
    """A code of something with a page of its own; "new" is the page where another is added."""
    if cell == "new":
        raise ValueError("is 'new': choose another code")
    return code(cell)


def run_code(cell: str) -> str:
    """A code such as FIB-OTDR-2026-12-01."""
    if cell == "new" or not course_run.CODE.fullmatch(cell):
        raise ValueError(f"is {cell!r}: use 1 to 60 letters, digits, . - or _, such as FIB-OTDR-2026-12-01")
    return cell


def day_or_blank(cell: str) -> dt.date | None:
    """A day as people type it, or nothing."""
    return days.read(cell) if cell else None


def access_days_or_blank(cell: str) -> int | None:
    """For how many days a course stays open: from 1 to ten years, or nothing."""
    number = count_or_blank(cell)
    if number is not None and number > LONGEST_ACCESS:
        raise ValueError(f"is {cell!r}: write at most {LONGEST_ACCESS}, or leave it empty")
    return number


def whole_number(cell: str) -> int:
    """A whole number, nought or more."""
    if not (cell.isascii() and cell.isdigit() and len(cell) < 10):
        raise ValueError(f"is {cell!r}: write a whole number")
    return int(cell)


def percentage(cell: str) -> int:
    """A whole number of percent, 0 to 100."""
    number = whole_number(cell)
    if fault := fault_of_percentage(number):
        raise ValueError(fault)
    return number


def fault_of_percentage(number: int) -> str:
    """What is wrong with a whole number of percent; empty when nothing is."""
    return f"is {number}: write a percentage up to 100" if number > 100 else ""


def number_or_blank(cell: str) -> int | None:
    """A whole number, or nothing."""
    return whole_number(cell) if cell else None


def count_or_blank(cell: str) -> int | None:
    """A whole number from 1, or nothing."""
    number = number_or_blank(cell)
    if number == 0:
        raise ValueError(f"is {cell!r}: write 1 or more, or leave it empty")
    return number


def yes_or_no(cell: str) -> bool:
    """yes or no."""
    if cell.lower() not in ("yes", "no"):
        raise ValueError(f"is {cell!r}: write yes or no")
    return cell.lower() == "yes"


def date_or_blank(cell: str) -> dt.date | None:
    """A date such as 2026-11-30, or nothing."""
    if not cell:
        return None
    try:
        return dt.date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"is {cell!r}: write a date such as 2026-11-30") from None


def email_or_blank(cell: str) -> str:
    """An email address, or nothing."""
    if not cell:
        return ""
    wrong = ValueError(f"is {cell!r}: write an email address")
    if is_encoded(cell):
        raise wrong
    try:
        validate_email(cell, check_deliverability=False, allow_smtputf8=True, test_environment=True)
    except EmailNotValidError:
        raise wrong from None
    return cell


def web_address_or_blank(cell: str) -> str:
    """A web address, or nothing."""
    if text(cell) and not _is_whole(cell):
        raise ValueError(f"is {cell!r}: write a whole web address, such as https://training.example")
    return cell


def _is_whole(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def one_of(*values: str) -> Reader:
    """One of these words."""

    def read(cell: str) -> str:
        if cell not in values:
            raise ValueError(f"is {cell!r}: write {', '.join(value or 'nothing' for value in values)}")
        return cell

    return read


def country(cell: str) -> str:
    """GB, or the ISO 3166 code of another country."""
    if cell not in {"GB", "GG", "IM", "JE", *countries()}:
        raise ValueError(f"is {cell!r}: write a country's two letters, such as GB or IE")
    return cell


def listed(cell: str) -> tuple[str, ...]:
    """A list with ; between, each thing once."""
    items = tuple(part.strip() for part in cell.split(";") if part.strip())
    if len(set(items)) < len(items):
        raise ValueError("names something twice")
    return items


def sponsor_kind(cell: str) -> str:
    """What a sponsor is, as a person writes it: "Trade body" is trade_body."""
    kind = cell.lower().replace(" ", "_").replace("-", "_")
    if kind not in SPONSOR_KINDS:
        raise ValueError(f"is {cell!r}: write employer, trade body or other group")
    return kind


NATION = one_of("england", "wales", "scotland", "northern-ireland")
PARTNER: Columns = (
    {
        "code": own_code,
        "name": needed,
        "email": email_or_blank,
        "backup_email": email_or_blank,
        "website": web_address_or_blank,
        "privacy_url": web_address_or_blank,
        "weekly_capacity": number_or_blank,
        "active": yes_or_no,
    },
    {
        "short_name": text,
        "legal_name": text,
        "town": text,
        "contact_name": text,
        "role": one_of("controller", "joint_controller", "processor"),
        "agreement_on": date_or_blank,
        "country": country,
        "transfer_mechanism": text,
        "nation": NATION,
    },
)
SPONSOR: Columns = (
    {
        "code": own_code,
        "name": needed,
        "kind": sponsor_kind,
        "privacy_notice": web_address_or_blank,
        "active": yes_or_no,
    },
    {},
)
COURSE: Columns = (
    {
        "code": own_code,
        "title": needed,
        "subject": code,
        "price_pence": whole_number,
        "vat_rate": whole_number,
        "delivery": one_of("automated", "tutor_supported", "live"),
        "summary": text,
        "active": yes_or_no,
    },
    {
        "sold": one_of("here", "partners", "both"),
        "vat_status": one_of("standard", "zero", "exempt", "outside_scope"),
        "needs_telephone": yes_or_no,
        "access_days": access_days_or_blank,
        "topic": text,
        "length": text,
        "taught": text,
        "award": text,
        "award_note": text,
        "outline": text,
        "before": text,
    },
)
COURSE_RUN: Columns = (
    {
        "course": code,
        "code": run_code,
        "starts_on": days.read,
        "ends_on": day_or_blank,
        "times": text,
        "place": text,
        "address": text,
        "capacity": number_or_blank,
        "active": yes_or_no,
    },
    {},
)
ROUTING_RULE: Columns = (
    {
        "priority": whole_number,
        "name": needed,
        "regions": listed,
        "countries": listed,
        "interests": listed,
        "audience": one_of("", "individual", "organisation"),
        "min_learners": number_or_blank,
        "max_learners": number_or_blank,
        "partners": listed,
        "strategy": one_of("first", "share"),
    },
    {"reason": text},
)
ENQUIRY: Columns = (
    {
        "region": one_of(*REGIONS),
        "country": lambda cell: country(cell) if cell else None,
        "interest": needed,
        "audience": one_of("individual", "organisation"),
        "learners": count_or_blank,
        "keep_with_us": yes_or_no,
    },
    {},
)
