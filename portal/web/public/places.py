"""Taking a place up, behind the mailed link: opening it changes nothing, its buttons do."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import passwords, terms
from portal.domain.errors import AlreadyThere, NotFound
from portal.forms.place import PlaceForm
from portal.services import places
from portal.services.places import Waiting
from portal.web import access, opened
from portal.web.headers import never_stored
from portal.web.limits import limiter
from portal.web.parts import parts
from portal.web.public import options

bp = Blueprint("places", __name__, url_prefix="/your-place")


@bp.get("/<token>")
@access.token_holder
def show(token: str) -> Response:
    """The place, and what is still needed to take it up."""
    try:
        waiting = places.get_waiting(*_read(token), parts().clock)
    except NotFound:
        return _gone()
    return _page(waiting, PlaceForm(data={"full_name": waiting.learner_name}))


@bp.post("/<token>")
@access.token_holder
@limiter.limit("30/minute")
def take_up(token: str) -> Response | AnyResponse:
    """Make the account, give it the place, and sign in; one that is there already is given the place."""
    try:
        reference, epoch = _read(token)
        waiting = places.get_waiting(reference, epoch, parts().clock)
        form = _used(PlaceForm(request.form), waiting)
        if form.is_too_young and waiting.answers is None and not waiting.has_account:
            places.decline(reference, epoch, parts().clock)
            return make_response(render_template("public/too_young.html", min_age=parts().settings.MIN_AGE))
        if not form.validate():
            return _page(waiting, form, 422)
        if waiting.has_account:
            places.take_up_with_account(reference, epoch, parts().clock)
            return redirect("/sign-in?next=/account/courses", 303)
        scrambled = passwords.scramble(form.password.data)
        answers = waiting.answers or form.answers_of(waiting.email)
        visit, clock, vault = access.visit(), parts().clock, parts().vault
        person = places.take_up(reference, epoch, answers, scrambled, visit, clock, vault)
    except NotFound:
        return _gone()
    except AlreadyThere:
        return _had(waiting)
    access.let_in(person)
    return redirect("/account/courses", 303)


@bp.post("/<token>/decline")
@access.token_holder
def decline(token: str) -> Response | AnyResponse:
    """Delete what was said of the learner."""
    try:
        places.decline(*_read(token), parts().clock)
    except NotFound:
        return _gone()
    return redirect("/invitation/declined", 303)


def _read(token: str) -> tuple[str, int]:
    return opened.read(parts().links.read_place, token)


def _used(form: PlaceForm, waiting: Waiting) -> PlaceForm:
    own_words = (waiting.learner_name, form.full_name.data or "", waiting.email, parts().settings.COMPANY_NAME)
    return form.use_for_place(
        parts().settings.MIN_AGE,
        own_words,
        knows=waiting.answers is not None,
        has_account=waiting.has_account,
        has_accepted=waiting.has_accepted,
    )


def _gone() -> Response:
    return never_stored(make_response(render_template("public/gone_place.html"), 410))


def _had(waiting: Waiting) -> Response:
    return never_stored(make_response(render_template("public/had_place.html", line=waiting.enrolment.line), 409))


def _page(waiting: Waiting, form: PlaceForm, status: int = 200) -> Response:
    _used(form, waiting)
    page = render_template(
        "public/place.html",
        form=form,
        waiting=waiting,
        line=waiting.enrolment.line,
        path=request.path,
        days=parts().settings.PLACE_DAYS,
        terms_words=terms.accepted(),
        region_options=options.chosen(options.regions(), form.region.data),
        source_options=options.listed("Choose one", form.sources, form.heard_from.data),
    )
    return never_stored(make_response(page, status))
