"""Answering an invitation: what was said and by whom, then accept, correct or decline."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import passwords
from portal.domain.errors import AlreadyThere, NotFound
from portal.forms.invitation import AnswerForm
from portal.services import invitations
from portal.services.invitations import Invitation
from portal.web import access, opened
from portal.web.headers import never_stored
from portal.web.limits import limiter
from portal.web.parts import parts
from portal.web.public import options

bp = Blueprint("invitations", __name__, url_prefix="/invitation")


@bp.get("/<token>")
@access.token_holder
def show(token: str) -> Response:
    """Who gave the name and the address, and exactly what was said; opening it changes nothing."""
    try:
        invitation = invitations.get_invitation(_read(token))
    except NotFound:
        return _gone()
    return _page(invitation, AnswerForm(data={"full_name": invitation.full_name}))


@bp.post("/<token>/accept")
@access.token_holder
@limiter.limit("30/minute")
def accept(token: str) -> Response | AnyResponse:
    """Make the account with what the person says themselves."""
    try:
        key = _read(token)
        invitation = invitations.get_invitation(key)
        form = AnswerForm(request.form)
        own_words = (form.full_name.data or "", invitation.email or "", parts().settings.COMPANY_NAME)
        form.use_for(parts().settings.MIN_AGE, own_words)
        if form.is_too_young:
            invitations.decline(key, parts().clock)
            return make_response(render_template("public/too_young.html", min_age=parts().settings.MIN_AGE))
        if not form.validate():
            return _page(invitation, form, 422)
        scrambled = passwords.scramble(form.password.data)
        answers = form.answers_of(invitation.email or "")
        visit, clock, vault = access.visit(), parts().clock, parts().vault
        person, errand = invitations.accept(key, answers, scrambled, visit, clock, vault)
    except NotFound:
        return _gone()
    except AlreadyThere:
        return redirect("/sign-in", 303)
    access.let_in(person)
    return redirect(errand or access.home(person), 303)


@bp.post("/<token>/decline")
@access.token_holder
def decline(token: str) -> Response | AnyResponse:
    """Delete what was said."""
    try:
        invitations.decline(_read(token), parts().clock)
    except NotFound:
        return _gone()
    return redirect("/invitation/declined", 303)


@bp.get("/declined")
@access.public
def declined() -> str:
    """It is done."""
    return render_template("public/declined.html")


def _read(token: str) -> str:
    return opened.read(parts().links.read_invitation, token)


def _gone() -> Response:
    return never_stored(make_response(render_template("public/gone_invitation.html"), 410))


def _page(invitation: Invitation, form: AnswerForm, status: int = 200) -> Response:
    form.use(parts().settings.MIN_AGE)
    page = render_template(
        "public/invitation.html",
        form=form,
        invitation=invitation,
        path=request.path.removesuffix("/accept"),
        days=parts().settings.INVITATION_DAYS,
        region_options=options.chosen(options.regions(), form.region.data),
        source_options=options.listed("Choose one", form.sources, form.heard_from.data),
    )
    return never_stored(make_response(page, status))
