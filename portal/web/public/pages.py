"""The home page, courses, and the pages about the site itself."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from portal.domain import working_days
from portal.services import courses
from portal.web import access
from portal.web.parts import parts
from portal.web.public import options

bp = Blueprint("pages", __name__)


@bp.get("/")
@access.public
def home() -> str:
    """One sentence that is a form; then courses, three facts, a telephone number."""
    shown = courses.welcome(parts().clock)
    days = parts().settings.ANSWER_WORKING_DAYS
    return render_template(
        "public/home.html",
        shown=shown,
        topic_options=options.topics(shown.catalogue),
        region_options=options.short_regions(),
        due_day=working_days.long_day(working_days.due(shown.now, days)),
        answer_days=days,
    )


@bp.get("/courses")
@access.public
def list_courses() -> str:
    """The courses, by subject."""
    search, subject = request.args.get("search", "")[:100], request.args.get("subject", "")
    listing = courses.list_courses(search=search, subject=subject, page=request.args.get("page", 1, type=int))
    return render_template("public/courses.html", listing=listing, search=search, subject=subject)


@bp.get("/courses/<code>")
@access.public
def show_course(code: str) -> str:
    """One course: what it costs, how long it takes, how it is taught, what it leads to."""
    course = courses.get_course(code)
    outline = [line.partition("|")[::2] for line in course.outline.splitlines() if line.strip()]
    return render_template("public/course.html", course=course, outline=outline)


@bp.get("/accessibility")
@access.public
def accessibility() -> str:
    """What works, what does not yet, and who to tell."""
    return render_template("public/accessibility.html")
