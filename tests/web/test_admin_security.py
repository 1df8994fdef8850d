"""The security log in a browser: who reads it, what is filtered, what is taken away, and alerts."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.domain.roles import Role
from portal.domain.security import SAID, Happened
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.sandbox.mailbox import Mailbox
from tests.factories import Deliver, hidden_fields, press
from tests.people import add_trainees, count_queries, make_staff

PAGE = "/admin/security"


@pytest.fixture
def manager(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.MANAGER)


def _count(app: Flask, kind: Happened) -> int:
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).where(SecurityEvent.kind == kind)) or 0


def _add(app: Flask, clock: Clock, kind: Happened, times: int = 1, **values: object) -> None:
    with app.app_context(), writing() as session:
        now = clock.now(session)
        kept: dict[str, object] = {"network": "192.0.2.9", "device": "Firefox on Linux", "happened_at": now}
        session.add_all(SecurityEvent(kind=kind, **{**kept, **values}) for _ in range(times))


def _rows(page: str) -> list[str]:
    """The text of each entry."""
    return [
        " ".join(html.unescape(re.sub(r"<[^>]*>", " ", row)).split())
        for row in re.findall(r'<tr role="row"><th scope="row".*?</tr>', page, re.DOTALL)
    ]


def test_each_entry_says_what_whose_with_what_and_whence(manager: FlaskClient, catalogue: Flask, clock: Clock) -> None:
    with catalogue.app_context():
        (reference,) = add_trainees(clock, "Siân O’Dowd")
    _add(catalogue, clock, Happened.SUSPICIOUS_ADDRESS, detail="WordPress", network="203.0.113.4", device="an iPad")
    page = manager.get(PAGE).text
    newest, next_, *older = _rows(page)
    assert "Asked for what only an attacker looks for WordPress No account An iPad 203.0.113.4" in newest
    assert f"Signed in Siân O’Dowd {reference} : only this account Firefox on Windows 192.0.2.7" in next_
    assert f'href="/admin/trainees/{reference}">Siân O’Dowd</a>' in page
    assert [row for row in older if "Ruth Bello" in row]
    assert "/admin/trainees/ACC" not in "".join(re.findall(r'href="[^"]*">Ruth Bello', page))


def test_who_may_not_open_a_trainees_page_is_given_no_link(
    catalogue: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    browser = make_staff(catalogue, mailbox, deliver, Role.PRIVACY)
    with catalogue.app_context():
        add_trainees(clock, "Siân Prys")
    page = browser.get(PAGE).text
    assert "Siân Prys" in page
    assert "/admin/trainees" not in page


@pytest.mark.parametrize(
    ("asked", "found", "pills"),
    [
        ("kind=suspicious_address", 3, [SAID[Happened.SUSPICIOUS_ADDRESS]]),
        ("network=203.0.113.4", 3, ["From 203.0.113.4"]),
        ("network=203.0.113.4&kind=sign_out", 0, ["Signed out", "From 203.0.113.4"]),
        ("kind=sign_in&account={reference}", 1, ["Signed in", "{reference}"]),
        ("account={reference}", 1, ["{reference}"]),
        ("account=+{small}+", 1, ["{reference}"]),
        ("account=ACC-NOBODY", 0, ["ACC-NOBODY"]),
        ("kind=suspicious_address&from=2026-01-01&to=2199-12-31", 3, None),
        ("kind=suspicious_address&from=2199-12-31", 0, None),
        ("kind=suspicious_address&to=2026-01-01", 0, None),
    ],
)
def test_filters_live_in_the_address_and_each_in_force_is_a_pill_that_takes_it_away(
    manager: FlaskClient, catalogue: Flask, clock: Clock, asked: str, found: int, pills: list[str] | None
) -> None:
    with catalogue.app_context():
        (reference,) = add_trainees(clock, "Siân Prys")
    _add(catalogue, clock, Happened.SUSPICIOUS_ADDRESS, 3, network="203.0.113.4")
    names = {"reference": reference, "small": reference.lower()}
    page = html.unescape(manager.get(f"{PAGE}?{asked.format(**names)}").text)
    assert len(_rows(page)) == found
    assert f"<strong>{found} {'entry' if found == 1 else 'entries'}</strong>" in page
    said = re.findall(r'<a class="tag" href="([^"]*)">(.*?)<span', page)
    if pills is not None:
        assert [words for _, words in said] == [pill.format(**names) for pill in pills]
    for address, _ in said:
        assert address.count("=") == len(said) - 1
        assert manager.get(address).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        *("kind=nonsense", "kind=", "kind=%00", "from=yesterday", "from=0001-01-01", "to=9999-12-31", "to=2026-02-30"),
        *("page=-1", "page=0", "page=99999999999999999999999", "page=x", "account=%00", "network=%00", "from=%00"),
        *("network=%ED%A0%80", "account=%FF", "kind=sign_in&kind=x", "from=2026-W01-1", "to=%E2%80%AE", "x=y"),
        *(f"network={'9' * 5000}", f"account={'%25' * 100}", "kind[]=1", "account='; DROP TABLE account; --"),
    ],
)
def test_no_value_of_a_filter_breaks_the_page_or_the_file(manager: FlaskClient, asked: str) -> None:
    assert manager.get(f"{PAGE}?{asked}").status_code == 200
    assert manager.get(f"{PAGE}.csv?{asked}").status_code == 200


def test_what_was_typed_is_never_part_of_the_page(manager: FlaskClient, catalogue: Flask, clock: Clock) -> None:
    evil = "<script>alert(1)</script>"
    with catalogue.app_context():
        add_trainees(clock, f'{evil}"onload="x')
    _add(catalogue, clock, Happened.SUSPICIOUS_ADDRESS, detail=evil, network=evil, device=evil)
    page = manager.get(PAGE, query_string={"account": evil, "network": f'"{evil}'}).text
    assert "<script" not in page
    assert "<script" not in manager.get(PAGE).text
    assert "&lt;script&gt;" in manager.get(PAGE).text


def test_the_log_is_paged_and_its_queries_do_not_grow(manager: FlaskClient, catalogue: Flask, clock: Clock) -> None:
    with catalogue.app_context():
        add_trainees(clock, *(f"Person {number:02}" for number in range(10)))
    few = count_queries(catalogue, lambda: manager.get(PAGE))
    few_in_file = count_queries(catalogue, lambda: manager.get(f"{PAGE}.csv"))
    with catalogue.app_context():
        add_trainees(clock, *(f"Other {number:02}" for number in range(50)))
    _add(catalogue, clock, Happened.SIGN_IN_FAILED, 400, network="203.0.113.4")
    assert count_queries(catalogue, lambda: manager.get(PAGE)) == few
    assert count_queries(catalogue, lambda: manager.get(f"{PAGE}.csv?kind=sign_out")) <= few_in_file
    page = manager.get(f"{PAGE}?network=203.0.113.4&page=10").text
    assert len(_rows(page)) == 20
    assert 'href="/admin/security?network=203.0.113.4&amp;page=11"' in page
    assert page.count('<li class="gap">') == 2
    assert len(_rows(manager.get(f"{PAGE}?network=203.0.113.4&page=1000").text)) == 20


def test_the_file_holds_what_is_filtered_disarmed_and_the_log_says_that_it_was_taken(
    manager: FlaskClient, catalogue: Flask, clock: Clock
) -> None:
    with catalogue.app_context():
        (reference,) = add_trainees(clock, "=cmd|calc")
    _add(catalogue, clock, Happened.SUSPICIOUS_ADDRESS, 2, detail="WordPress")
    answer = manager.get(f"{PAGE}.csv?kind=sign_in&account={reference}")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="security-\d{4}-\d\d-\d\d.csv"', answer.headers["Content-Disposition"])
    assert answer.headers["Cache-Control"] == "no-store"
    heads, *rows = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""))
    assert heads == ["when", "what", "account", "name", "device", "network", "detail"]
    assert [row[1:] for row in rows] == [["Signed in", reference, "'=cmd|calc", "Firefox on Windows", "192.0.2.7", ""]]
    assert _count(catalogue, Happened.EXPORTED) == 1
    with catalogue.app_context(), reading() as session:
        taken = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == Happened.EXPORTED)).one()
        owner = session.get(Account, taken.account_id)
    assert taken.detail == "The security log, 1 row"
    assert owner
    assert owner.full_name == "Ruth Bello"


def test_doors_that_are_tried_are_noted_and_answered_as_any_other_address(
    manager: FlaskClient, catalogue: Flask
) -> None:
    stranger = catalogue.test_client()
    for path in ("/nowhere", "/courses/gone", "/enquiries/nonsense", "/favicon.ico"):
        assert stranger.get(path).status_code == 404
    assert _count(catalogue, Happened.SUSPICIOUS_ADDRESS) == 0
    ordinary = stranger.get("/nowhere").text
    for path in ("/.env", "/wp-login.php?secret=hunter2", "/x.php", "/.git/config", "/%2e%2e/etc/passwd"):
        answer = stranger.get(path)
        assert answer.status_code == 404
        assert answer.text == ordinary
    assert stranger.post("/admin.php", data={"a": "b"}).status_code == 404
    assert _count(catalogue, Happened.SUSPICIOUS_ADDRESS) == 1
    page = manager.get(f"{PAGE}?kind=suspicious_address").text
    assert "a settings file" in page
    assert "hunter2" not in page
    assert ".env" not in page


def test_a_zero_byte_is_in_no_address_of_ours(manager: FlaskClient) -> None:
    for path in ("/admin/trainees/%00", "/courses/%00", "/%00.env"):
        assert manager.get(path).status_code == 404


def test_odd_addresses_are_answered_when_they_can_not_be_noted(
    catalogue: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    from portal.services import security_log

    def away(*_: object) -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(security_log, "note_suspicion", away)
    assert catalogue.test_client().get("/.env").status_code == 404


def _need(page: str) -> str:
    found = re.search(r'<li class="row need">(?:(?!</li>).)*closed by wrong.*?</li>', page, re.DOTALL)
    return html.unescape(found.group(0)) if found else ""


def test_an_alert_needs_managers_and_privacy_until_one_of_them_has_looked(
    manager: FlaskClient, catalogue: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    enquiries = make_staff(catalogue, mailbox, deliver, Role.ENQUIRIES, Role.FINANCE, Role.REPORTS)
    privacy = make_staff(catalogue, mailbox, deliver, Role.PRIVACY)
    assert not _need(manager.get("/admin").text)
    few = count_queries(catalogue, lambda: manager.get("/admin"))
    _add(catalogue, clock, Happened.MANY_LOCKED, detail="5 accounts within an hour")
    assert not _need(enquiries.get("/admin").text)
    for browser in (manager, privacy):
        need = _need(browser.get("/admin").text)
        assert "5 accounts within an hour" in need
        (href,) = re.findall(r'href="(/admin/security\?kind=locked&from=[\d-]+&to=[\d-]+)"', need)
        assert browser.get(href).status_code == 200
    _add(catalogue, clock, Happened.MASS_EXPORT, 30, detail="600 rows at once")
    assert count_queries(catalogue, lambda: manager.get("/admin")) == few
    page = privacy.get(PAGE).text
    assert "31 alerts are open" in page
    form = hidden_fields(page)
    assert privacy.post(f"{PAGE}/looked", data={**form, "newest": "2026-01-01"}).status_code == 409
    assert _count(catalogue, Happened.ALERTS_SEEN) == 0
    assert press(privacy, PAGE, f"{PAGE}/looked").location == f"{PAGE}?done=looked"
    assert not _need(manager.get("/admin").text)
    assert "The alerts are closed" in privacy.get(f"{PAGE}?done=looked").text
    assert _count(catalogue, Happened.ALERTS_SEEN) == 1


def test_nothing_found_says_what_to_do(manager: FlaskClient) -> None:
    assert "Nothing of that kind happened" in manager.get(f"{PAGE}?account=ACC-NOBODY").text
