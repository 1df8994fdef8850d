"""Taking payments, each timing beside its limit in the same run: python -m tests.bench_till."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import stripe
import typst
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, insert, select
from werkzeug.test import EnvironBuilder, run_wsgi_app

import config
from portal import ROOT, create_app
from portal.domain.documents import from_json, to_json
from portal.domain.payments import Asked
from portal.domain.printed import printed
from portal.gateways.deadline import Deadline
from portal.gateways.documents import Drawer
from portal.models import db
from portal.models.payment import StripeEvent
from portal.models.session import listen, reading
from portal.sandbox.stripe_keys import WEBHOOK_SECRET
from portal.services import imports
from tests import databases, papers
from tests.bench import DURABLE, compare, say
from tests.factories import COURSES, hidden_fields
from tests.shop import BUYER
from tests.stripes import running

MESSAGES, PAYERS = 9000, 60
COURSE = "SAF-STREET"
ABOUT = {
    **{"id": "cs_test_1", "object": "checkout.session", "amount_total": 74400, "currency": "gbp", "status": "complete"},
    **{"payment_status": "paid", "client_reference_id": "ORD-7K3M-9Q2D", "payment_intent": "pi_1", "livemode": False},
    "customer_details": {"email": "priya@nairfibre.example", "name": "Priya Nair"},
}


def signed(number: int) -> tuple[bytes, str]:
    """A message and its signature."""
    about = {**ABOUT, "id": f"cs_test_{number}"}
    event = {"id": f"evt_{number}", "object": "event", "type": "checkout.session.completed", "created": 1, "data": {}}
    body = json.dumps({**event, "livemode": False, "data": {"object": about}})
    return body.encode(), stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET)


def bare_hook(portal: Flask, address: str) -> Flask:
    """A bare Flask hook: the library verifies, one row is committed."""
    app, bare = Flask("bare"), SQLAlchemy()
    app.config["SQLALCHEMY_DATABASE_URI"] = config.load(PORTAL_ENV="testing", DATABASE_URL=address).database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = portal.config["SQLALCHEMY_ENGINE_OPTIONS"]
    bare.init_app(app)
    columns = (bare.Column("id", bare.Integer, primary_key=True), bare.Column("event", bare.String, unique=True))
    table = bare.Table("note", *columns, bare.Column("body", bare.String))
    with app.app_context():
        listen(bare.engine)
        bare.create_all()

    @app.post("/")
    def take() -> str:
        body = request.get_data()
        event = stripe.Webhook.construct_event(body, request.headers["Stripe-Signature"], WEBHOOK_SECRET)  # type: ignore[no-untyped-call]
        bare.session.execute(insert(table).values(event=event.id, body=body.decode()))
        bare.session.commit()
        return "kept"

    return app


def posting(app: Flask, path: str, ready: Iterator[tuple[bytes, str]]) -> Callable[[], None]:
    """Post the next message straight into the WSGI application."""
    base = EnvironBuilder(path, "http://127.0.0.1:5000", method="POST", content_type="application/json")

    def act() -> None:
        body, signature = next(ready)
        about = {"CONTENT_LENGTH": str(len(body)), "HTTP_STRIPE_SIGNATURE": signature}
        environ = {**base.get_environ(), **about, "wsgi.input": io.BytesIO(body)}
        _, status, _ = run_wsgi_app(app.wsgi_app, environ, buffered=True)
        assert status.startswith("200"), status

    return act


@contextmanager
def shop_over(address: str, folder: Path, **settings: Any) -> Iterator[Flask]:
    """The portal over a fresh database, with courses to sell."""
    folder.mkdir(exist_ok=True)
    app = create_app(
        config.load(PORTAL_ENV="testing", RATE_LIMITS="off", DATABASE_URL=address, PORTAL_DATA_DIR=folder, **settings)
    )
    with app.app_context():
        imports.courses(COURSES)
    yield app
    with app.app_context():
        db.engine.dispose()


def hook_measure(name: str, address: str, bare_address: str, folder: Path) -> None:
    """Messages a second, each kept with what it makes us look at, against the bare hook."""
    with shop_over(address, folder) as app:
        made = [signed(number) for number in range(MESSAGES)]
        ours, bare = iter(made), iter(made)
        compare(
            f"Stripe's messages, {name}",
            posting(app, "/hooks/stripe", ours),
            posting(bare_hook(app, bare_address), "/", bare),
            1 / 2,
        )
        with app.app_context(), reading() as session:
            stored = session.scalar(select(func.count()).select_from(StripeEvent)) or 0
        assert stored == MESSAGES - len(list(ours))


def checkout_measure(name: str, address: str, folder: Path) -> None:
    """How long "Pay now" takes until the 303 to Stripe, beside how long Stripe itself takes to make a page."""
    folder.mkdir()
    with (
        running(folder, lambda _body, _signature: 200) as own,
        shop_over(address, folder, STRIPE_API_BASE=own.base, CHECKOUT_ORIGIN=own.base) as app,
    ):
        till, browser = app.extensions["portal"].till, app.test_client()
        path, pressed, asked = f"/courses/{COURSE}/enrol", [], []
        for number in range(PAYERS):
            form = {**BUYER, **hidden_fields(browser.get(path).text), "email": f"payer-{number}@mail.example"}
            checked = browser.post(path, data=form)
            data = {**hidden_fields(checked.text), "terms": "yes"}
            began = time.perf_counter()
            sent = browser.post(f"{path}/pay", data=data)
            pressed.append(time.perf_counter() - began)
            assert sent.status_code == 303, sent.text
            assert "/sandbox/checkout/" in sent.location
            began = time.perf_counter()
            with Deadline(10) as deadline:
                till.stripe.open_checkout(_page(number), deadline)
            asked.append(time.perf_counter() - began)
    ours, limit = statistics.median(pressed[5:]) * 1000, statistics.median(asked[5:]) * 1000
    say(
        f"from Pay now to the 303, {name}",
        f"{ours:,.0f} ms beside {limit:,.0f} ms of Stripe's stand-in alone",
        limit / ours,
    )


def _page(number: int) -> Asked:
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=40)
    lines, here = [("Street works and excavation", 74400)], "http://127.0.0.1:5000/orders/return"
    return Asked(f"BENCH-{number}", 1, lines, "gbp", "a@mail.example", ends, here, here, needs_address=False)


def invoice_measure() -> None:
    """Invoices a second, each from its snapshot, against the compiler alone on the same words."""
    templates, fonts = ROOT / "templates" / "documents", ROOT / "portal" / "documents_fonts"
    drawer, kept = Drawer(templates, fonts), to_json(papers.invoice())
    compiler = typst.Compiler(root=templates.resolve(), font_paths=[fonts], ignore_system_fonts=True)
    words = {"document": json.dumps(printed(papers.invoice()))}
    numbers = count()

    def drawn() -> None:
        assert drawer.pdf(replace(from_json(kept), number=f"INV-{next(numbers)}")).startswith(b"%PDF")  # type: ignore[call-arg]

    def bare() -> None:
        inputs = {**words, "turn": str(next(numbers))}
        assert compiler.compile(input=templates.resolve() / "invoice.typ", format="pdf", sys_inputs=inputs)

    compare("invoices as PDF", drawn, bare, 1 / 2)


def main() -> None:
    """All of them."""
    logging.disable(logging.CRITICAL)
    databases.QUICK = DURABLE
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as made, databases.postgresql() as server:
        folder = Path(made)
        kinds = (
            ("SQLite", databases.SqliteTemplate(folder)),
            ("PostgreSQL", databases.PostgresqlTemplate(server, folder)),
        )
        invoice_measure()
        for name, kind in kinds:
            with kind.fresh() as address:
                checkout_measure(name, address, folder / f"checkout-{name}")
            with kind.fresh() as address, kind.fresh() as bare_address:
                hook_measure(name, address, bare_address, folder / f"hook-{name}")


if __name__ == "__main__":
    main()
