"""What a trainee may tell us and need not."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import profile as rules
from portal.domain.answers import NOT_ASKED
from portal.forms.profile import REFUSED, ProfileForm
from portal.services import profile
from portal.web import access
from portal.web.parts import parts
from portal.web.wording import company

bp = Blueprint("account_profile", __name__, url_prefix="/account/details/profile")


@bp.get("")
@access.trainee
def change() -> Response:
    """The questions with what was answered before."""
    answers = profile.list_answers(access.person())
    return _page(ProfileForm.filled((one.question, one.state, one.value) for one in answers))


@bp.post("")
@access.trainee
def save() -> Response | AnyResponse:
    """Keep what was said, and what was left out, with the agreement that an answer is."""
    form = ProfileForm(request.form).use()
    if not form.validate():
        return _page(form, 422)
    profile.save(access.person(), form.said(), _agreement(), parts().clock)
    return redirect("/account/details?changed=profile", 303)


@bp.post("/delete")
@access.trainee
def delete() -> AnyResponse:
    """Delete all of it, and the agreement with it."""
    profile.take_back(access.person(), parts().clock)
    return redirect("/account/details?changed=profile-deleted", 303)


def _agreement() -> str:
    return rules.agreement(company(parts().settings).short)


def _page(form: ProfileForm, status: int = 200) -> Response:
    page = render_template(
        "account/profile.html",
        form=form,
        rules=rules,
        refused=REFUSED,
        agreement=_agreement(),
        kept=any(one.state != NOT_ASKED for one in profile.list_answers(access.person())),
    )
    return make_response(page, status)
