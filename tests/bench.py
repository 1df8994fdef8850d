"""Timings, each beside its limit in the same run, so that a slow machine judges both alike: python -m tests.bench."""

from __future__ import annotations

import io
import logging
import random
import secrets
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiosmtpd.controller import Controller
from flask import Flask, redirect, render_template, request
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import func, select, text, update
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

import config
from portal import create_app
from portal.domain.delivery import Lane, State
from portal.domain.places import REGIONS
from portal.domain.routing import Question, Rule, RuleBook, Standing
from portal.models import db
from portal.models.enquiry import Enquiry
from portal.models.outbox import OutboxMessage
from portal.models.session import listen, reading, writing
from portal.sandbox import sample_data
from portal.services import imports
from tests import databases, factories
from tests.proofs import servers

DURABLE = "-c max_connections=60 -c listen_addresses="
ROUNDS, SECONDS, MAILS = 5, 1.0, 200
BARE_PAGE = "<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1><p>{{ words }}</p>"
Act = Callable[[], object]


def say(what: str, figures: str, ratio: float | None = None, aim: float | None = None) -> None:
    """One line of one measure."""
    judged = f"{ratio:6.2f}" if ratio is not None else "      "
    asked = f"aim {aim:.2f}  {'reached' if ratio is not None and ratio >= aim else 'MISSED'}" if aim else "no aim"
    sys.stdout.write(f"{what:46} {figures:54} {judged}  {asked}\n")
    sys.stdout.flush()


def rate(act: Act, seconds: float = SECONDS) -> float:
    """How often a second."""
    count, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        act()
        count += 1
    return count / passed


def compare(what: str, ours: Act, bare: Act, aim: float) -> None:
    """Both in turn, several times; the ratio is the median of the rounds."""
    rate(ours, 0.3), rate(bare, 0.3)
    rounds = [(rate(ours), rate(bare)) for _ in range(ROUNDS)]
    own, limit = (statistics.median(values) for values in zip(*rounds, strict=True))
    ratio = statistics.median(mine / other for mine, other in rounds)
    say(what, f"{own:,.0f}/s against {limit:,.0f}/s bare", ratio, aim)


def call(app: Flask, builder: EnvironBuilder, expected: int) -> Callable[[bytes], None]:
    """A request straight into the WSGI application, with the body given each time."""
    environ = builder.get_environ()

    def act(body: bytes) -> None:
        now = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        content, status, _ = run_wsgi_app(app.wsgi_app, now, buffered=True)
        assert status.startswith(str(expected)), status
        assert content

    return act


