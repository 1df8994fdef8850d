"""The page that asks who is to learn: for whoever ordered, and for staff who were asked to."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import AlreadyThere, NotFound, Refusal
from portal.forms.learner import LearnerForm
from portal.services import learners
from portal.services.learners import Named, Who
from portal.web import access
from portal.web.headers import never_stored
from portal.web.limits import may_name_learner, may_write_to
from portal.web.parts import parts

NO_LETTER = "This address has had many letters from us today. Try again tomorrow, or ring us"
MANY_NAMED = "Many people were named for this order today. Try again tomorrow, or ring us"


def ask(reference: str, who: Who, own: str, template: str) -> Response:
    """The page; `own` is the path of the order's own. `?place=` chooses the place."""
    form = LearnerForm(data={"place": request.args.get("place", "")})
    return _page(reference, who, own, template, form)


def send(reference: str, who: Who, own: str, template: str) -> Response | AnyResponse:
    """Offer the place to whoever was named, and back to the order."""
    waiting = {place.reference for place in learners.list_waiting(reference, who)}
    form = LearnerForm(request.form).use(waiting)
    if not waiting:
        return _page(reference, who, own, template, form, 409)
    if not form.validate():
        return _page(reference, who, own, template, form, 422)
    if who.staff is None and (refusal := _no_letter(reference, form)):
        form.refuse("course_email", refusal)
        return _page(reference, who, own, template, form, 422)
    named = Named(form.learner_name.data, form.course_email.data)
    try:
        learners.name(reference, form.place.data, named, who, access.visit(), parts().clock)
    except NotFound:
        raise
    except AlreadyThere as refused:
        form.refuse("course_email", str(refused))
        return _page(reference, who, own, template, form, 422)
    except Refusal:
        return _page(reference, who, own, template, form, 409)
    return redirect(f"{own}?done=named", 303)


def _no_letter(reference: str, form: LearnerForm) -> str:
    """Why nobody is written to now, counting this letter; empty when they are."""
    if not may_name_learner(reference):
        return MANY_NAMED
    return "" if may_write_to(form.course_email.data) else NO_LETTER


def _page(reference: str, who: Who, own: str, template: str, form: LearnerForm, status: int = 200) -> Response:
    """Where nothing waits any more, the page says so instead."""
    waiting = learners.list_waiting(reference, who)
    form.use([place.reference for place in waiting])
    page = render_template(
        template,
        form=form,
        reference=reference,
        own=own,
        waiting=waiting,
        places=[(place.reference, place.line.description) for place in waiting],
        days=parts().settings.PLACE_DAYS,
    )
    return never_stored(make_response(page, status))
