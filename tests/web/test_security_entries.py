"""Each action at the door and on an account writes exactly one entry of its kind.

Changes to what the site says are written where content is changed, and proved there.
"""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.domain.roles import Role
from portal.domain.security import Happened, Visit
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.security_event import SecurityEvent
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from portal.services import staff
from portal.services.accounts import find_person
from tests.factories import PASSWORD, TRAINEE, Deliver, hidden_fields, links_in, make_trainee, press, sign_in
from tests.people import invite, make_staff, turn_on_two_steps

NEW = "granite lantern walrus"
SECURITY = "/account/security"


class _Log:
    """What is new in the log since it was last looked at."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._seen = self._read()

    def _read(self) -> Counter[Happened]:
        query = select(SecurityEvent.kind, func.count()).group_by(SecurityEvent.kind)
        with self._app.app_context(), reading() as session:
            return Counter({row.kind: row[1] for row in session.execute(query)})

    def new(self) -> dict[Happened, int]:
        """How many entries of each kind."""
        before, self._seen = self._seen, self._read()
        return dict(self._seen - before)


@pytest.fixture
def log(catalogue: Flask) -> _Log:
    return _Log(catalogue)


def _reference(app: Flask, email: str = TRAINEE["email"]) -> str:
    with app.app_context(), reading() as session:
        return session.scalars(select(Account.reference).where(Account.email == email)).one()


@pytest.mark.promise("OTT-25")
def test_at_the_door(client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, log: _Log) -> None:
    make_trainee(client, mailbox, deliver)
    assert log.new() == {Happened.PASSWORD_SET: 1, Happened.SIGN_IN: 1}
    press(client, SECURITY, "/sign-out")
    assert log.new() == {Happened.SIGN_OUT: 1}
    sign_in(client)
    assert log.new() == {Happened.SIGN_IN: 1}
    press(client, SECURITY, f"{SECURITY}/sign-out-everywhere")
    assert log.new() == {Happened.SIGN_OUT_EVERYWHERE: 1}
    sign_in(client, password="wrong")
    assert log.new() == {Happened.SIGN_IN_FAILED: 1}
    sign_in(client, "nobody@people.example", "wrong")
    assert log.new() == {Happened.SIGN_IN_FAILED: 1}
    for _ in range(8):
        sign_in(client, password="wrong")
    assert log.new() == {Happened.SIGN_IN_FAILED: 8}
    sign_in(client, password="wrong")
    assert log.new() == {Happened.SIGN_IN_FAILED: 1, Happened.LOCKED: 1}
    sign_in(client)
    assert log.new() == {Happened.SIGN_IN_REFUSED: 1}
    catalogue.test_client().get("/.env")
    assert log.new() == {Happened.SUSPICIOUS_ADDRESS: 1}


@pytest.mark.promise("OTT-25")
def test_passwords_addresses_and_the_second_step(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, log: _Log
) -> None:
    make_trainee(client, mailbox, deliver)
    log.new()
    press(client, "/forgotten-password", "/forgotten-password", email=TRAINEE["email"])
    assert log.new() == {Happened.PASSWORD_ASKED: 1}
    deliver()
    link = links_in(mailbox)[0]
    press(catalogue.test_client(), link, link, password=NEW)
    assert log.new() == {Happened.PASSWORD_SET: 1}
    sign_in(client, password=NEW)
    log.new()
    changed = press(client, "/account/details/email", "/account/details/email", email="new@odowd.example", password=NEW)
    assert changed.status_code in (200, 303)
    log.new()
    deliver()
    for mail in mailbox.list_mails()[-2:]:
        (agree,) = [part for part in mail["text"].split() if "/address/" in part]
        path = "/" + agree.split("/", 3)[3]
        assert press(client, path, f"{path}/agree").status_code in (200, 303)
    assert log.new() == {Happened.ADDRESS_CHANGED: 1}
    turn_on_two_steps(client)
    assert log.new() == {Happened.SECOND_STEP_ON: 1}
    press(client, f"{SECURITY}/two-step", f"{SECURITY}/two-step/off", password=NEW)
    assert log.new() == {Happened.PASSWORD_RIGHT: 1, Happened.SECOND_STEP_OFF: 1}


@pytest.mark.promise("OTT-25")
def test_a_recovery_code_at_the_second_step(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, log: _Log
) -> None:
    make_trainee(client, mailbox, deliver)
    _, codes = turn_on_two_steps(client)
    log.new()
    browser = catalogue.test_client()
    sign_in(browser)
    assert log.new() == {Happened.PASSWORD_RIGHT: 1}
    press(browser, "/sign-in/code", "/sign-in/code", code=codes[0])
    assert log.new() == {Happened.SIGN_IN_BY_RECOVERY_CODE: 1}


@pytest.mark.promise("OTT-25")
def test_what_staff_do_to_an_account(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, log: _Log
) -> None:
    make_trainee(client, mailbox, deliver)
    manager = make_staff(catalogue, mailbox, deliver, Role.MANAGER)
    log.new()
    own = f"/admin/trainees/{_reference(catalogue)}"
    for act, kind in (
        ("password-link", Happened.PASSWORD_LINK_BY_STAFF),
        ("suspend", Happened.SUSPENDED),
        ("resume", Happened.RESUMED),
    ):
        press(manager, own, f"{own}/{act}")
        assert log.new() == {kind: 1}
    for file in ("/admin/trainees.csv", "/admin/security.csv"):
        manager.get(file)
        assert log.new() == {Happened.EXPORTED: 1}
    manager.get("/admin/trainees.csv")
    assert log.new() == {Happened.EXPORTED: 1, Happened.MASS_EXPORT: 1}
    press(manager, "/admin/access", "/admin/access/looked")
    assert log.new() == {Happened.ACCESS_REVIEWED: 1}
    form = hidden_fields(manager.get("/admin/security").text)
    manager.post("/admin/security/looked", data=form)
    assert log.new() == {Happened.ALERTS_SEEN: 1}


@pytest.mark.promise("OTT-25")
def test_what_happens_to_staff(catalogue: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver, log: _Log) -> None:
    manager = make_staff(catalogue, mailbox, deliver, Role.MANAGER)
    log.new()
    link = invite(catalogue, mailbox, deliver, "new@meridian.example", Role.FINANCE)
    assert log.new() == {Happened.INVITED: 1}
    colleague = catalogue.test_client()
    press(colleague, link, link, full_name="Imran Aziz", password=PASSWORD)
    assert log.new() == {Happened.PASSWORD_SET: 1, Happened.SIGN_IN: 1}
    turn_on_two_steps(colleague)
    log.new()
    press(colleague, "/staff/undertaking", "/staff/undertaking", promise="yes")
    assert log.new() == {Happened.UNDERTAKING_ACCEPTED: 1}
    reference = _reference(catalogue, "new@meridian.example")
    assert manager.get("/admin").status_code == 200
    with catalogue.app_context():
        with reading() as session:
            boss = session.scalars(select(Account).where(Account.email == "manager@meridian.example")).one()
        by = find_person(boss.id, boss.session_epoch)
        assert by
        visit = Visit("192.0.2.1", "Firefox on Windows")
        staff.change_roles(reference, {Role.REPORTS}, visit, clock, by)
        assert log.new() == {Happened.ROLES_CHANGED: 1}
        staff.name_reader(reference, visit, clock, by)
        staff.name_reader(reference, visit, clock, by)
        assert log.new() == {Happened.READER_NAMED: 1}
        staff.unname_reader(reference, visit, clock, by)
        assert log.new() == {Happened.READER_UNNAMED: 1}
        staff.remove(reference, visit, clock, by)
        assert log.new() == {Happened.REMOVED: 1}
