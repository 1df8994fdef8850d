"""Courses: the timetable with its filters, and one course with its dates."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.domain import outline
from portal.services import courses
from portal.services.courses import Wanted
from portal.web import access, filters
from portal.web.parts import parts
from portal.web.public.options import subject_name

bp = Blueprint("courses", __name__, url_prefix="/courses")

DELIVERIES = {
    "live": "Live, with a tutor",
    "tutor_supported": "Online, with a tutor",
    "automated": "Online, in your own time",
}
WHERE = {"here": "Book here now", "partners": "From a partner"}
PRICES = {
    "free": ("Free", 0),
    "150": ("Up to £150", 150_00),
    "300": ("Up to £300", 300_00),
    "600": ("Up to £600", 600_00),
}
DATES = {"yes": "With a date"}


@bp.get("")
@access.public
def list_courses() -> str:
    """The courses, by subject; the filters live in the address."""
    in_force = _in_force()
    asked = in_force.values
    wanted = Wanted(
        search=asked.get("search", ""),
        subject=asked.get("subject", ""),
        delivery=asked.get("taught", ""),
        where=asked.get("where", ""),
        has_dates="dates" in asked,
        most_pence=PRICES[asked["price"]][1] if "price" in asked else None,
    )
    listing = courses.list_courses(
        wanted, parts().clock, page=filters.asked_page(), payments_on=parts().settings.takes_payments
    )
    return render_template("public/courses.html", listing=listing, filters=in_force, choices=_choices(listing.subjects))


@bp.get("/<code>")
@access.public
def show(code: str) -> str:
    """One course: what it costs, how long it takes, how it is taught, what it leads to, when it is."""
    shown = courses.show(code, parts().clock, page=filters.asked_page(), payments_on=parts().settings.takes_payments)
    course = shown.course
    steps = outline.steps(course.outline, course.award, course.award_note)
    return render_template("public/course.html", shown=shown, course=course, steps=steps)


def _in_force() -> filters.Filters:
    return filters.in_force(
        "/courses",
        search=filters.asked("search"),
        subject=subject_name(filters.asked("subject")),
        taught=DELIVERIES.get(filters.asked("taught"), ""),
        price=PRICES.get(filters.asked("price"), ("", 0))[0],
        where=WHERE.get(filters.asked("where"), ""),
        dates=DATES.get(filters.asked("dates"), ""),
    )


def _choices(subjects: list[str]) -> list[tuple[str, str, str, dict[str, str]]]:
    """(name, label, words for no filter, values and their words) of each list that the form has."""
    return [
        ("subject", "Subject", "Any subject", {subject: subject_name(subject) for subject in subjects}),
        ("taught", "How taught", "Any way", DELIVERIES),
        ("price", "Price with VAT", "Any price", {value: said for value, (said, _) in PRICES.items()}),
        ("where", "Where to book", "Anywhere", WHERE),
        ("dates", "Dates", "Any", DATES),
    ]
