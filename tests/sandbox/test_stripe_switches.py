"""What the sandbox's Stripe can be told to do wrong, by a program and at its desk, and how the library bears it."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
import stripe

from portal.sandbox.stripe_switches import Switches
from tests import stripes
from tests.sandbox.conftest import asked, opened, paid, refusal


def _desk(sandbox: stripes.Stripe, path: str = "", **said: Any) -> httpx.Response:
    if said.get("get"):
        return httpx.get(f"{sandbox.base}/sandbox/stripe{path}")
    return httpx.post(f"{sandbox.base}/sandbox/stripe{path}", **said)


def test_an_error_of_the_server_is_tried_again_by_the_library(sandbox: stripes.Stripe) -> None:
    sandbox.switches(down="on", down_times=2)
    assert sandbox.client(retries=2).v1.checkout.sessions.create(asked()).status == "open"
    sandbox.switches(down="on")
    error = refusal(lambda: opened(sandbox))
    assert (type(error), error.http_status) == (stripe.APIError, 500)
    sandbox.switches(down="off")
    assert len(sandbox.client().v1.checkout.sessions.list().data) == 1


@pytest.mark.parametrize(("down", "made"), [("drop", 0), ("lost", 1)])
def test_an_answer_that_never_comes_is_tried_again_without_doing_it_twice(
    sandbox: stripes.Stripe, down: str, made: int
) -> None:
    sandbox.switches(down=down, down_times=1)
    assert isinstance(refusal(lambda: opened(sandbox)), stripe.APIConnectionError)
    assert len(sandbox.client().v1.checkout.sessions.list().data) == made
    sandbox.switches(down=down, down_times=1)
    session = sandbox.client(retries=1).v1.checkout.sessions.create(asked())
    assert session.status == "open"
    assert len(sandbox.client().v1.checkout.sessions.list().data) == made + 1


def test_a_slow_answer_meets_the_clients_limit(sandbox: stripes.Stripe) -> None:
    sandbox.switches(slow=1)
    began = time.monotonic()
    error = refusal(lambda: sandbox.client(timeout=0.2).v1.checkout.sessions.list())
    assert isinstance(error, stripe.APIConnectionError)
    assert time.monotonic() - began < 0.9


def test_switches_are_set_and_read_by_programs(sandbox: stripes.Stripe) -> None:
    assert _desk(sandbox, "/switches", json={"duplicate": 2, "drop": True}).json()["duplicate"] == "2"
    said = _desk(sandbox, "/switches", json={"refunds": "pending"}).json()
    assert (said["duplicate"], said["drop"], said["refunds"]) == ("2", "True", "pending")
    assert _desk(sandbox, "/switches", get=True).json() == said
    for wrong in ({"duplicate": -1}, {"delay": "long"}, {"down": "sideways"}, {"weather": 1}, ["x"], {"seed": "1e999"}):
        answer = _desk(sandbox, "/switches", json=wrong)
        assert (answer.status_code, list(answer.json())) == (422, ["error"])
    assert _desk(sandbox, "/switches", get=True).json() == said


def test_switches_are_set_at_the_desk(sandbox: stripes.Stripe) -> None:
    answer = _desk(sandbox, "/switches", data={"duplicate": "1", "delay": "0.5", "drop": "on", "down": "off"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sandbox/stripe")
    page = _desk(sandbox, get=True).text
    assert '<option value="on" selected>Events are made, not sent</option>' in page
    answer = _desk(sandbox, "/switches", data={"duplicate": "many"})
    assert answer.status_code == 422
    assert "duplicate is a number, not many." in answer.text


def test_off_and_on_are_understood_as_people_write_them() -> None:
    assert Switches().changed({"down": "yes", "drop": "no"}) == Switches(down="on")
    assert Switches().changed({"down": "on"}).changed({"down": "false"}) == Switches()
    assert Switches.kept(Switches(drop=True, delay=0.5).as_text()) == Switches(drop=True, delay=0.5)


def test_the_desk_has_a_button_for_everything_that_happens_later(sandbox: stripes.Stripe) -> None:
    session, waiting, open_ = paid(sandbox), opened(sandbox), opened(sandbox)
    sandbox.pay_later(waiting.id)
    charge = session.payment_intent.latest_charge.id
    sandbox.switches(refunds="pending", drop=True)
    refund = sandbox.client().v1.refunds.create({"charge": charge, "amount": 100}).id
    page = _desk(sandbox, get=True).text
    for path in (
        f"sessions/{open_.id}/expire",
        f"sessions/{waiting.id}/arrive",
        f"refunds/{refund}/succeed",
        f"charges/{charge}/dispute",
        f"events/{sandbox.events()[-1]['id']}/again",
    ):
        assert f'action="/sandbox/stripe/{path}"' in page
        assert _desk(sandbox, f"/{path}").status_code == 303
    dispute = sandbox.client().v1.disputes.list().data[0].id
    assert f'action="/sandbox/stripe/disputes/{dispute}/won"' in _desk(sandbox, get=True).text
    for path in (f"disputes/{dispute}/lost", f"refunds/{refund}/fail"):
        assert _desk(sandbox, f"/{path}").status_code == 303
    assert _desk(sandbox, "/deliver").status_code == 303
    assert _desk(sandbox, "/deliver", json={}).json() == []
    states = [sandbox.client().v1.checkout.sessions.retrieve(one.id) for one in (open_, waiting)]
    assert [(one.status, one.payment_status) for one in states] == [("expired", "unpaid"), ("complete", "paid")]
    assert sandbox.client().v1.refunds.retrieve(refund).status == "failed"
    for path, status in (
        (f"sessions/{open_.id}/expire", 400),
        (f"sessions/{waiting.id}/fail", 409),
        (f"refunds/{refund}/succeed", 400),
        (f"disputes/{dispute}/won", 400),
        ("events/evt_nobody/again", 404),
        ("weather/1/rain", 404),
    ):
        assert _desk(sandbox, f"/{path}").status_code == status


def test_the_desk_is_read_page_by_page(sandbox: stripes.Stripe) -> None:
    assert "Older" not in _desk(sandbox, get=True).text
    for _ in range(16):
        opened(sandbox)
    assert 'href="/sandbox/stripe?page=2">Older' in _desk(sandbox, get=True).text
    second = _desk(sandbox, "?page=2", get=True).text
    assert second.count("/expire") == 1
    assert 'href="/sandbox/stripe?page=1">Newer' in second
    assert _desk(sandbox, "?page=x", get=True).status_code == 200
