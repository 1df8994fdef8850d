"""What would help a trainee to learn."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import support as rules
from portal.domain.answers import AnswerState
from portal.forms.profile import TICKED
from portal.forms.support import SupportForm
from portal.services import support
from portal.web import access
from portal.web.parts import parts
from portal.web.wording import company

bp = Blueprint("account_support", __name__, url_prefix="/account/support")


@bp.get("")
@access.trainee
def show() -> Response:
    """The question, with what was said before."""
    told = support.find_own(access.person(), parts().vault)
    refused = told is not None and told.state == AnswerState.PREFER_NOT_TO_SAY
    return _page(SupportForm(data={"words": told.text if told else "", "words_not": TICKED if refused else ""}))


@bp.post("")
@access.trainee
def save() -> Response | AnyResponse:
    """Keep it, locked, with the agreement."""
    form = SupportForm(request.form).use(_company())
    if not form.validate():
        return _page(form, 422)
    refused, agreed_to = form.words_not.data == TICKED, rules.agreement(_company())
    support.save(
        access.person(), form.words.data, agreed_to, prefers_not=refused, clock=parts().clock, vault=parts().vault
    )
    return redirect("/account/details?changed=support", 303)


@bp.post("/delete")
@access.trainee
def delete() -> AnyResponse:
    """Delete it, and the agreement with it."""
    support.take_back(access.person(), parts().clock)
    return redirect("/account/details?changed=support-deleted", 303)


def _company() -> str:
    return company(parts().settings).short


def _page(form: SupportForm, status: int = 200) -> Response:
    told = support.find_own(access.person(), parts().vault)
    page = render_template(
        "account/support.html",
        form=form.use(_company()),
        told=told,
        rules=rules,
        readers=support.look_at_readers(access.person()),
        days=parts().settings.SECURITY_LOG_DAYS,
    )
    return make_response(page, status)
