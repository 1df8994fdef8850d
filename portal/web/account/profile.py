"""What a trainee may tell us and need not."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.profile import LEAD
from portal.forms.profile import REFUSED, ProfileForm
from portal.services import profile
from portal.web import access
from portal.web.parts import parts

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
    """Keep what was said, and what was left out."""
    form = ProfileForm(request.form).use()
    if not form.validate():
        return _page(form, 422)
    profile.save(access.person(), form.said(), parts().clock)
    return redirect("/account/details?changed=profile", 303)


def _page(form: ProfileForm, status: int = 200) -> Response:
    return make_response(render_template("account/profile.html", form=form, lead=LEAD, refused=REFUSED), status)
