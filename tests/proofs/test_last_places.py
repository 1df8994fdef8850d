"""Sixty buyers at once for ten places: never an eleventh, and everybody who gets none is told before paying."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from flask import Flask
from sqlalchemy import func, select

import config
from portal.domain.orders import OrderState, Seat, Trouble
from portal.models.course_run import CourseRun
from portal.models.enrolment import Enrolment
from portal.models.order import Order, OrderLine, OrderTrouble
from portal.models.session import reading, writing
from portal.records import courses, ledger, seats
from tests.factories import hidden_fields, in_days
from tests.payments import FIBRE
from tests.proofs.scale import report, scaled
from tests.proofs.servers import MailServer
from tests.proofs.tills import open_till, wait_until
from tests.shop import BUYER

BUYERS, PLACES, ROUNDS = scaled(60, 8), scaled(10, 2), scaled(20, 1)
BOUND_SECONDS, IDLE_SECONDS = scaled(120, 60), 1.0
GONE = "The last place of this date has just gone"
FATES = ("pay", "pay", "pay", "arrives", "arrives", "fails", "expires", "expires")
TRIES = 3


class _Buyer:
    """Somebody with a browser who wants a place on a date, and how it went: `told`, `paid` or neither."""

    def __init__(self, site: str, stripe: str, run: str, number: int) -> None:
        self.http, self.page = httpx.Client(base_url=site, timeout=60), httpx.Client(base_url=stripe, timeout=60)
        self.run, self.chance = run, random.Random(f"{run}{number}")
        self.email = f"{run}-{number}@nairfibre.example".lower()
        self.ends: list[str] = []

    def buy(self, start: threading.Barrier) -> list[str]:
        """Fill in, wait for the others, order, and do at Stripe what chance says; who loses tries again."""
        with self.http, self.page:
            for turn in range(TRIES):
                checked = self._check()
                if turn == 0:
                    start.wait(120)
                self.ends.append(self._pay_for(self._press(checked)))
                if self.ends[-1] not in ("told", "fails", "expires"):
                    break
                time.sleep(self.chance.uniform(0, 1.5))
        return self.ends

    def _check(self) -> httpx.Response:
        path = f"/courses/{FIBRE}/enrol"
        form = {**BUYER, "email": self.email, "run": self.run}
        hidden = hidden_fields(self._kept_asking("GET", path).text)
        return self._kept_asking("POST", path, data={**form, **hidden, "start": ""})

    def _press(self, checked: httpx.Response) -> httpx.Response:
        """The button of the check page; the answer is Stripe's page, or that there is no place."""
        assert checked.status_code == 200, checked.text
        data = {**hidden_fields(checked.text), "terms": "yes"}
        return self._kept_asking("POST", f"/courses/{FIBRE}/enrol/pay", data=data)

    def _kept_asking(self, method: str, path: str, **said: object) -> httpx.Response:
        """What the busy page asks people to do."""
        for _ in wait_until(120, "the site is busy for ever"):
            answer = self.http.request(method, path, **said)  # type: ignore[arg-type]
            if answer.status_code != 503:
                return answer
        raise AssertionError

    def _pay_for(self, answer: httpx.Response) -> str:
        if answer.status_code == 409 and GONE in answer.text:
            return "told"
        found = re.search(r"/sandbox/checkout/(cs_test_\w+)", answer.headers.get("location", ""))
        assert answer.status_code == 303, answer.text
        if not found:
            return "sent to the order"  # Stripe was not to be had in time: it says so there
        fate, page = self.chance.choice(FATES), f"/sandbox/checkout/{found.group(1)}"
        time.sleep(self.chance.uniform(0, 0.5))
        if fate == "expires":
            key = {"Authorization": "Bearer sk_test_sandbox"}
            ended = self.page.post(f"/v1/checkout/sessions/{found.group(1)}/expire", headers=key)
            assert ended.status_code == 200, ended.text
        for act in {"pay": ("pay",), "arrives": ("pay-later", "arrive"), "fails": ("pay-later", "fail")}.get(fate, ()):
            time.sleep(self.chance.uniform(0, 0.5))
            assert self.page.post(f"{page}/{act}").status_code == 303
        if self.chance.random() < 0.5:  # half of them come back, the others close the window
            self._kept_asking("GET", f"/orders/return?session_id={found.group(1)}")
        return fate


