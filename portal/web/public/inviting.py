"""Starting an account for somebody else, or for several: who invites, and what became of it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import NotFound
from portal.domain.invitation import Named
from portal.domain.links import errand
from portal.forms.invitation import InviteOthersForm
from portal.services import invitations
from portal.web import access, opened
from portal.web.headers import never_stored
from portal.web.limits import limiter, may_write_to
from portal.web.parts import parts

bp = Blueprint("inviting", __name__, url_prefix="/register/others")


@bp.get("")
@access.public
def new() -> Response:
    """Who invites, and whom."""
    return _page(InviteOthersForm(data={"next": request.args.get("next")}))


@bp.post("")
@access.public
@limiter.limit("10/minute;60/hour")
def invite() -> Response | AnyResponse:
    """Keep them; send them at once for somebody who is signed in, after a letter for everybody else."""
    known = _known()
    form = InviteOthersForm(request.form).use(known=known)
    if not form.validate():
        return _page(form, 422)
    person = access.person() if known else None
    own = Named(person.full_name, person.email) if person else Named(form.full_name.data, form.email.data)
    path = errand(form.next.data)
    sent = invitations.invite(own, form.chosen(), parts().clock, proved=known, errand=path, may_write=may_write_to)
    if known:
        return redirect(parts().links.others_path(sent.key, sent.invited_at), 303)
    session["written_to"] = own.email
    return redirect("/register/others/sent", 303)


@bp.get("/sent")
@access.public
def sent() -> Response:
    """Look for our letter."""
    page = render_template("public/inviting_sent.html", written_to=session.pop("written_to", ""))
    return never_stored(make_response(page))


@bp.get("/<token>")
@access.token_holder
def show(token: str) -> Response:
    """How many have taken it up; or the button that sends the invitations."""
    try:
        shown = invitations.get_sent(_read(token))
    except NotFound:
        return _gone()
    page = render_template("public/invited.html", shown=shown, days=parts().settings.INVITATION_DAYS)
    return never_stored(make_response(page))


@bp.post("/<token>")
@access.token_holder
def send(token: str) -> Response | AnyResponse:
    """Send them: this address is proved."""
    try:
        invitations.prove(_read(token), parts().clock, may_write_to)
    except NotFound:
        return _gone()
    return redirect(request.path, 303)


def _known() -> bool:
    return access.seems_signed_in() and access.is_signed_in()


def _read(token: str) -> str:
    return opened.read(parts().links.read_others, token)


def _gone() -> Response:
    return never_stored(make_response(render_template("public/gone_invitation.html"), 410))


def _page(form: InviteOthersForm, status: int = 200) -> Response:
    known = _known()
    form.use(known=known)
    form.next.data = errand(form.next.data)
    page = render_template("public/invite_others.html", form=form, known=access.person() if known else None)
    return never_stored(make_response(page, status))
