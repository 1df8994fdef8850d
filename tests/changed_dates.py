"""Dates that staff move or cancel, as the pages do it."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain import days
from portal.models.course_run import CourseRun
from portal.models.enrolment import Enrolment
from portal.models.order import OrderLine
from portal.services import imports
from tests import ordering
from tests.dated import RUN_HEADS
from tests.editing import save
from tests.factories import hidden_fields, in_days, press
from tests.order_pages import DATED
from tests.shop import BUYER, Shop

DATES = f"/admin/courses/{DATED}/dates"
SOON = f"{DATES}/SPLICE-SOON"
FIRM = {
    **{"buyer": "organisation", "organisation": "Nair Fibre Ltd", "start": ""},
    **{"learner_name": "Tom Marlow", "course_email": "tom@marlow.example"},
}
ME = {"run": "SPLICE-SOON", "start": ""}
OTHER_DAY = {"starts_on": days.typed(in_days(33)), "ends_on": days.typed(in_days(34))}


def buy(shop: Shop, **changes: str) -> str:
    """A place on the date; the order's reference."""
    return shop.buy(None, DATED, **{**ME, **changes})


def free_date(shop: Shop) -> None:
    """A date, DAY, of a course that costs nothing."""
    line = f"{ordering.DATED},DAY,{in_days(40)},,,Derby,,,yes\n"
    with shop.app.app_context():
        imports.courses(ordering.DATED_COURSE)
        imports.course_runs(f"{RUN_HEADS}\n{line}")


def free_and_cancelled(shop: Shop, boss: FlaskClient) -> None:
    """Olive Reed orders such a place for Tom Marlow, and staff cancel its date."""
    free_date(shop)
    people = {"full_name": "Olive Reed", "email": "olive@reed.example", "learner_name": "Tom Marlow"}
    typed = {**BUYER, **people, "course_email": "tom@marlow.example", "start": "", "run": "DAY"}
    assert ordering.order(shop.browser(), ordering.DATED, **typed).status_code == 303
    shop.work()
    own = f"/admin/courses/{ordering.DATED}/dates/DAY/cancel"
    assert press(boss, own, own).status_code == 303
    shop.work()


def move(shop: Shop, boss: FlaskClient, **changes: str) -> None:
    """Staff save other days."""
    saved = save(boss, SOON, **(changes or OTHER_DAY))
    assert saved.status_code == 303, saved.text
    shop.work()


def cancel(shop: Shop, boss: FlaskClient) -> None:
    """Staff cancel the date."""
    assert press(boss, f"{SOON}/cancel", f"{SOON}/cancel").status_code == 303
    shop.work()


def letters(shop: Shop, to: str = "", subject: str = "a date") -> list[dict[str, Any]]:
    """The letters about a changed date, to this address or to all."""
    return [mail for mail in shop.letters(subject) if not to or mail["to"] == [to]]


def choose(shop: Shop, link: str, answer: str, status: int = 303) -> str:
    """Press the button of the page; what the page says then."""
    browser = shop.browser()
    page = browser.get(link)
    assert page.status_code == 200, page.status_code
    done = browser.post(link, data={**hidden_fields(page.text), "choice": answer})
    assert done.status_code == status, done.text
    return browser.get(done.location).text if status == 303 else done.text


def place(shop: Shop) -> Enrolment:
    """The newest place."""
    found = shop.rows(select(Enrolment).order_by(Enrolment.id))[-1]
    assert isinstance(found, Enrolment)
    return found


def run_of_line(shop: Shop) -> str:
    """The code of the date that the newest order is for."""
    query = select(CourseRun.code).join(OrderLine, OrderLine.course_run_id == CourseRun.id)
    return str(shop.rows(query.order_by(OrderLine.id))[-1])
