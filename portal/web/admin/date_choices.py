"""Writing down what somebody chose who rang about a changed date: by the same rules as on their own page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.date_change import BACK, CHOSEN, KEEP, TO, Side
from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.roles import Role
from portal.forms.date_choice import ToldChoiceForm
from portal.services import date_changes
from portal.services.date_changes import Holder, Shown
from portal.web import access
from portal.web.parts import parts

PAGE = "/admin/orders/<reference>/dates/<place>"
bp = Blueprint("admin_date_choices", __name__)
TOO_LATE = "Somebody has chosen meanwhile, the date has begun, or the place has ended."


@bp.get(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE, Role.ENQUIRIES)
def show(reference: str, place: str) -> Response:
    """What changed, and what can be chosen; or what was."""
    return _page(_shown(reference, place), ToldChoiceForm())


@bp.post(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE, Role.ENQUIRIES)
def record(reference: str, place: str) -> Response | AnyResponse:
    """Do what they chose, and note who wrote it down."""
    shown = _shown(reference, place)
    form = _used(ToldChoiceForm(request.form), shown)
    if not shown.is_open:
        return _page(shown, form, 409, TOO_LATE)
    if not form.validate():
        return _page(shown, form, 422)
    try:
        _do(_holder(place, Side(form.told_by.data)), form.choice.data)
    except NotFound:
        raise
    except Unfit as refused:
        form.refuse(refused.column, str(refused))
        return _page(_shown(reference, place), form, 422)
    except Refusal:
        return _page(_shown(reference, place), form, 409, TOO_LATE)
    return redirect(f"/admin/orders/{reference}?done=chosen", 303)


def _do(holder: Holder, answer: str) -> None:
    visit, clock = access.visit(), parts().clock
    if answer == KEEP:
        date_changes.keep(holder, visit, clock)
    elif answer == BACK:
        date_changes.give_back(holder, visit, clock, parts().seller)
    else:
        date_changes.move(holder, answer.removeprefix(TO), visit, clock)


def _holder(place: str, side: Side = Side.PAYER) -> Holder:
    return Holder(place, None, side, access.person())


def _shown(reference: str, place: str) -> Shown:
    """What was asked about the place. Raises NotFound also for a place of another order."""
    shown = date_changes.get(_holder(place), parts().clock)
    if shown.order.reference != reference:
        raise NotFound(f"There is no place {place} in this order.")
    return shown


def _people(shown: Shown) -> list[tuple[str, str]]:
    """Who may have told us, with their names: whoever paid, and the learner where that is somebody else."""
    line = shown.place.line
    payer = (Side.PAYER.value, f"{shown.payer}, who ordered it" if not line.is_payer else shown.payer)
    learner = (Side.LEARNER.value, f"{shown.learner}, the learner")
    return [payer] if line.is_payer or not shown.learner else [payer, learner]


def _used(form: ToldChoiceForm, shown: Shown) -> ToldChoiceForm:
    return form.use_for(shown.answers, [side for side, _ in _people(shown)])


def _page(shown: Shown, form: ToldChoiceForm, status: int = 200, refusal: str = "") -> Response:
    page = render_template(
        "admin/date_choice.html",
        shown=shown,
        form=_used(form, shown),
        people=_people(shown),
        refusal=refusal,
        chosen=CHOSEN,
        own=f"/admin/orders/{shown.order.reference}",
    )
    return make_response(page, status)