def bare_page() -> Flask:
    """A bare Flask page that renders one template."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": BARE_PAGE})
    app.get("/")(lambda: render_template("page.html", title="Ask about a course", words="About a minute & no more."))
    return app


def bare_writer(portal: Flask, address: str) -> Flask:
    """A bare Flask form that commits one row, through SQLAlchemy as the portal sets it up."""
    app, bare = Flask("bare"), SQLAlchemy()
    app.config["SQLALCHEMY_DATABASE_URI"] = config.load(PORTAL_ENV="testing", DATABASE_URL=address).database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = portal.config["SQLALCHEMY_ENGINE_OPTIONS"]
    bare.init_app(app)

    class Note(bare.Model):  # type: ignore[name-defined, misc]
        id = bare.Column(bare.Integer, primary_key=True)
        words = bare.Column(bare.String, nullable=False)

    with app.app_context():
        listen(bare.engine)
        bare.create_all()

    @app.post("/")
    def write() -> Response:
        bare.session.add(Note(words=request.form["full_name"]))
        bare.session.commit()
        return redirect("/", 303)

    return app


@contextmanager
def portal_over(address: str, folder: Path, smtp_port: int = 1) -> Iterator[Flask]:
    """The portal over a fresh database, with the sample data and no limits a week."""
    folder.mkdir()
    where = {"DATABASE_URL": address, "PORTAL_DATA_DIR": folder, "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}"}
    app = create_app(config.load(PORTAL_ENV="testing", RATE_LIMITS="off", **where))
    with app.app_context():
        for put in (imports.courses, imports.partners, imports.routing_rules):
            put((sample_data.DATA / f"{put.__name__}.csv").read_text(encoding="utf-8"))
        with writing() as session:
            session.execute(text("UPDATE partner SET weekly_capacity = NULL"))
    yield app
    with app.app_context():
        db.engine.dispose()


def page_measure(address: str, folder: Path) -> None:
    """GET /enquire against a bare page."""
    with portal_over(address, folder) as app:
        ours = call(app, EnvironBuilder("/enquire", "http://127.0.0.1:5000"), 200)
        bare = call(bare_page(), EnvironBuilder("/"), 200)
        compare("the form, GET /enquire, SQLite", lambda: ours(b""), lambda: bare(b""), 1 / 4)


def bodies(app: Flask, fields: dict[str, str], count: int) -> list[bytes]:
    """Bodies of sendings, each with a submission of its own."""
    sign, minted = app.extensions["portal"].tokens.sign, int(time.time()) - 60
    submissions = (sign("submission", {"s": secrets.token_hex(16), "t": minted}) for _ in range(count))
    return [urlencode({**fields, "submission": submission}).encode() for submission in submissions]


def send_measure(name: str, address: str, bare_address: str, folder: Path) -> None:
    """The last POST, all its fields made before, against a bare POST that commits one row."""
    with portal_over(address, folder) as app:
        client = app.test_client()
        check = factories.check(client)
        assert "Send to your own team only" in check.text, "no partner was named"
        fields = {**factories.hidden_fields(check.text), "routing": "pass_on"}
        cookie = client.get_cookie("portal_session")
        assert cookie
        form = {"method": "POST", "content_type": "application/x-www-form-urlencoded"}
        builder = EnvironBuilder("/enquire/send", "http://127.0.0.1:5000", **form)  # type: ignore[arg-type]
        builder.headers["Cookie"] = f"portal_session={cookie.value}"
        ready = bodies(app, fields, 6000)
        waiting = iter(ready)
        ours = call(app, builder, 303)
        bare = call(bare_writer(app, bare_address), EnvironBuilder("/", **form), 303)  # type: ignore[arg-type]
        same = cycle(ready)
        compare(
            f"the sending, POST /enquire/send, {name}", lambda: ours(next(waiting)), lambda: bare(next(same)), 1 / 2
        )
        with app.app_context(), reading() as session:
            stored = session.scalar(select(func.count()).select_from(Enquiry)) or 0
        assert stored == len(ready) - len(list(waiting))


def routing_measure() -> None:
    """Decisions a second with a thousand rules."""
    chance = random.Random(5)
    subjects = {f"{subject.upper()}-{n}": subject for subject in ("fibre", "safety", "data-centre") for n in range(20)}
    interests, regions = [*subjects, "fibre", "safety", "data-centre", "other"], list(REGIONS)
    partners, audiences = [f"P{number}" for number in range(60)], ("individual", "organisation")

    def rule(number: int) -> Rule:
        names, areas, about = (chance.sample(of, chance.randint(1, 3)) for of in (partners, regions, interests))
        low, high = (chance.randint(1, 10), chance.randint(10, 60)) if chance.random() < 0.3 else (None, None)
        who, how = chance.choice([None, *audiences]), chance.choice(["first", "share"])
        return Rule(number, f"Rule {number}", tuple(names), tuple(areas), (), tuple(about), who, low, high, how)

    book = RuleBook([rule(number) for number in range(1000)], subjects)
    assert not book.faults
    standings = {code: Standing("", chance.choice([None, 0, 3, 9]), chance.randint(0, 9)) for code in partners}
    pick = chance.choice
    asked = [Question(pick(regions), pick(interests), pick(audiences), None, pick(range(1, 70))) for _ in range(5000)]
    share = statistics.mean(book.decide(question, standings).partner is not None for question in asked)
    assert 0.2 < share < 1
    questions = cycle(asked)
    found = statistics.median(rate(lambda: book.decide(next(questions), standings)) for _ in range(ROUNDS))
    figures = f"{found:,.0f}/s against 20,000/s asked, {share:.0%} to a partner"
    say("routing, 1,000 rules", figures, found / 20_000, 1.0)


class _Takes:
    """Takes every mail."""

    async def handle_DATA(self, *_: Any) -> str:
        return "250 kept"


def serve_mail(port: int) -> None:
    """A mail server in this process, until its standard input ends."""
    Controller(_Takes(), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True, ready_timeout=10).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()


@contextmanager
def mail_server() -> Iterator[int]:
    """A mail server in a process of its own; yields its port."""
    command = [sys.executable, "-m", "tests.bench", "mail", str(port := servers.free_port())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        try:
            yield port
        finally:
            process.kill()


def bare_mail(port: int) -> float:
    """Sends a second by smtplib alone, a connection each, as a program without an outbox would."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "An enquiry", "a@meridian.example", "b@lindum.example"
    message.set_content("A line of an enquiry.\n" * 40)
    message.add_alternative("<p>A line of an enquiry.</p>\n" * 60, subtype="html")

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port) as connection:
            connection.send_message(message)

    return rate(send, 2.0)


def outbox_measure(name: str, address: str, folder: Path, workers: int) -> None:
    """Deliveries a second by this many workers, once all are ready, against bare sends."""
    with mail_server() as port, portal_over(address, folder, port) as app, app.app_context(), ExitStack() as processes:
        clock, mails = app.extensions["portal"].clock, OutboxMessage.lane == Lane.MAIL
        for number in range(MAILS // 2):
            factories.send(clock, f"bench-{number}")
        with writing() as session:
            now = clock.now(session)
            session.execute(update(OutboxMessage).values(due_at=now.replace(year=now.year + 1)))
        for _ in range(workers):
            processes.enter_context(servers.worker(address, folder, port))
        time.sleep(6)
        before = bare_mail(port)
        with writing() as session:
            session.execute(update(OutboxMessage).where(mails).values(due_at=now))
        finished: list[Any] = []
        ends = time.monotonic() + 60
        while len(finished) < MAILS:
            assert time.monotonic() < ends
            time.sleep(0.2)
            sent = select(OutboxMessage.finished_at).where(OutboxMessage.state == State.SENT, mails)
            with reading() as session:
                finished = sorted(session.scalars(sent))
        ours = (MAILS - 1) / (finished[-1] - finished[0]).total_seconds()
        bare = (before + bare_mail(port)) / 2
        say(f"deliveries, workers: {workers}, {name}", f"{ours:,.0f}/s against {bare:,.0f}/s bare sends", ours / bare)


def main() -> None:
    """All of them."""
    logging.disable(logging.CRITICAL)
    databases.QUICK = DURABLE
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as made, databases.postgresql() as server:
        folder = Path(made)
        sqlite = databases.SqliteTemplate(folder)
        postgresql = databases.PostgresqlTemplate(server, folder)
        with sqlite.fresh() as address:
            page_measure(address, folder / "page")
        routing_measure()
        for name, kind in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
            with kind.fresh() as address, kind.fresh() as bare_address:
                send_measure(name, address, bare_address, folder / f"send-{name}")
            for workers in (1, 2):
                with kind.fresh() as address:
                    outbox_measure(name, address, folder / f"outbox-{name}-{workers}", workers)


if __name__ == "__main__":
    if sys.argv[1:2] == ["mail"]:
        serve_mail(int(sys.argv[2]))
    else:
        main()
