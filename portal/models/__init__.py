"""Rows and constraints. Importing this package loads every table."""

from portal.models import (
    account,
    account_warning,
    answers,
    complaint,
    consent,
    content_change,
    course,
    course_run,
    data_version,
    enquiry,
    invitation,
    outbox,
    partner,
    routing_rule,
    security_event,
    sponsor,
    staff,
)
from portal.models.base import Base, db

__all__ = [
    "Base",
    "account",
    "account_warning",
    "answers",
    "complaint",
    "consent",
    "content_change",
    "course",
    "course_run",
    "data_version",
    "db",
    "enquiry",
    "invitation",
    "outbox",
    "partner",
    "routing_rule",
    "security_event",
    "sponsor",
    "staff",
]
