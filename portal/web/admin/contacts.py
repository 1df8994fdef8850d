"""Who signs in for partners: inviting and removing."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import Refusal
from portal.domain.roles import Role
from portal.forms.contact import ContactForm
from portal.services import contacts
from portal.web import access
from portal.web.parts import parts
from portal.web.public import options

bp = Blueprint("admin_contacts", __name__, url_prefix="/admin/contacts")

DONE = {
    "invited": ("The invitation is on its way", "They sign in with a link that is mailed each time."),
    "removed": ("Removed", "They are out at their next click."),
}


@bp.get("")
@access.staff(Role.MANAGER)
def list_contacts() -> Response:
    """Everybody who signs in for a partner; and the form that invites."""
    return _page(ContactForm(data={"partner": request.args.get("partner", "")}))


@bp.post("")
@access.staff(Role.MANAGER)
def invite() -> Response | AnyResponse:
    """Let somebody sign in for a partner."""
    form = ContactForm(request.form).use([code for code, _ in contacts.list_partners()])
    if not form.validate():
        return _page(form, 422)
    visit, clock, by = access.visit(), parts().clock, access.person()
    try:
        contacts.invite(form.partner.data, form.full_name.data, form.email.data, visit, clock, by)
    except Refusal as refused:
        form.email.errors = [str(refused)]
        return _page(form, 422)
    return redirect("/admin/contacts?done=invited", 303)


@bp.post("/<reference>/<code>/remove")
@access.staff(Role.MANAGER)
def remove(reference: str, code: str) -> AnyResponse:
    """Out, in one press."""
    contacts.remove(reference, code, access.visit(), parts().clock, access.person())
    return redirect("/admin/contacts?done=removed", 303)


def _page(form: ContactForm, status: int = 200) -> Response:
    page = render_template(
        "admin/contacts.html",
        form=form,
        page=contacts.list_present(request.args.get("page", 1, type=int)),
        partner_options=options.pairs("Choose a partner", contacts.list_partners(), form.partner.data),
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(page, status)
