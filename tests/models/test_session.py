"""One use case, one transaction: all or nothing, and a writer that has read before never fails on SQLite."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, InvalidRequestError, StatementError
from sqlalchemy.orm.exc import DetachedInstanceError

from portal.models.data_version import DataVersion
from portal.models.enquiry import Enquiry, Referral
from portal.models.partner import Partner
from portal.models.session import reading, writing

pytestmark = pytest.mark.usefixtures("context")


def _partner(code: str = "LIN", **changes: object) -> Partner:
    return Partner(**{"code": code, "name": "Lindum Training", "short_name": "Lindum", **changes})


def _count() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Partner)) or 0


def test_what_raises_leaves_nothing() -> None:
    def half() -> None:
        with writing() as session:
            session.add(_partner())
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert _count() == 0


def test_rows_read_are_values_that_never_ask_the_database_again() -> None:
    with writing() as session:
        session.add(_partner())
    with reading() as session:
        partner = session.scalars(select(Partner)).one()
    assert partner.name == "Lindum Training"
    partner.name = "Changed"
    with reading() as session:
        assert session.scalars(select(Partner)).one().name == "Lindum Training"


def test_related_rows_must_be_asked_for() -> None:
    referral = _loaded_referral()
    with pytest.raises((InvalidRequestError, DetachedInstanceError)):
        _ = referral.partner


def _loaded_referral() -> Referral:
    now = dt.datetime.now(dt.UTC)
    with writing() as session:
        partner = _partner()
        session.add(partner)
        session.flush()
        enquiry = Enquiry(
            reference="ENQ-A",
            submission="s",
            full_name="Priya",
            email="p@mail.example",
            email_key="p@mail.example",
            region="london",
            interest="other",
            audience="individual",
            keep_with_us=False,
            holder="partner",
            received_at=now,
            due_at=now,
        )
        session.add(enquiry)
        session.flush()
        session.add(Referral(enquiry_id=enquiry.id, partner_id=partner.id, referred_at=now))
    with reading() as session:
        return session.scalars(select(Referral)).one()


def test_eight_writers_that_have_read_first_all_succeed(context: Flask) -> None:
    failures: list[Exception] = []

    def count_up() -> None:
        try:
            with context.app_context():
                for _ in range(10):
                    with reading() as session:
                        session.scalars(select(DataVersion)).one()
                    with writing() as session:
                        row = session.scalars(select(DataVersion).with_for_update()).one()
                        row.number += 1
        except Exception as error:
            failures.append(error)

    with reading() as session:
        before = session.scalars(select(DataVersion.number)).one()
    threads = [threading.Thread(target=count_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with reading() as session:
        assert session.scalars(select(DataVersion.number)).one() == before + 80


@pytest.mark.parametrize(
    "wrong",
    [{"weekly_capacity": -1}, {"role": "friend"}, {"nation": "cornwall"}, {"name": None}],
    ids=["capacity", "role", "nation", "name"],
)
def test_the_database_refuses_what_can_not_be(wrong: dict[str, object]) -> None:
    def add() -> None:
        with writing() as session:
            session.add(_partner(**wrong))

    with pytest.raises(IntegrityError):
        add()


def test_a_code_stands_once() -> None:
    def add_two() -> None:
        with writing() as session:
            session.add_all([_partner(), _partner()])

    with pytest.raises(IntegrityError):
        add_two()


def test_an_enquiry_has_a_person_until_it_is_removed_and_none_after() -> None:
    _loaded_referral()

    def change(**values: object) -> None:
        with writing() as session:
            enquiry = session.scalars(select(Enquiry)).one()
            for name, value in values.items():
                setattr(enquiry, name, value)

    with pytest.raises(IntegrityError):
        change(full_name=None)
    with pytest.raises(IntegrityError):
        change(removed_at=dt.datetime.now(dt.UTC))
    change(removed_at=dt.datetime.now(dt.UTC), full_name=None, email=None, email_key=None)


def test_a_naive_time_is_refused() -> None:
    def add() -> None:
        with writing() as session:
            session.add(_partner(paused_at=dt.datetime(2026, 11, 22)))

    with pytest.raises(StatementError):
        add()
