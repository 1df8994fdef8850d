"""The equality questions of a trainee: whether to answer them, one a page, and telling us to stop.

These pages exist only where EQUALITY is on.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import equality as rules
from portal.domain.equality import Question
from portal.domain.errors import NotFound
from portal.forms.equality import YES, EqualityForm, OpenerForm
from portal.services import equality
from portal.services.equality import Own
from portal.web import access
from portal.web.parts import parts

bp = Blueprint("account_equality", __name__, url_prefix="/account/equality")

OPENER = "/account/equality"


@bp.get("")
@access.trainee
def opener() -> Response:
    """What these questions are, and whether to answer them."""
    return _opener_page(OpenerForm())


@bp.post("")
@access.trainee
def choose() -> Response | AnyResponse:
    """To the first question, or back to the details."""
    form = OpenerForm(request.form).use()
    if not form.validate():
        return _opener_page(form, 422)
    if form.answer.data != YES:
        return skip()
    equality.begin(access.person(), parts().clock, parts().vault)
    return redirect(f"{OPENER}/{_own().questions.questions[0].code}", 303)


@bp.post("/skip")
@access.trainee
def skip() -> AnyResponse:
    """No more questions; what was answered stays."""
    equality.skip(access.person(), parts().clock, parts().vault)
    return redirect("/account/details?changed=equality-skipped", 303)


@bp.get("/stop")
@access.trainee
def stopping() -> str:
    """One sentence and one button; afterwards, what has come of it."""
    return render_template("account/equality_stop.html", own=_own())


@bp.post("/stop")
@access.trainee
def stop() -> AnyResponse:
    """Their notice: the answers are deleted."""
    equality.stop(access.person(), parts().clock, parts().vault)
    return redirect(f"{OPENER}/stop", 303)


@bp.get("/<code>")
@access.trainee
def show(code: str) -> Response | AnyResponse:
    """One question, with the answer that was given before."""
    own = _own()
    question = own.questions.find_question(code)
    if question is None or not own.may_answer or not rules.is_asked(own.questions, code, own.answers):
        return redirect(OPENER, 303)
    return _page(own, question, EqualityForm.filled(question, own.answers.get(code)))


@bp.post("/<code>")
@access.trainee
def save(code: str) -> Response | AnyResponse:
    """Keep the answer, and go on with the next question."""
    own = _own()
    question = own.questions.find_question(code)
    if question is None:
        return redirect(OPENER, 303)
    form = EqualityForm.asking(question)(request.form).use(question)
    if not form.validate():
        return _page(own, question, form, 422)
    try:
        then = equality.answer(access.person(), code, form.said(), parts().clock, parts().vault)
    except NotFound:
        return redirect(OPENER, 303)
    return redirect(f"{OPENER}/{then.code}" if then else "/account/details?changed=equality", 303)


def _own() -> Own:
    return equality.get_own(access.person(), parts().vault)


def _opener_page(form: OpenerForm, status: int = 200) -> Response:
    page = render_template("account/equality.html", form=form, own=_own(), rules=rules, settings=parts().settings)
    return make_response(page, status)


def _page(own: Own, question: Question, form: EqualityForm, status: int = 200) -> Response:
    first = rules.asked_first(own.questions, question.code)
    assert first
    previous = rules.before(own.questions, question.code, own.answers)
    page = render_template(
        "account/equality_question.html",
        form=form,
        question=question,
        own=own,
        back=f"{OPENER}/{previous.code}" if previous else OPENER,
        number=own.questions.questions.index(first) + 1,
        examples=rules.examples,
        refused=(rules.PREFER_NOT_TO_SAY, question.choices[-1].words),
    )
    return make_response(page, status)
