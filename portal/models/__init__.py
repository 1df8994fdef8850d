"""Rows and constraints. Importing this package loads every table."""

from portal.models import consent, course, data_version, enquiry, outbox, partner, routing_rule
from portal.models.base import Base, db

__all__ = ["Base", "consent", "course", "data_version", "db", "enquiry", "outbox", "partner", "routing_rule"]
