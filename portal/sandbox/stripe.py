"""The HTTP API of the sandbox's Stripe, so that Stripe's own library talks to it and notices no difference.

What is asked is judged before anything is done, one request is one transaction, and a repeated Idempotency-Key
answers what was answered first.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import socket
import time
from contextlib import suppress
from typing import Any

import stripe
from flask import Blueprint, Response, request

from portal.sandbox import stripe_checkout, stripe_lists, stripe_params
from portal.sandbox.stripe_actions import ACTIONS, Action
from portal.sandbox.stripe_refusals import Refused
from portal.sandbox.stripe_state import Json, State, Work, new_id


def api(state: State, key: str) -> Blueprint:
    """Stripe's addresses under /v1, for this secret key."""
    if not key.startswith("sk_test_"):
        raise ValueError("The sandbox's Stripe takes test keys only: they begin with sk_test_.")
    bp = Blueprint("stripe_api", __name__)
    for number, action in enumerate(ACTIONS):

        def view(action: Action = action, **ids: str) -> Response:
            return _answer(state, key, action, ids)

        bp.add_url_rule(action.path, f"action_{number}", view, methods=[action.method], provide_automatic_options=False)

    @bp.route("/v1/<path:path>", methods=["GET", "POST", "DELETE"])
    def unknown(path: str) -> Response:
        """Stripe's answer to an address it does not have."""
        said = f"Unrecognized request URL ({request.method}: /v1/{path})."
        return _response(Refused(said).body, 404, new_id("req", 14))

    return bp


def _answer(state: State, key: str, action: Action, ids: dict[str, str]) -> Response:
    request_id = new_id("req", 14)
    with state.working() as work:
        switches, failing = work.switches, _fails(work)
    time.sleep(switches.slow)
    if failing == "on":
        said = Refused("An unknown error occurred", status=500, type_="api_error")
        return _response(said.body, 500, request_id)
    if failing == "drop":
        return _hang_up()
    try:
        _authenticate(key)
        pairs = request.form if action.method == "POST" else request.args
        params = stripe_params.read(list(pairs.items(multi=True)), action.shape, action.offered)
        status, body, replayed = _act(state, action, ids, params, request_id)
    except Refused as error:
        status, body, replayed = error.status, error.body, False
    return _hang_up() if failing == "lost" else _response(body, status, request_id, replayed=replayed)


def _fails(work: Work) -> str:
    """How this request fails, by the switch, which counts down."""
    switches = work.switches
    if switches.down != "off" and switches.down_times:
        left = switches.down_times - 1
        work.keep_switches(switches.changed({"down_times": left, "down": switches.down if left else "off"}))
    return switches.down


def _authenticate(key: str) -> None:
    kind, _, said = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            said = base64.b64decode(said).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            said = ""
    if not said.strip():
        raise Refused("You did not provide an API key.", status=401)
    if not hmac.compare_digest(said.strip().encode(), key.encode()):
        raise Refused(f"Invalid API Key provided: {said[:8]}****", status=401)


def _act(
    state: State, action: Action, ids: dict[str, str], params: Json, request_id: str
) -> tuple[int, dict[str, Any], bool]:
    """Status, body, and whether it was answered before."""
    key = request.headers.get("Idempotency-Key") if action.method == "POST" else None
    if key is not None and len(key) > 255:
        raise Refused("An idempotency key can have up to 255 characters.", type_="idempotency_error")
    asked = json.dumps([request.path, params], sort_keys=True)
    with state.working() as work:
        stripe_checkout.expire_due(work)
        if key is not None and (known := _known(work, key, asked)):
            return known[0], known[1], True
        work.request = {"id": request_id, "idempotency_key": key}
        status, body = _try(work, action, ids, params)
        if key is not None:
            kept = (key, asked, status, json.dumps(body))
            work.connection.execute("INSERT INTO idempotency (key, asked, status, body) VALUES (?, ?, ?, ?)", kept)
    return status, body, False


def _try(work: Work, action: Action, ids: dict[str, str], params: Json) -> tuple[int, dict[str, Any]]:
    """What is refused leaves nothing behind but the refusal, which the transaction goes on to keep."""
    work.connection.execute("SAVEPOINT act")
    try:
        return 200, stripe_lists.expand(work, action.act(work, params, **ids), params.get("expand", []))
    except Refused as error:
        work.connection.execute("ROLLBACK TO act")
        return error.status, error.body


def _known(work: Work, key: str, asked: str) -> tuple[int, dict[str, Any]] | None:
    row = work.connection.execute("SELECT * FROM idempotency WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row["asked"] != asked:
        said = "Keys for idempotent requests can only be used with the same parameters they were first used with."
        raise Refused(said, type_="idempotency_error")
    return row["status"], json.loads(row["body"])


def _response(body: dict[str, Any], status: int, request_id: str, *, replayed: bool = False) -> Response:
    response = Response(json.dumps(body, indent=2), status, mimetype="application/json")
    response.headers["Request-Id"] = request_id
    response.headers["Stripe-Version"] = stripe.api_version
    if key := request.headers.get("Idempotency-Key"):
        response.headers["Idempotency-Key"] = key
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _hang_up() -> Response:
    """End the connection without an answer; where there is none to end, the answer is empty."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        with suppress(OSError):  # who asked may have gone first
            connection.shutdown(socket.SHUT_RDWR)
    return Response(status=502)
