"""What somebody told us about themselves, and putting it right."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import places
from portal.forms.details import DetailsForm
from portal.services import address_change, own_account
from portal.web import access
from portal.web.public import options

bp = Blueprint("account_details", __name__, url_prefix="/account/details")


@bp.get("")
@access.trainee
def show() -> str:
    """Each answer, with a way to change it."""
    trainee = own_account.get_trainee(access.person())
    return render_template(
        "account/details.html",
        person=access.person(),
        trainee=trainee,
        based=places.name(trainee.region, None),
        changed=request.args.get("changed"),
        waiting=address_change.find_waiting(access.person()),
    )


@bp.get("/change")
@access.trainee
def change() -> Response:
    """The answers as a form."""
    trainee = own_account.get_trainee(access.person())
    person = access.person()
    return _page(
        DetailsForm(data={"full_name": person.full_name, "region": trainee.region, "heard_from": trainee.heard_from})
    )


@bp.post("/change")
@access.trainee
def save() -> Response | AnyResponse:
    """Keep what was changed."""
    form = DetailsForm(request.form).use()
    if not form.validate():
        return _page(form, 422)
    own_account.change_details(
        access.person(), full_name=form.full_name.data, region=form.region.data, heard_from=form.heard_from.data
    )
    return redirect("/account/details?changed=yes", 303)


def _page(form: DetailsForm, status: int = 200) -> Response:
    page = render_template(
        "account/change_details.html",
        form=form,
        region_options=options.chosen(options.regions(), form.region.data),
        source_options=options.listed("Choose one", form.sources, form.heard_from.data),
    )
    return make_response(page, status)
