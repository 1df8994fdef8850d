"""The home page, courses, privacy, errors, health, assets, the sandbox's clock and the gate."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import Client

import config
from portal.gateways.clock import Clock
from portal.models import db, session
from portal.services import imports
from portal.web.assets import ADDRESSES
from portal.web.gate import Gate
from tests import databases, factories
from tests.factories import ask


def test_home_is_a_sentence_and_links_only_to_what_exists(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "I would like to ask about" in page
    assert '<option value="FIB-SPLICE">fibre splicing</option>' in page
    assert "£576.00" in page
    for address in {part.partition('"')[0] for part in page.split('href="')[1:]}:
        if address.startswith("/"):
            assert client.get(address).status_code == 200, address


def test_home_says_so_kindly_when_there_is_nothing_yet(app: Flask) -> None:
    page = app.test_client().get("/")
    assert page.status_code == 200
    assert "Our own people" in page.text


def test_courses_can_be_searched_and_empty_says_what_to_do(client: FlaskClient) -> None:
    assert "Street works" in client.get("/courses?search=DIG").text
    assert "Fibre splicing" not in client.get("/courses?search=dig").text
    assert "Fibre splicing" not in client.get("/courses?subject=safety").text
    assert "No course is like that" in client.get("/courses?search=astronomy").text
    assert client.get("/courses?page=nonsense").status_code == 200


def test_lists_are_paged_and_their_queries_do_not_grow(client: FlaskClient, app: Flask) -> None:
    header = "code,title,subject,price_pence,vat_rate,delivery,summary,active\n"

    def queries() -> int:
        seen = []
        with app.app_context():
            engine = db.engine

        def count(*_: Any) -> None:
            seen.append(1)

        event.listen(engine, "before_cursor_execute", count)
        client.get("/courses?page=2")
        event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    client.get("/courses")
    few = queries()
    with app.app_context():
        rows = "".join(f"X-{n:03},Extra {n:03},extra,100,20,live,,yes\n" for n in range(200))
        imports.courses(header + rows)
    client.get("/courses")
    assert queries() == few
    assert client.get("/courses?page=2&endpoint=x&_method=FOO&_anchor=y").status_code == 200
    page = client.get("/courses?page=2").text
    assert page.count('class="row course"') == 20
    assert 'aria-current="page"' in page


def test_a_course_shows_its_price_with_vat_and_asks(client: FlaskClient) -> None:
    page = client.get("/courses/FIB-SPLICE").text
    assert "£576.00" in page
    assert "with £96.00 VAT" in page
    assert "/enquire?interest=FIB-SPLICE" in page
    assert client.get("/courses/FIB-OLD").status_code == 404


@pytest.mark.promise("PRE-8", "OLT-2", "OPT-28", "PRE-35", "PRE-39")
def test_the_notice_prints_the_register_and_the_partners(client: FlaskClient) -> None:
    from portal.domain.purposes import PURPOSES, VERSION

    page = client.get("/privacy").text.replace("&#39;", "’")
    assert page.count(VERSION) == 1
    for purpose in PURPOSES.values():
        if not purpose.needs:
            assert purpose.name in page
            assert purpose.basis in page
    assert "https://lindum.example/privacy" in page
    assert "Hazel" not in page
    assert "right to complain to us" in page
    assert '<a href="mailto:privacy@meridian.example">privacy@meridian.example</a>' in page


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/nowhere", 404, "This page is not here"),
        ("POST", "/enquiries/x/remove", 400, "your browser keeps no cookies"),
        ("DELETE", "/courses", 405, "This page does not take that"),
    ],
)
def test_error_pages_say_what_to_do(client: FlaskClient, method: str, path: str, status: int, words: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert words in answer.text
    assert "0121 496 0143" in answer.text


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 422, 429, 500, 503])
def test_every_error_has_its_page(app: Flask, code: int) -> None:
    from portal.web import errors

    with app.test_request_context("/"):
        page = errors.page(code)
    assert page.status_code == code
    assert errors.WORDS[code][0] in page.get_data(as_text=True)


def test_an_unexpected_error_is_a_page_and_its_words_stay_out_of_the_log(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    from portal.web import access

    @app.get("/broken")
    @access.public
    def broken() -> str:
        raise ValueError("priya@nairfibre.example")

    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "It is our fault" in answer.text
    from portal.web.logs import JsonLines

    lines = [JsonLines().format(record) for record in caplog.records if record.name.startswith("portal")]
    assert any("ValueError" in line for line in lines)
    assert not any("priya" in line for line in lines)


def test_a_database_that_is_away_answers_503(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE data_version" if db.engine.dialect.name == "sqlite" else "SELECT 1")
    if app.extensions["portal"].settings.DATABASE_URL.startswith("sqlite"):
        assert app.test_client().get("/enquire").status_code == 503


def test_a_database_that_stays_busy_answers_503(
    monkeypatch: pytest.MonkeyPatch,
    sqlite_template: databases.SqliteTemplate,
    make_app: Callable[[config.Settings], Flask],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(session, "BUSY_SECONDS", 0.05)
    with sqlite_template.fresh() as address:
        app = make_app(config.load(PORTAL_ENV="testing", DATABASE_URL=address, PORTAL_DATA_DIR=tmp_path))
        with app.app_context():
            imports.courses(factories.COURSES)
        client = app.test_client()
        fields = factories.hidden_fields(factories.check(client).text)
        with closing(sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = client.post("/enquire/send", data={**fields, "routing": "keep_with_us"})
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]


def test_a_host_that_is_not_ours_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_health_and_readiness(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok", "problems": []}


def test_assets_are_compressed_and_kept_for_a_year(client: FlaskClient) -> None:
    address = ADDRESSES["portal.css"]
    plain = client.get(address)
    assert "immutable" in plain.headers["Cache-Control"]
    for encoding in ("gzip", "br"):
        packed = client.get(address, headers={"Accept-Encoding": encoding})
        assert packed.headers["Content-Encoding"] == encoding
        assert len(packed.data) < len(plain.data) / 3
    assert client.get("/assets/nothing.css").status_code == 404


def test_what_echoes_input_is_not_compressed_and_the_rest_is(client: FlaskClient) -> None:
    packed = {"Accept-Encoding": "br, gzip"}
    assert client.get("/enquire", headers=packed).headers["Content-Encoding"] == "br"
    for path in ("/courses?search=x", "/enquire?interest=FIB-SPLICE", ask(client)):
        assert "Content-Encoding" not in client.get(path, headers=packed).headers
    assert "Content-Encoding" not in client.post("/enquire", headers=packed).headers


def test_the_clock_moves_forward_only(client: FlaskClient, clock: Clock) -> None:
    ahead = clock.offset()
    for period, later in (("P2D", dt.timedelta(days=2)), ("PT3H", dt.timedelta(days=2, hours=3))):
        answer = client.post("/sandbox/clock", data={"advance": period}).json
        assert answer == {"offset_seconds": (ahead + later).total_seconds()}
    for nonsense in ("-P1D", "P", "tomorrow", ""):
        assert client.post("/sandbox/clock", data={"advance": nonsense}).status_code == 422


def test_other_sandbox_addresses_are_passed_on(client: FlaskClient) -> None:
    answer = client.get("/sandbox/mailbox.json?x=1")
    assert answer.status_code == 307
    assert answer.location == "http://127.0.0.1:5001/sandbox/mailbox.json?x=1"


def test_the_component_page_shows_every_state(client: FlaskClient) -> None:
    page = client.get("/sandbox/components")
    assert page.status_code == 200
    for state in ("Prefer not to say", 'class="failed"', 'aria-invalid="true"', 'aria-current="page"'):
        assert state in page.text


def test_the_gate_says_busy_and_lets_the_next_one_in() -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        entered.set()
        leave.wait(5)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    gate = Gate(slow, 1, lambda: b"busy", wait=0.05)
    first = threading.Thread(target=lambda: Client(gate).get("/"))
    first.start()
    assert entered.wait(5)
    refused = Client(gate).get("/")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "5"
    assert refused.data == b"busy"
    leave.set()
    first.join(5)
    assert Client(gate).get("/").status_code == 200


PUBLIC = ("/", "/courses", "/courses/FIB-SPLICE", "/enquire", "/register", "/sign-in", "/privacy", "/cookies")


@pytest.mark.usefixtures("catalogue")
@pytest.mark.promise("OLT-19")
@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_need_no_cookie_and_set_none_but_the_forms_own(app: Flask, path: str) -> None:
    answer = app.test_client(use_cookies=False).get(path)
    assert answer.status_code == 200
    assert {cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")} <= {"portal_session"}


@pytest.mark.usefixtures("catalogue")
@pytest.mark.promise("OLT-19")
def test_a_browser_that_keeps_no_cookies_is_told_so(app: Flask) -> None:
    browser = app.test_client(use_cookies=False)
    for path in ("/sign-in", "/forgotten-password", "/sign-in/link", "/register", "/enquire"):
        typed = {**factories.hidden_fields(browser.get(path).text), "email": "priya@nairfibre.example"}
        answer = browser.post(path, data=typed)
        assert answer.status_code == 400
        assert "keeps no cookies" in answer.text, path
    other = app.test_client()
    other.get("/sign-in")
    assert "This did not reach us whole" in other.post("/sign-in", data={"email": "priya@nairfibre.example"}).text
