"""Registering, and proving the address by the mailed link."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import passwords
from portal.domain.errors import AlreadyThere, NotFound
from portal.forms.password import NewPasswordForm
from portal.forms.registration import RegistrationForm
from portal.services import registration
from portal.web import access, opened
from portal.web.headers import never_stored
from portal.web.limits import limiter, may_write_to
from portal.web.parts import parts
from portal.web.public import options

bp = Blueprint("registration", __name__)

CLOSED = "This page was open for too long, or your browser keeps no cookies"


@bp.get("/register")
@access.public
def new() -> str | AnyResponse:
    """The form; `?next=` says where to go on afterwards, `?via=` who introduced them."""
    if access.seems_signed_in() and access.is_signed_in() and access.person().hats & {"trainee", "staff"}:
        return redirect(access.home(access.person()), 303)
    given = {name: value for name in ("next", "via", "region") if (value := request.args.get(name))}
    return _page(RegistrationForm(data=given))


@bp.post("/register")
@access.public
@limiter.limit("30/minute;200/hour")
def register() -> Response | AnyResponse:
    """Keep the answers and send the link; the page is the same whether or not the address is known."""
    form = RegistrationForm(request.form).use(parts().settings.MIN_AGE)
    if form.is_too_young:
        return make_response(render_template("public/too_young.html", min_age=parts().settings.MIN_AGE))
    if not form.validate():
        return make_response(_page(form), 422)
    answers = form.answers()
    registration.register(answers, form.errand(), parts().clock, may_write=may_write_to(answers.email))
    session["written_to"] = answers.email
    return redirect("/register/sent", 303)


@bp.get("/register/sent")
@access.public
def sent() -> Response:
    """Look for our letter."""
    days = parts().settings.REGISTRATION_DAYS
    page = render_template("public/register_sent.html", written_to=session.pop("written_to", ""), days=days)
    return never_stored(make_response(page))


@bp.get("/register/confirm/<token>")
@access.token_holder
def show(token: str) -> Response:
    """One sentence and one button; opening it changes nothing."""
    return _password_page(token, NewPasswordForm())


@bp.post("/register/confirm/<token>")
@access.token_holder
@limiter.limit("30/minute")
def confirm(token: str) -> Response | AnyResponse:
    """Make the account, sign in, and go on with what the person was doing."""
    try:
        key = _read(token)
        waiting = registration.get_waiting(key)
        form = NewPasswordForm(request.form).use((waiting.full_name, waiting.email, parts().settings.COMPANY_NAME))
        if not form.validate():
            return _password_page(token, form, 422)
        scrambled = passwords.scramble(form.password.data)
        person, errand = registration.confirm(key, scrambled, access.visit(), parts().clock, parts().vault)
    except (NotFound, AlreadyThere):
        return _used()
    access.let_in(person)
    return redirect(errand or "/account", 303)


def after_csrf_error() -> Response:
    """What was typed, kept, when the form's token is missing or old: nothing was sent."""
    return make_response(_page(RegistrationForm(request.form), banner=CLOSED), 400)


def _page(form: RegistrationForm, banner: str = "") -> str:
    form.use(parts().settings.MIN_AGE)
    errand = form.errand()
    form.next.data, form.via.data = errand.path, errand.via
    return render_template(
        "public/register.html",
        form=form,
        banner=banner,
        errand=errand,
        region_options=options.chosen(options.regions(), form.region.data),
        source_options=options.listed("Choose one", form.sources, form.heard_from.data),
    )


def _password_page(token: str, form: NewPasswordForm, status: int = 200) -> Response:
    try:
        waiting = registration.get_waiting(_read(token))
    except NotFound:
        return _used()
    page = render_template("public/confirm.html", form=form, waiting=waiting, action=request.path)
    return never_stored(make_response(page, status))


def _read(token: str) -> str:
    return opened.read(parts().links.read_confirm, token)


def _used() -> Response:
    return never_stored(make_response(render_template("public/used_link.html"), 410))
