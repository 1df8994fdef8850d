"""Who signs in for partners and sponsors: inviting and removing."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import Refusal
from portal.domain.organisation import Side
from portal.domain.roles import Role
from portal.forms.contact import ContactForm
from portal.services import contacts
from portal.web import access
from portal.web.parts import parts
from portal.web.public import options

bp = Blueprint("admin_contacts", __name__, url_prefix="/admin/contacts")

GROUPS = {Side.PARTNER: "Partners", Side.SPONSOR: "Sponsors"}
DONE = {
    "invited": ("The invitation is on its way", "They sign in with a link that is mailed each time."),
    "removed": ("Removed", "They are out at their next click."),
}


@bp.get("")
@access.staff(Role.MANAGER)
def list_contacts() -> Response:
    """Everybody who signs in for a partner or a sponsor; and the form that invites."""
    return _page(ContactForm(data={"organisation": request.args.get("organisation", "")}))


@bp.post("")
@access.staff(Role.MANAGER)
def invite() -> Response | AnyResponse:
    """Let somebody sign in for a partner or a sponsor."""
    known = contacts.list_organisations()
    form = ContactForm(request.form).use([named for group in known.values() for named, _ in group])
    if not form.validate():
        return _page(form, 422)
    visit, clock, by = access.visit(), parts().clock, access.person()
    try:
        contacts.invite(form.organisation.data, form.full_name.data, form.email.data, visit, clock, by)
    except Refusal as refused:
        form[getattr(refused, "column", "email")].errors = [str(refused)]
        return _page(form, 422)
    return redirect("/admin/contacts?done=invited", 303)


@bp.post("/<reference>/<organisation>/remove")
@access.staff(Role.MANAGER)
def remove(reference: str, organisation: str) -> AnyResponse:
    """Out, in one press."""
    contacts.remove(reference, organisation, access.visit(), parts().clock, access.person())
    return redirect("/admin/contacts?done=removed", 303)


def _page(form: ContactForm, status: int = 200) -> Response:
    groups = [(GROUPS[side], items) for side, items in contacts.list_organisations().items()]
    page = render_template(
        "admin/contacts.html",
        form=form,
        page=contacts.list_present(request.args.get("page", 1, type=int)),
        organisations=options.grouped("Choose an organisation", groups, form.organisation.data),
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(page, status)
