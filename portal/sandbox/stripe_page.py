"""The hosted page of the sandbox's Stripe: what is paid, and buttons in the place of a card form."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from portal.sandbox import stripe_checkout, stripe_payments
from portal.sandbox.stripe_payments import Payer, Settled
from portal.sandbox.stripe_shapes import CARDS
from portal.sandbox.stripe_state import Json, State, Work

STYLE = Path(__file__).parent / "stripe.css"
COUNTRIES = {
    **{"GB": "United Kingdom", "FR": "France", "DE": "Germany", "IE": "Ireland", "NL": "Netherlands"},
    **{"US": "United States", "AE": "United Arab Emirates"},
}
PAYING: dict[str, Callable[[Work, str, Payer], Json]] = {
    "pay": stripe_payments.pay,
    "pay-later": stripe_payments.pay_later,
    "decline": stripe_payments.decline,
}
ENDING = {"arrive": stripe_payments.arrive, "fail": stripe_payments.fail}
SAMPLE = {"email": "payer@mail.example", "name": "Alex Payer", "card": "GB", "country": "GB", "postcode": "LS1 1AA"}


def page(state: State) -> Blueprint:
    """The page of each session, under /sandbox/checkout."""
    bp = Blueprint("stripe_page", __name__, url_prefix="/sandbox/checkout")

    @bp.get("/style.css")
    def style() -> Response:
        """The stylesheet of the hosted page and of the desk."""
        return send_file(STYLE, mimetype="text/css")

    @bp.get("/<id_>")
    def show(id_: str) -> tuple[str, int]:
        """The session as it stands."""
        with state.working() as work:
            stripe_checkout.expire_due(work)
            return _page(work, id_)

    @bp.post("/<id_>/<act>")
    def press(id_: str, act: str) -> AnyResponse | tuple[str, int]:
        """One of the page's buttons."""
        with state.working() as work:
            stripe_checkout.expire_due(work)
            return _press(work, id_, act)

    return bp


def _press(work: Work, id_: str, act: str) -> AnyResponse | tuple[str, int]:
    session = work.find(stripe_checkout.KIND, id_)
    if session is None or act not in (*PAYING, *ENDING, "leave"):
        return render_template("sandbox/checkout_gone.html"), 404
    if act == "leave":
        return redirect(session["cancel_url"] or session["success_url"], 303)
    try:
        if act in ENDING:
            ENDING[act](work, id_)
            return redirect(f"/sandbox/checkout/{id_}", 303)
        if wrong := _wrong(session):
            return _page(work, id_, errors=wrong, status=422)
        session = PAYING[act](work, id_, _payer(session))
    except Settled:
        return _page(work, id_, again=True, status=409)
    if act == "decline":
        return _page(work, id_, declined=True, status=402)
    return redirect(return_address(session), 303)


def return_address(session: Json) -> str:
    """Where the payer goes after paying."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _typed(session: Json) -> dict[str, str]:
    """What the form says; what a program leaves out is the sample's. An address that was given stays as given."""
    typed = {name: request.form.get(name, sample).strip() for name, sample in SAMPLE.items()}
    return typed | ({"email": session["customer_email"]} if session["customer_email"] else {})


def _payer(session: Json) -> Payer:
    typed = _typed(session)
    return Payer(typed["email"], typed["name"], typed["card"], typed["country"], typed["postcode"] or None)


def _wrong(session: Json) -> dict[str, str]:
    typed, errors = _typed(session), {}
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", typed["email"]):
        errors["email"] = "Enter an email address, like name@mail.example"
    if not typed["name"]:
        errors["name"] = "Enter the name on the card"
    if typed["card"] not in CARDS:
        errors["card"] = "Choose where the card is from"
    if typed["country"] not in COUNTRIES:
        errors["country"] = "Choose the country of the billing address"
    return errors


def _page(work: Work, id_: str, *, status: int = 200, **said: object) -> tuple[str, int]:
    session = work.find(stripe_checkout.KIND, id_)
    if session is None:
        return render_template("sandbox/checkout_gone.html"), 404
    template = "sandbox/checkout.html" if session["status"] == "open" else "sandbox/checkout_over.html"
    typed = _typed(session) if request.method == "POST" else {**SAMPLE, "email": session["customer_email"] or ""}
    return render_template(
        template,
        session=session,
        lines=work.unseen(id_)["lines"],
        typed=typed,
        countries=COUNTRIES,
        waits=stripe_payments.waits(work, session),
        back=return_address(session),
        **{"errors": {}, **said},
    ), status
