"""Routing rules: all in their order, one with its history, adding, editing, moving, removing.

Ids never stand in addresses: a rule is addressed by its priority, and a seal in each form says which rule was meant,
in case somebody has moved it meanwhile.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import content
from portal.domain.content import RULE
from portal.domain.errors import ChangedMeanwhile, NotFound, Unfit
from portal.domain.places import REGIONS
from portal.domain.roles import Role
from portal.forms.rule import RuleForm
from portal.services import rules
from portal.web import access
from portal.web.admin import desk
from portal.web.parts import parts

bp = Blueprint("admin_rules", __name__, url_prefix="/admin/rules")

GONE = "It was removed since you opened this page. What you typed can be added as a new rule."


@bp.get("")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def list_rules() -> Response:
    """Each in one sentence, in the order they are tried, a page at a time."""
    return _list()


@bp.get("/history")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def history() -> str:
    """What was changed in any of them, removed ones too."""
    return render_template("admin/rules_history.html", page=rules.history(desk.page_number()))


@bp.get("/new")
@access.staff(Role.MANAGER)
def new() -> Response:
    """The empty form, with the next free priority."""
    form = RuleForm(data={"priority": str(rules.options().next_priority), "strategy": "first"})
    return _new_page(form)


@bp.post("/new")
@access.staff(Role.MANAGER)
def add() -> Response | AnyResponse:
    """Add one."""
    form = RuleForm(request.form).use()
    if not form.validate():
        return _new_page(form, 422)
    try:
        rules.add(form.values(), desk.editor())
    except Unfit as refused:
        form.refuse(refused.column, str(refused))
        return _new_page(form, 422)
    return redirect("/admin/rules?done=added", 303)


@bp.get("/<int:priority>")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def show(priority: int) -> Response:
    """One rule with its history."""
    shown = rules.get(priority, parts().vault, desk.page_number())
    return _page(shown, RuleForm.showing(shown.sheet.values, shown.sheet.seal))


@bp.post("/<int:priority>")
@access.staff(Role.MANAGER)
def edit(priority: int) -> Response | AnyResponse:
    """Keep what was typed."""
    form = RuleForm(request.form).use()
    seal = form.seal.data or ""
    try:
        if not form.validate():
            return _page(rules.get(priority, parts().vault, seal=seal), form, 422)
        rules.edit(priority, form.values(), seal, desk.editor())
    except Unfit as refused:
        form.refuse(refused.column, str(refused))
        return _page(rules.get(priority, parts().vault, seal=seal), form, 422)
    except ChangedMeanwhile as refused:
        shown = rules.get(priority, parts().vault, seal=seal)
        form.seal.data = shown.sheet.seal
        return _page(shown, form, 409, meanwhile=str(refused))
    except NotFound:
        return _new_page(form, 409, meanwhile=GONE)
    return redirect(f"/admin/rules/{form.values()['priority']}?done=saved", 303)


@bp.post("/<int:priority>/up")
@access.staff(Role.MANAGER)
def move_up(priority: int) -> Response | AnyResponse:
    """Try it before the rule above it."""
    return _moved(priority, up=True)


@bp.post("/<int:priority>/down")
@access.staff(Role.MANAGER)
def move_down(priority: int) -> Response | AnyResponse:
    """Try it after the rule below it."""
    return _moved(priority, up=False)


@bp.get("/<int:priority>/remove")
@access.staff(Role.MANAGER)
def ask_before_removing(priority: int) -> str:
    """One sentence, one button."""
    return render_template("admin/rule_remove.html", shown=rules.get(priority, parts().vault), priority=priority)


@bp.post("/<int:priority>/remove")
@access.staff(Role.MANAGER)
def remove(priority: int) -> Response | AnyResponse:
    """Remove it."""
    try:
        rules.remove(priority, request.form.get("seal", ""), desk.editor())
    except (ChangedMeanwhile, NotFound) as refused:
        return _list(409, meanwhile=_said(refused))
    return redirect("/admin/rules?done=removed", 303)


def _moved(priority: int, *, up: bool) -> Response | AnyResponse:
    try:
        now_at, page = rules.move(priority, up, request.form.get("seal", ""), desk.editor())
    except (ChangedMeanwhile, NotFound) as refused:
        return _list(409, meanwhile=_said(refused))
    return redirect(f"/admin/rules{f'?page={page}' if page > 1 else ''}#rule-{now_at}", 303)


def _said(refused: Exception) -> str:
    return "It was removed since you opened this page." if isinstance(refused, NotFound) else str(refused)


def _list(status: int = 200, meanwhile: str = "") -> Response:
    html = render_template(
        "admin/rules.html",
        page=rules.list_rules(parts().vault, desk.page_number()),
        may_change=desk.may_change(),
        meanwhile=meanwhile,
        done=desk.done(),
    )
    return make_response(html, status)


def _choices() -> dict[str, object]:
    return {
        "options": rules.options(),
        "regions": [(slug, region.name) for slug, region in REGIONS.items()],
        "audience": [("", "Anybody"), *content.AUDIENCES.items()],
        "strategy": list(content.STRATEGIES.items()),
    }


def _new_page(form: RuleForm, status: int = 200, meanwhile: str = "") -> Response:
    html = render_template("admin/rule_new.html", form=form, choices=_choices(), meanwhile=meanwhile)
    return make_response(html, status)


def _page(shown: rules.Shown, form: RuleForm, status: int = 200, meanwhile: str = "") -> Response:
    html = render_template(
        "admin/rule.html",
        shown=shown,
        form=form,
        choices=_choices(),
        lines=content.lines(RULE, shown.sheet.values),
        may_change=desk.may_change(),
        meanwhile=meanwhile,
        done=desk.done(),
    )
    return make_response(html, status)
