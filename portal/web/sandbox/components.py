"""Every component in each of its states, on one page."""

from __future__ import annotations

from flask import Blueprint, render_template
from wtforms import Form

from portal.forms.base import Choice, Line
from portal.web import access

bp = Blueprint("sandbox_components", __name__, url_prefix="/sandbox")


class _Sample(Form):  # type: ignore[misc]
    """Questions in each state."""

    empty = Line("Full name", what="name", missing="", why="So that the person answering knows who to ask for.")
    filled = Line("Full name", what="name", missing="", why="Filled in.")
    wrong = Line("Email", what="email", missing="")
    optional = Line("Telephone", what="telephone", why="Only if you would like to be rung.")
    message = Line("Message", what="message", lines=True, why="Please leave out health details and card numbers.")
    region = Choice("Where are you based?", what="region", missing="")
    wrong_region = Choice("Where do you work?", what="region", missing="")
    audience = Choice("Who is it for?", what="audience", missing="")
    age = Choice("Are you 16 or over?", what="age", missing="")
    highest = Choice("Highest qualification", what="qualification", missing=None)
    terms = Choice("I accept the course terms", what="terms", missing="")
    news = Choice("Write to me about new courses", what="news", missing="")


@bp.get("/components")
@access.sandbox
def show() -> str:
    """The page."""
    form = _Sample(
        data={"filled": "Priya Nair", "wrong": "@nairfibre.example", "audience": "individual", "terms": "yes"}
    )
    form.wrong.errors = ["Enter an email address with a name before the @"]
    form.wrong_region.errors = ["Choose where you work"]
    form.age.errors = ["Say whether you are 16 or over"]
    return render_template("sandbox/components.html", form=form)
