"""Ten thousand of everything, written straight into the tables: people, enquiries, complaints, orders."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from portal.models import Base
from portal.models.course import Course
from portal.models.course_run import CourseRun
from portal.models.session import writing

MANY_TO_SETTLE = 3
"""One order in so many needs a person."""


def fill(number: int, start: int) -> None:
    """This many enquiries of our own team with their letters, complaints, trainees, and orders with their places."""
    now = dt.datetime.now(dt.UTC)
    ids = range(start + 1, start + number + 1)
    with writing() as session:
        for make in (_enquiries, _complaints, _trainees, _orders):
            for table, rows in make(session, ids, now).items():
                if rows:
                    session.connection().execute(insert(Base.metadata.tables[table]), rows)
        session.execute(text("ANALYZE"))  # as a server does by itself, a minute after


Rows = dict[str, list[dict[str, Any]]]


def _enquiries(_session: Session, ids: range, now: dt.datetime) -> Rows:
    return {
        "enquiry": [
            {
                "id": n,
                "reference": f"ENQ-0000-{n:04}",
                "submission": f"s{n}",
                "full_name": f"Person {n}",
                "email": f"person{n}@people.example",
                "email_key": f"person{n}@people.example",
                "search_text": f"enq-0000-{n:04} person {n} person{n}@people.example",
                "region": "wales",
                "interest": "FIB-SPLICE",
                "audience": "individual",
                "keep_with_us": True,
                "holder": "team",
                "received_at": now - dt.timedelta(minutes=n),
                "due_at": now + dt.timedelta(days=3) - dt.timedelta(minutes=n),
            }
            for n in ids
        ],
        "enquiry_routing": [{"enquiry_id": n, "why": "You asked us"} for n in ids],
        "outbox_message": [
            {
                "kind": "team_enquiry",
                "record_id": n,
                "lane": "mail",
                "key": f"filled:{n}",
                "state": "sent",
                "created_at": now,
                "due_at": now,
                "finished_at": now,
            }
            for n in ids
        ],
    }


def _complaints(_session: Session, ids: range, now: dt.datetime) -> Rows:
    return {
        "complaint": [
            {
                "id": n,
                "reference": f"CMP-0000-{n:04}",
                "submission": f"s{n}",
                "about": "order",
                "full_name": f"Person {n}",
                "email": f"person{n}@people.example",
                "email_key": f"person{n}@people.example",
                "message": "Nobody was there.",
                "search_text": f"cmp-0000-{n:04} person {n} person{n}@people.example",
                "received_at": now - dt.timedelta(minutes=n),
                "acknowledge_by": now + dt.timedelta(days=30),
                "answer_by": now + dt.timedelta(days=n % 3 - 1),
            }
            for n in ids
        ]
    }


def _trainees(_session: Session, ids: range, now: dt.datetime) -> Rows:
    accounts = [100 + n for n in ids]
    return {
        "account": [
            {
                "id": n,
                "reference": f"ACC-0000-{n:05}",
                "full_name": f"Trainee {n}",
                "email": f"trainee{n}@people.example",
                "email_key": f"trainee{n}@people.example",
                "search_text": f"trainee {n} trainee{n}@people.example",
                "created_at": now,
                "last_used_at": now,
            }
            for n in accounts
        ],
        "trainee": [{"account_id": n, "region": "wales", "heard_from": "A search", "of_age": 16} for n in accounts],
        "security_event": [
            {"kind": "sign_in", "account_id": n, "network": "192.0.2.1", "device": "Firefox", "happened_at": now}
            for n in accounts
        ],
    }


def _orders(session: Session, ids: range, now: dt.datetime) -> Rows:
    """Paid orders of a year, each for a place on one date that was moved, some of them paid twice."""
    run_id, course_id = session.execute(
        select(CourseRun.id, Course.id).join(CourseRun.course).where(CourseRun.code == "SPLICE-LATER")
    ).one()
    at = {n: now - dt.timedelta(minutes=50 * n) for n in ids}
    price = {"net_pence": 48_000, "vat_rate": 20, "vat_status": "standard", "vat_pence": 9_600, "gross_pence": 57_600}
    paid = {"amount_pence": 57_600, "currency": "gbp"}
    twice = [n for n in ids if n % MANY_TO_SETTLE == 0]
    change = {"id": 1, "course_run_id": run_id, "what": "moved", "was": "1 May", "changed_at": now, "told_at": now}
    return {
        "order": [
            {
                "id": n,
                "reference": f"ORD-0000-{n:04}",
                "submission": f"s{n}",
                "answers_digest": "",
                "buyer": "me",
                "full_name": f"Person {n}",
                "email": f"person{n}@people.example",
                "email_key": f"person{n}@people.example",
                "receipt_email": f"person{n}@people.example",
                "region": "wales",
                "of_age": 18,
                "total_pence": 57_600,
                "state": "paid",
                "ordered_at": at[n],
                "settled_at": at[n],
                "search_text": f"ord-0000-{n:04} person {n} person{n}@people.example",
            }
            for n in ids
        ],
        "order_line": [
            {
                "id": n,
                "order_id": n,
                "position": 1,
                "course_id": course_id,
                "course_run_id": run_id,
                "description": "Fibre splicing and testing",
                "course_email": f"person{n}@people.example",
                "course_email_key": f"person{n}@people.example",
                "is_payer": True,
                "seat": "taken",
                **price,
            }
            for n in ids
        ],
        "enrolment": [
            {
                "id": n,
                "reference": f"PLC-0000-{n:04}",
                "order_line_id": n,
                "course_id": course_id,
                "course_run_id": run_id,
                "state": "waiting_for_learner",
                "enrolled_at": at[n],
                "offered_at": at[n],
                "opens_at": at[n],
            }
            for n in ids
        ],
        "date_change": [change] if 1 in ids else [],
        "date_choice": [{"date_change_id": 1, "enrolment_id": n, "told_at": now} for n in ids],
        "ledger_entry": [
            {"order_id": n, "kind": kind, "source": source, "entered_at": at[n], **paid}
            for n in ids
            for kind, source in (("paid", f"pi_{n}"), ("charged", f"ORD-0000-{n:04}"))
        ]
        + [{"order_id": n, "kind": "paid", "source": f"pi_{n}_2", "entered_at": at[n], **paid} for n in twice],
        "order_trouble": [{"order_id": n, "what": "twice", "about": f"pi_{n}_2", "raised_at": at[n]} for n in twice],
    }
