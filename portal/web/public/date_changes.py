"""Choosing what follows a changed date, behind the mailed link: opening it changes nothing, its button does."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.date_change import BACK, KEEP, TO, Choice, Side
from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.links import date_words
from portal.forms.date_choice import DateChoiceForm
from portal.services import date_changes, moment
from portal.services.date_changes import Holder, Shown
from portal.web import access, opened
from portal.web.headers import never_stored
from portal.web.limits import limiter, may_write_to
from portal.web.parts import parts

bp = Blueprint("date_changes", __name__, url_prefix="/your-date")
TOO_LATE = "There is nothing to choose any more", "Somebody has chosen meanwhile, or the date has begun."


@bp.get("/<token>")
@access.token_holder
def show(token: str) -> Response:
    """What has changed, and what can be chosen; or what was."""
    try:
        return _page(date_changes.get(_read(token), parts().clock), DateChoiceForm())
    except NotFound:
        return _gone()


@bp.post("/<token>")
@access.token_holder
@limiter.limit("30/minute")
def choose(token: str) -> Response | AnyResponse:
    """Do it, and show what was chosen."""
    try:
        holder = _read(token)
        shown = date_changes.get(holder, parts().clock)
        form = DateChoiceForm(request.form).use(shown.answers)
        if _is_done(shown, form.choice.data or ""):
            return redirect(request.path, 303)  # pressed twice
        if not shown.is_open:
            return _page(shown, DateChoiceForm(), 409, TOO_LATE)
        if not form.validate():
            return _page(shown, form, 422)
        return redirect(_do(holder, form.choice.data), 303)
    except NotFound:
        return _gone()
    except Unfit as refused:
        form.refuse(refused.column, str(refused))
        return _again(holder, form, 422)
    except Refusal:
        return _again(holder, DateChoiceForm(), 409, TOO_LATE)


def _again(holder: Holder, form: DateChoiceForm, status: int, banner: tuple[str, str] | None = None) -> Response:
    """The page as it is by now; the link itself may have died meanwhile."""
    try:
        return _page(date_changes.get(holder, parts().clock), form, status, banner)
    except NotFound:
        return _gone()


@bp.post("/<token>/link")
@access.token_holder
@limiter.limit("10/hour")
def new_link(token: str) -> Response:
    """Mail a new link to the address that the old one was for; the page says the same whether or not there is one."""
    reference, epoch, side = opened.read_late(parts().links.read_date, token, date_words)
    date_changes.send_new_link(Holder(reference, epoch, Side(side)), parts().clock, may_write_to)
    return never_stored(
        make_response(render_template("public/new_link_sent.html", to="the address that the old one was for"))
    )


def _do(holder: Holder, answer: str) -> str:
    """Act on the answer; the path of the page that shows it."""
    visit, clock = access.visit(), parts().clock
    if answer == KEEP:
        date_changes.keep(holder, visit, clock)
    elif answer.startswith(TO):
        date_changes.move(holder, answer.removeprefix(TO), visit, clock)
    else:
        epoch = date_changes.give_back(holder, visit, clock, parts().seller)
        return parts().links.date_path(holder.reference, epoch, holder.side, moment.now(clock))
    return request.path


def _is_done(shown: Shown, answer: str) -> bool:
    """True when this very answer was given already."""
    run = shown.place.run
    done = {Choice.KEEP: KEEP, Choice.BACK: BACK, Choice.MOVE: f"{TO}{run.code}" if run else ""}
    return shown.row.choice is not None and done.get(shown.row.choice) == answer


def _read(token: str) -> Holder:
    reference, epoch, side = opened.read(parts().links.read_date, token)
    return Holder(reference, epoch, Side(side))


def _gone() -> Response:
    return never_stored(make_response(render_template("public/gone_date.html", path=request.path), 410))


def _page(shown: Shown, form: DateChoiceForm, status: int = 200, banner: tuple[str, str] | None = None) -> Response:
    page = render_template(
        "public/date_change.html",
        shown=shown,
        form=form.use(shown.answers),
        banner=banner,
        path=request.path,
        line=shown.place.line,
    )
    return never_stored(make_response(page, status))
