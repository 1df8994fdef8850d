"""The desk of the sandbox's Stripe: what happened there, what happens next, and what goes wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.sandbox import stripe_checkout, stripe_disputes, stripe_events, stripe_payments, stripe_refunds
from portal.sandbox.stripe_delivery import Delivery
from portal.sandbox.stripe_payments import Settled
from portal.sandbox.stripe_refusals import Refused, no_such
from portal.sandbox.stripe_state import State, Work
from portal.sandbox.stripe_switches import WORDS

ROWS = 15
DESK = "/sandbox/stripe"
Act = Callable[[Work, str], object]


def _again(work: Work, id_: str) -> None:
    if not stripe_events.send_again(work, id_):
        raise no_such("event", id_)


ACTS: dict[tuple[str, str], Act] = {
    ("sessions", "expire"): stripe_checkout.expire,
    ("sessions", "arrive"): stripe_payments.arrive,
    ("sessions", "fail"): stripe_payments.fail,
    ("refunds", "succeed"): lambda work, id_: stripe_refunds.turn(work, id_, "succeeded"),
    ("refunds", "fail"): lambda work, id_: stripe_refunds.turn(work, id_, "failed"),
    ("charges", "dispute"): stripe_disputes.open_,
    ("disputes", "won"): lambda work, id_: stripe_disputes.close(work, id_, "won"),
    ("disputes", "lost"): lambda work, id_: stripe_disputes.close(work, id_, "lost"),
    ("events", "again"): _again,
}


def desk(state: State, delivery: Delivery) -> Blueprint:
    """Everything under /sandbox/stripe. Forms are answered by 303 to the desk, JSON by JSON."""
    bp = Blueprint("stripe_desk", __name__, url_prefix=DESK)

    @bp.get("")
    def show() -> str:
        """The newest of everything, and the switches."""
        return _page(state)

    @bp.get("/switches")
    def switches() -> Response:
        """The switches for programs."""
        with state.working() as work:
            return jsonify(work.switches.as_text())

    @bp.post("/switches")
    def set_switches() -> AnyResponse | tuple[AnyResponse | str, int]:
        """Change the switches that are named."""
        try:
            _set_switches(state)
        except ValueError as error:
            return (jsonify(error=str(error)) if request.is_json else _page(state, str(error))), 422
        return switches() if request.is_json else redirect(DESK, 303)

    @bp.post("/deliver")
    def deliver() -> AnyResponse:
        """Send everything that waits, now."""
        sent = delivery.send_waiting()
        return jsonify(sent) if request.is_json else redirect(DESK, 303)

    @bp.post("/<nouns>/<id_>/<act>")
    def press(nouns: str, id_: str, act: str) -> AnyResponse | tuple[str, int]:
        """One of the buttons beside something."""
        try:
            return _press(state, nouns, id_, act)
        except Settled:
            return _page(state, "That payment is settled; nothing was done."), 409
        except Refused as error:
            return _page(state, str(error)), error.status

    return bp


def _set_switches(state: State) -> None:
    said = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(said, dict):
        raise ValueError("Send an object of switches.")
    with state.working() as work:
        work.keep_switches(work.switches.changed(said))


def _press(state: State, nouns: str, id_: str, act: str) -> AnyResponse:
    if (nouns, act) not in ACTS:
        raise Refused("There is no such button.", status=404)
    with state.working() as work:
        ACTS[nouns, act](work, id_)
    return redirect(DESK, 303)


def _page(state: State, told: str = "") -> str:
    number = max(1, min(request.args.get("page", 1, int), 10**6))
    at = {"limit": ROWS + 1, "offset": (number - 1) * ROWS}
    with state.working() as work:
        stripe_checkout.expire_due(work)
        kinds = {"sessions": stripe_checkout.KIND, "charges": "charge", "refunds": "refund", "disputes": "dispute"}
        found = {name: work.list_newest(kind, **at) for name, kind in kinds.items()}
        found["events"] = stripe_events.list_events(work, **at)
        processing = {one["payment_intent"] for one in found["charges"] if one["status"] == "pending"}
        switches = work.switches
    return render_template(
        "sandbox/stripe.html",
        **{name: rows[:ROWS] for name, rows in found.items()},
        has_more=any(len(rows) > ROWS for rows in found.values()),
        processing=processing,
        number=number,
        switches=switches,
        words=WORDS,
        told=told,
    )
