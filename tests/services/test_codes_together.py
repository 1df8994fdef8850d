"""Free places asked for at the same moment: never one too many of a code, a date, a person or an allowance."""

from __future__ import annotations

import functools

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.cancellation import Buyer
from portal.domain.errors import Unfit
from portal.domain.orders import OrderState, Purchase, Seat
from portal.gateways.clock import Clock
from portal.models.access_code import AccessCode
from portal.models.course_run import CourseRun
from portal.models.enrolment import Enrolment
from portal.models.order import OrderLine
from portal.models.session import reading, writing
from portal.records import courses
from portal.services import course_allowances, orders, partner_codes
from portal.services.orders import Placed
from tests.codes import a_contact, issue_code
from tests.editing import an_editor
from tests.factories import in_days
from tests.shop import COURSE
from tests.together import VISIT, Act, counted, together

pytestmark = pytest.mark.usefixtures("catalogue", "context")


def _purchase(number: int, **changes: str) -> Purchase:
    email = f"learner{number}@people.example"
    said = {
        "course": COURSE,
        "run": "",
        "full_name": "Priya Nair",
        "email": email,
        "region": "wales",
        "country": "GB",
        "heard_from": "A search",
        "organisation": "",
        "learner_name": "Priya Nair",
        "course_email": email,
        "receipt_email": email,
        "code": "",
    }
    return Purchase(buyer=Buyer.ME, of_age=16, telephone=None, start=None, **{**said, **changes})  # type: ignore[arg-type]


def _order(app: Flask, number: int, **changes: str) -> Act:
    parts = app.extensions["portal"]
    return functools.partial(
        orders.place,
        _purchase(number, **changes),
        f"form {number}",
        None,
        parts.clock,
        parts.seller,
        minutes=30,
        payments_on=True,
    )


def _places() -> list[Enrolment]:
    with reading() as session:
        return list(session.scalars(select(Enrolment)))


def test_a_code_never_gives_one_place_too_many(app: Flask) -> None:
    code = issue_code(app, uses=3)
    ends = together(app, *(_order(app, number, code=code) for number in range(6)))
    assert counted(ends) == {"done": 3, "Unfit": 3}
    assert len(_places()) == 3


def test_one_person_has_one_place_of_a_code_however_often_they_ask(app: Flask) -> None:
    code = issue_code(app, uses=9)
    same = "same@people.example"
    ends = together(app, *(_order(app, number, code=code, course_email=same) for number in range(6)))
    assert [end.state for end in ends if isinstance(end, Placed)] == [OrderState.FREE] * 6
    assert len(_places()) == 1


def test_the_last_places_of_a_free_date_are_given_once(app: Flask) -> None:
    with writing() as session:
        course = courses.get_by_code(session, "FIB-SPLICE")
        course.price_pence = 0
        run = session.scalars(select(CourseRun).where(CourseRun.code == "SPLICE-SOON")).one()
        run.capacity = 2
    ends = together(app, *(_order(app, number, course="FIB-SPLICE", run="SPLICE-SOON") for number in range(6)))
    assert counted(ends) == {"done": 2, "Full": 4}
    assert len(_places()) == 2
    with reading() as session:
        assert list(session.scalars(select(OrderLine.seat))) == [Seat.TAKEN] * 2


def test_a_partner_never_gives_away_more_than_it_may(app: Flask, clock: Clock) -> None:
    contact = a_contact(app)
    course_allowances.allow("LIN", COURSE, 10, an_editor(app))
    issue = functools.partial(partner_codes.issue, f"LIN/{COURSE}", 4, in_days(30), contact, VISIT, clock)
    assert counted(together(app, *[issue] * 6)) == {"done": 2, "Unfit": 4}
    with reading() as session:
        assert list(session.scalars(select(AccessCode.uses))) == [4, 4]


def test_less_can_be_allowed_only_down_to_what_is_given_and_an_end_gives_back_what_was_not_used(
    app: Flask, clock: Clock
) -> None:
    contact, editor = a_contact(app), an_editor(app)
    course_allowances.allow("LIN", COURSE, 5, editor)
    code = partner_codes.issue(f"LIN/{COURSE}", 4, in_days(30), contact, VISIT, clock)
    _order(app, 1, code=code)()
    with pytest.raises(Unfit, match="4 are in codes already"):
        course_allowances.allow("LIN", COURSE, 3, editor)
    partner_codes.stop(code, contact, VISIT, clock)
    course_allowances.allow("LIN", COURSE, 2, editor)
    (row,) = course_allowances.list_of("LIN", editor, page=1).page.rows
    assert (row.allowance.places, row.given) == (2, 1)
    partner_codes.issue(f"LIN/{COURSE}", 1, in_days(30), contact, VISIT, clock)
    with pytest.raises(Unfit, match="given all your places"):
        partner_codes.issue(f"LIN/{COURSE}", 1, in_days(30), contact, VISIT, clock)