@contextmanager
def _watched(app: Flask, run_id: int) -> Iterator[list[int]]:
    """How many places are filled, looked at all the time."""
    seen: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            with app.app_context(), reading() as session:
                seen.append(seats.filled(session, run_id))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _new_run(app: Flask, number: int) -> tuple[int, str]:
    with app.app_context(), writing() as session:
        course = courses.find_by_code(session, FIBRE)
        assert course
        starts_on = in_days(40)
        run = CourseRun(
            course_id=course.id, code=f"ROUND-{number}", starts_on=starts_on, ends_on=starts_on, capacity=PLACES
        )
        session.add(run)
        session.flush()
        return run.id, run.code


@pytest.mark.one_database("postgresql")
def test_the_last_places(
    make_app: Callable[[config.Settings], Flask],
    settings: config.Settings,
    catalogue: Flask,
    database: str,
    tmp_path: Path,
) -> None:
    began, ends, most = time.monotonic(), Counter[str](), 0
    with MailServer() as mail, open_till(database, tmp_path, mail.port, WEB_PROCESSES="2") as till:
        with till.state.working() as work:
            work.keep_switches(work.switches.changed({"drop": "off", "duplicate": "1"}))
        app = make_app(settings)
        for number in range(ROUNDS):
            run_id, code = _new_run(app, number)
            start = threading.Barrier(BUYERS)
            buyers = [_Buyer(till.site, till.stripe, code, one) for one in range(BUYERS)]
            with _watched(app, run_id) as seen, ThreadPoolExecutor(BUYERS) as pool:
                for went in pool.map(lambda buyer, start=start: buyer.buy(start), buyers):  # type: ignore[misc]
                    ends.update(went)
                till.wait_until_done(app, BOUND_SECONDS, IDLE_SECONDS)
            assert max(seen) <= PLACES, "an eleventh"
            most = max(most, max(seen))
            with app.app_context():
                _check_round(run_id, {buyer.email: buyer.ends for buyer in buyers})
        told_by_letter = _check_letters(app, mail)
    report(
        f"last places, {database.partition(':')[0]}: {ROUNDS} rounds of {BUYERS} buyers for {PLACES} places, never more"
        f" than {most} filled; ends of all tries: {dict(sorted(ends.items()))}; held up and told by letter:"
        f" {told_by_letter}; {time.monotonic() - began:.0f} s"
    )


def _check_round(run_id: int, ends: dict[str, list[str]]) -> None:
    """Places taken are those of the paid; each of them has one enrolment; who was told never paid."""
    with reading() as session:
        lines = session.execute(
            select(Order.email, Order.state, OrderLine.seat, func.count(Enrolment.id))
            .join(OrderLine, OrderLine.order_id == Order.id)
            .outerjoin(Enrolment, Enrolment.order_line_id == OrderLine.id)
            .where(OrderLine.course_run_id == run_id)
            .group_by(Order.id, Order.email, Order.state, OrderLine.seat)
        ).all()
        unbalanced = ledger.unbalanced(session)
        held_up = set(session.scalars(select(Order.id).where(Order.state == OrderState.HELD_UP)))
    taken = [email for email, state, seat, places in lines if seat == Seat.TAKEN]
    assert len(taken) <= PLACES
    assert len(set(taken)) == len(taken)
    for email, state, seat, places in lines:
        is_paid = state == OrderState.PAID
        assert (seat == Seat.TAKEN, places) == (is_paid, int(is_paid)), (email, state, seat, places)
    paid = {email for email, went in ends.items() if went[-1] in ("pay", "arrives")}
    assert {email for email, state, _, _ in lines if state in (OrderState.PAID, OrderState.HELD_UP)} == paid
    assert set(unbalanced) == held_up


def _check_letters(app: Flask, mail: MailServer) -> int:
    """Whoever paid and has no place has a letter that says so. Answers how many."""
    with app.app_context(), reading() as session:
        query = select(Order.email).join(OrderTrouble, OrderTrouble.order_id == Order.id)
        troubled = list(session.scalars(query.where(OrderTrouble.what == Trouble.FULL)))
    letters = {one.recipients[0] for one in mail.arrivals if "the last place was gone" in str(one.message["Subject"])}
    assert letters == set(troubled)
    return len(troubled)
