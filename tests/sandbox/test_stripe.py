"""The sandbox's Stripe through Stripe's own library, over HTTP: sessions, paying, lists, and keys that repeat."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import httpx
import pytest
import stripe

from tests import stripes
from tests.sandbox.conftest import Receiver, asked, line, opened, paid, refusal


def test_a_session_is_opened_paid_and_told(sandbox: stripes.Stripe, receiver: Receiver) -> None:
    client = sandbox.client()
    session = client.v1.checkout.sessions.create(asked(), options={"idempotency_key": "ORD-3W9K-7HTP:checkout:1"})
    assert session.url == f"{sandbox.base}/sandbox/checkout/{session.id}"
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_total, session.currency, session.livemode) == (57600, "gbp", False)
    answer = sandbox.pay(session.id, card="FR", country="FR", name="Priya Nair", postcode="75001")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"https://training.example/orders/return?session_id={session.id}"
    found = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["line_items", "payment_intent", "payment_intent.latest_charge"]}
    )
    assert (found.status, found.payment_status, found.url) == ("complete", "paid", None)
    assert found.line_items
    assert [one.amount_total for one in found.line_items.data] == [57600]
    assert found.customer_details
    assert (found.customer_details.email, found.customer_details.name) == ("priya.nair@mail.example", "Priya Nair")
    intent: Any = found.payment_intent
    assert (intent.status, intent.amount_received, intent.metadata["order"]) == ("succeeded", 57600, "ORD-3W9K-7HTP")
    charge = intent.latest_charge
    assert (charge.paid, charge.metadata["order"], charge.billing_details.address.country) == (
        True,
        "ORD-3W9K-7HTP",
        "FR",
    )
    card = charge.payment_method_details.card
    assert (card.brand, card.last4, card.country) == ("mastercard", "4444", "FR")
    assert ("checkout.session.completed", 200) in sandbox.deliver_now()
    event = client.construct_event(*receiver.taken[-1], sandbox.secret)
    assert (event.type, event.api_version, event.livemode) == (
        "checkout.session.completed",
        stripe.api_version,
        False,
    )
    assert event.data.object["id"] == session.id
    assert event.data.object["payment_intent"] == intent.id


def test_a_delayed_payment_arrives_or_fails(sandbox: stripes.Stripe) -> None:
    first, second = opened(sandbox), opened(sandbox)
    for session in (first, second):
        assert sandbox.pay_later(session.id).status_code == 303
        found = sandbox.client().v1.checkout.sessions.retrieve(session.id)
        assert (found.status, found.payment_status) == ("complete", "unpaid")
    assert sandbox.arrive(first.id).status_code == 303
    assert sandbox.fail(second.id).status_code == 303
    assert sandbox.arrive(second.id).status_code == 409
    assert sandbox.client().v1.checkout.sessions.retrieve(first.id).payment_status == "paid"
    assert sandbox.client().v1.checkout.sessions.retrieve(second.id).payment_status == "unpaid"
    told = [event["type"] for event in sandbox.events() if event["type"].startswith("checkout.")]
    assert told == [
        *("checkout.session.completed", "checkout.session.completed"),
        *("checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed"),
    ]
    assert sandbox.events("checkout.session.completed")[0]["data"]["object"]["payment_status"] == "unpaid"


def test_a_declined_card_leaves_the_session_open(sandbox: stripes.Stripe) -> None:
    session = opened(sandbox)
    answer = sandbox.decline(session.id)
    assert answer.status_code == 402
    assert "The card was declined" in answer.text
    found = sandbox.client().v1.checkout.sessions.retrieve(session.id)
    assert (found.status, found.payment_status) == ("open", "unpaid")
    assert sandbox.pay(session.id).status_code == 303
    done: Any = sandbox.client().v1.checkout.sessions.retrieve(session.id)
    charges = sandbox.client().v1.charges.list({"payment_intent": done.payment_intent})
    assert [(one.status, one.paid) for one in charges.data] == [("succeeded", True), ("failed", False)]


def test_nothing_to_pay_is_completed_without_a_payment(sandbox: stripes.Stripe) -> None:
    session = opened(sandbox, line_items=[line(0)])
    assert sandbox.pay(session.id).status_code == 303
    found = sandbox.client().v1.checkout.sessions.retrieve(session.id)
    assert (found.status, found.payment_status, found.payment_intent) == ("complete", "no_payment_required", None)


def test_paying_twice_does_nothing_twice(sandbox: stripes.Stripe) -> None:
    session = opened(sandbox)
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(sandbox.pay(session.id).status_code)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409, 409, 409]
    assert len(sandbox.client().v1.charges.list().data) == 1
    assert len(sandbox.events("checkout.session.completed")) == 1


def test_an_open_session_can_be_expired_and_no_other(sandbox: stripes.Stripe) -> None:
    session = opened(sandbox)
    sandbox.expire(session.id)
    assert sandbox.client().v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert [event["data"]["object"]["id"] for event in sandbox.events("checkout.session.expired")] == [session.id]
    for one in (session, paid(sandbox)):
        error = refusal(lambda one=one: sandbox.expire(one.id))
        assert (type(error), error.http_status) == (stripe.InvalidRequestError, 400)
    assert sandbox.pay(session.id).status_code == 409
    assert sandbox.client().v1.charges.list({"limit": 100}).data[0].amount == 57600


def test_a_session_expires_by_itself_on_the_portals_clock(sandbox: stripes.Stripe, tmp_path: Any) -> None:
    session = opened(sandbox)
    (tmp_path / "clock-offset").write_text("3601")
    assert ("checkout.session.expired", 200) in sandbox.deliver_now()
    assert sandbox.client().v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert opened(sandbox, expires_at=int(time.time()) + 3601 + 1860).status == "open"


def test_a_repeated_key_answers_the_first_answer_again(sandbox: stripes.Stripe) -> None:
    params = asked()

    def ask(**changes: Any) -> Any:
        return sandbox.client().v1.checkout.sessions.create(
            {**params, **changes}, options={"idempotency_key": "ORD-3W9K-7HTP:checkout:1"}
        )

    first = ask()
    again = ask()
    assert (again.id, again.last_response.headers["Idempotent-Replayed"]) == (first.id, "true")
    assert "Idempotent-Replayed" not in first.last_response.headers
    error = refusal(lambda: ask(client_reference_id="other"))
    assert (type(error), error.http_status) == (stripe.IdempotencyError, 400)
    assert len(sandbox.client().v1.checkout.sessions.list().data) == 1


def test_one_key_used_by_several_at_once_makes_one_session(sandbox: stripes.Stripe) -> None:
    params, found = asked(), []

    def ask() -> None:
        made = sandbox.client().v1.checkout.sessions.create(params, options={"idempotency_key": "one"})
        found.append(made.id)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 5
    assert len(set(found)) == 1


def test_lists_are_newest_first_in_pages(sandbox: stripes.Stripe) -> None:
    ids = [opened(sandbox).id for _ in range(5)][::-1]
    sessions = sandbox.client().v1.checkout.sessions
    page = sessions.list({"limit": 2})
    assert ([one.id for one in page.data], page.has_more) == (ids[:2], True)
    rest = sessions.list({"limit": 3, "starting_after": ids[1]})
    assert ([one.id for one in rest.data], rest.has_more) == (ids[2:], False)
    assert [one.id for one in sessions.list({"limit": 2, "ending_before": ids[4]}).data] == ids[2:4]
    assert [one.id for one in sessions.list({"limit": 2}).auto_paging_iter()] == ids
    assert sessions.list({"created": {"gte": int(time.time()) + 60}}).data == []
    assert len(sessions.list({"created": {"gte": int(time.time()) - 60}}).data) == 5
    assert sessions.list({"status": "expired"}).data == []
    error = refusal(lambda: sessions.list({"starting_after": "cs_test_nobody"}))
    assert error.code == "resource_missing"
    assert refusal(lambda: sessions.list({"limit": 101})).param == "limit"


def test_a_session_is_found_by_its_payment_and_told_line_by_line(sandbox: stripes.Stripe) -> None:
    session = paid(sandbox, line_items=[line(), line(1999, "Street works", tax_behavior="inclusive")])
    opened(sandbox)
    client = sandbox.client()
    found = client.v1.checkout.sessions.list(
        {"payment_intent": session.payment_intent.id, "expand": ["data.payment_intent"]}
    )
    intent: Any = found.data[0].payment_intent
    assert ([one.id for one in found.data], intent.status) == ([session.id], "succeeded")
    lines = client.v1.checkout.sessions.line_items.list(session.id)
    assert [(one.description, one.amount_total) for one in lines.data] == [
        ("Fibre splicing", 57600),
        ("Street works", 1999),
    ]
    assert session.amount_total == 59599
    assert client.v1.payment_intents.retrieve(intent.id).latest_charge == intent.latest_charge
    assert client.v1.charges.retrieve(intent.latest_charge).amount == 59599
    error = refusal(lambda: client.v1.checkout.sessions.retrieve(session.id, {"expand": ["weather"]}))
    assert error.http_status == 400


def test_answers_are_json_with_a_request_id(sandbox: stripes.Stripe) -> None:
    answer = httpx.get(f"{sandbox.base}/v1/weather", headers={"Authorization": f"Bearer {sandbox.key}"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "invalid_request_error")
    assert answer.headers["request-id"].startswith("req_")
    assert opened(sandbox).last_response.headers["request-id"].startswith("req_")


@pytest.mark.parametrize("said", [{}, {"Authorization": "Bearer sk_test_other"}, {"Authorization": "Basic !"}])
def test_a_bad_key_is_refused(sandbox: stripes.Stripe, said: dict[str, str]) -> None:
    answer = httpx.get(f"{sandbox.base}/v1/checkout/sessions", headers=said)
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "invalid_request_error")
    assert httpx.get(f"{sandbox.base}/v1/refunds", auth=(sandbox.key, "")).status_code == 200


def test_no_answer_holds_a_card_number(sandbox: stripes.Stripe) -> None:
    paid(sandbox)
    assert "4242424242424242" not in json.dumps(sandbox.events())
    words = {word for event in sandbox.events() for word in json.dumps(event).split('"')}
    assert [word for word in words if word.isdigit() and len(word) > 11] == []
