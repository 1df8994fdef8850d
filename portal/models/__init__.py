"""Rows and constraints. Importing this package loads every table."""

from portal.models import (
    account,
    consent,
    course,
    data_version,
    enquiry,
    outbox,
    partner,
    routing_rule,
    security_event,
)
from portal.models.base import Base, db

__all__ = [
    "Base",
    "account",
    "consent",
    "course",
    "data_version",
    "db",
    "enquiry",
    "outbox",
    "partner",
    "routing_rule",
    "security_event",
]
