"""The declarative base, the naming of constraints, the column types and the tag for personal data."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table's base: integer keys that are never used again, and times that are aware UTC."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)

NEVER_REUSE_IDS = {"sqlite_autoincrement": True}


class Moment(TypeDecorator[dt.datetime]):
    """An aware UTC datetime, on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """UTC going in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be an aware datetime")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Aware UTC coming out."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


SORTED = String().with_variant(String(collation="C"), "postgresql")
"""A text column that both databases sort alike, by its letters' numbers, whatever language the server speaks."""


def one_of(values: type[StrEnum], name: str, *, grows: bool = False) -> Enum:
    """A text column that holds one of the enum's values, kept so by a CHECK on both databases.

    One that `grows` with every feature has no CHECK, since SQLite would have to copy the whole table for each value.
    """
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=not grows,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def personal(category: str, *purposes: str, given_by: str = "the person") -> dict[str, Any]:
    """The `info` of a column that holds personal data: its category, its purposes in the register, and its source."""
    return {"personal": {"category": category, "purposes": purposes, "given_by": given_by}}


LOCKED = {"locked": True}
"""The `info` of a column whose values only the site's data keys open; changing the keys walks over these."""


def no_person(why: str) -> dict[str, Any]:
    """The table `info` of one that holds nobody's data."""
    return {"no_person": why}


def found_by(how: str) -> dict[str, Any]:
    """The table `info` that says how a person's rows are found."""
    return {"found_by": how}
