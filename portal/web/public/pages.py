"""The home page, and the pages about the site itself."""

from __future__ import annotations

from flask import Blueprint, render_template

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


@bp.get("/accessibility")
@access.public
def accessibility() -> str:
    """What works, what does not yet, and who to tell."""
    return render_template("public/accessibility.html")
