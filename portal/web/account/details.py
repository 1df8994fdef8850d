"""What somebody told us about themselves, and putting it right."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import details, places
from portal.forms.details import DetailsForm
from portal.services import address_change, equality, own_account, profile, support
from portal.web import access
from portal.web.parts import parts
from portal.web.public import options

bp = Blueprint("account_details", __name__, url_prefix="/account/details")

SAVED = "Your answers are saved"
CHANGED = {
    "yes": ("Your details are saved", "They are in use from now on."),
    "profile": (SAVED, "You can change them at any time, or leave them out again."),
    "profile-deleted": ("They are deleted", "Your agreement has ended with them. You can answer again at any time."),
    "support": (SAVED, "You can change this or delete it at any time."),
    "support-deleted": ("It is deleted", "Your agreement has ended with it. You can tell us again at any time."),
    "equality": ("Thank you", "Your answers are locked away from your name. You can change them, or tell us to stop."),
    "equality-skipped": ("No equality questions, then", "Nothing changes. They stay here, should you like to answer."),
}


@bp.get("")
@access.trainee
def show() -> str:
    """Each answer, with a way to change it; then what may be answered and need not be."""
    vault, settings = parts().vault, parts().settings
    trainee = own_account.get_trainee(access.person())
    return render_template(
        "account/details.html",
        person=access.person(),
        trainee=trainee,
        based=places.name(trainee.region, None),
        asks=own_account.are_details_asked_about(access.person(), parts().clock),
        details=details,
        changed=CHANGED.get(request.args.get("changed", "")),
        waiting=address_change.find_waiting(access.person()),
        profile=profile.list_answers(access.person()),
        support=support.find_own(access.person(), vault),
        equality=equality.get_own(access.person(), vault) if settings.EQUALITY == "on" else None,
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
    said = {"full_name": form.full_name.data, "region": form.region.data, "heard_from": form.heard_from.data}
    own_account.change_details(access.person(), **said)
    return redirect("/account/details?changed=yes", 303)


@bp.post("/right")
@access.trainee
def confirm() -> AnyResponse:
    """They are right as they are."""
    own_account.confirm_details(access.person(), parts().clock)
    return redirect("/account?changed=right", 303)


def _page(form: DetailsForm, status: int = 200) -> Response:
    page = render_template(
        "account/change_details.html",
        form=form,
        region_options=options.chosen(options.regions(), form.region.data),
        source_options=options.listed("Choose one", form.sources, form.heard_from.data),
    )
    return make_response(page, status)
