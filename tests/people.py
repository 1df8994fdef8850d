"""Browsers of every kind of person, made through the pages that people use."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pyotp
from flask import Flask
from flask import session as cookie
from flask.testing import FlaskClient
from sqlalchemy import event, select

from portal.domain import passwords
from portal.domain.delivery import Kind, State
from portal.domain.enquiry import email_key
from portal.domain.equality import Answer
from portal.domain.references import new_reference
from portal.domain.roles import Role
from portal.domain.security import Happened, Visit
from portal.gateways.clock import Clock
from portal.models import db
from portal.models.account import Account, Trainee
from portal.models.outbox import OutboxMessage
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.records.accounts import Person
from portal.sandbox.mailbox import Mailbox
from portal.services import equality, staff, two_step
from portal.web import access
from tests.factories import PASSWORD, Deliver, links_in, press

TWO_STEP = "/account/security/two-step"


def turn_on_two_steps(browser: FlaskClient) -> tuple[str, list[str]]:
    """Turn the second step on; answers the app's secret and the recovery codes."""
    page = browser.get(TWO_STEP).text
    shown = re.search(r'class="spelled">([A-Z2-7 ]+)<', page)
    assert shown, page
    secret = shown.group(1).replace(" ", "")
    fields = dict(re.findall(r'name="(csrf_token|locked)" value="([^"]*)"', page))
    data = {name: html.unescape(value) for name, value in fields.items()}
    done = browser.post(f"{TWO_STEP}/on", data={**data, "code": pyotp.TOTP(secret).now()})
    assert done.status_code == 200, done.text
    return secret, re.findall(r"<li>(\w{5}-\w{5})</li>", done.text)


def invite(app: Flask, mailbox: Mailbox, deliver: Deliver, email: str, *roles: Role) -> str:
    """Invite somebody as the command line does; answers the path of the link in their letter."""
    with app.app_context():
        staff.invite(email, roles, Visit("", "the command line"), app.extensions["portal"].clock)
    deliver()
    assert mailbox.list_mails()[-1]["to"] == [email]
    return links_in(mailbox)[0]


def make_staff(
    app: Flask, mailbox: Mailbox, deliver: Deliver, *roles: Role, email: str = "", name: str = "Ruth Bello"
) -> FlaskClient:
    """A browser in which somebody with these roles is signed in, two steps and undertaking and all.

    As the pages do it, without them and without the invitation's letter: a third of the suite begins so.
    """
    parts, email = app.extensions["portal"], email or f"{'-'.join(roles)}@meridian.example"
    visit, clock, vault = Visit("127.0.0.1", "a test"), parts.clock, parts.vault
    with app.app_context():
        staff.invite(email, roles, Visit("", "the command line"), clock)
        with writing() as session:
            account = session.scalars(select(Account).where(Account.email == email)).one()
            invited = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)).one()
            assert invited.kind == Kind.STAFF_INVITATION
            invited.state, invited.finished_at = State.SENT, clock.now(session)
        scrambled = passwords.scramble(PASSWORD)
        person = staff.join(account.reference, account.password_version, name, scrambled, visit, clock, vault)
        secret = pyotp.random_base32()
        offer = two_step.offer(person, vault, secret)
        two_step.turn_on(person, offer, pyotp.TOTP(secret).now(), visit, clock, vault)
        staff.undertake(person, visit, clock)
    deliver()
    return signed_in(app, person)


def signed_in(app: Flask, person: Person) -> FlaskClient:
    """A browser in which this person is signed in, as by a password."""
    browser = app.test_client()
    with app.test_request_context(), browser.session_transaction() as kept:
        access.let_in(person)
        kept.update(cookie)
    return browser


def make_reader(
    app: Flask, manager: FlaskClient, mailbox: Mailbox, deliver: Deliver, role: Role = Role.FINANCE
) -> FlaskClient:
    """A browser of somebody of this role whom a manager has named to read what trainees tell about support."""
    email = "reader@meridian.example"
    browser = make_staff(app, mailbox, deliver, role, email=email, name="Mei Lin")
    named = press(manager, "/admin/staff", f"/admin/staff/{reference_of(app, email)}/support/name")
    assert named.status_code == 303, named.text
    return browser


def reference_of(app: Flask, email: str) -> str:
    """The reference of the account with this address."""
    with app.app_context(), reading() as session:
        return session.scalars(select(Account.reference).where(Account.email == email)).one()


def make_contact(
    app: Flask, manager: FlaskClient, mailbox: Mailbox, deliver: Deliver, email: str = "carol@lindum.example"
) -> FlaskClient:
    """A browser in which a contact of Lindum Training, invited by a manager, is signed in by a mailed link."""
    invite_contact(manager, "partner:LIN", email, "Carol Ames")
    return enter_by_link(app, mailbox, deliver, email, "/partner")


def make_sponsor_contact(
    app: Flask, manager: FlaskClient, mailbox: Mailbox, deliver: Deliver, email: str = "dev@acme.example"
) -> FlaskClient:
    """A browser in which a contact of Acme Networks, a sponsor, is signed in in the same way."""
    invite_contact(manager, "sponsor:ACME", email, "Dev Rao")
    return enter_by_link(app, mailbox, deliver, email, "/sponsor")


def invite_contact(manager: FlaskClient, organisation: str, email: str, full_name: str) -> None:
    """Let a manager invite somebody for an organisation such as "partner:LIN"."""
    typed = {"organisation": organisation, "full_name": full_name, "email": email}
    invited = press(manager, "/admin/contacts", "/admin/contacts", **typed)
    assert invited.status_code == 303, invited.text


def open_link(app: Flask, mailbox: Mailbox, deliver: Deliver, email: str) -> tuple[FlaskClient, str]:
    """A new browser in which a mailed link was asked for and pressed; and where it led."""
    browser = app.test_client()
    press(browser, "/sign-in/link", "/sign-in/link", email=email)
    deliver()
    link = links_in(mailbox)[0]
    return browser, press(browser, link, link).location


def enter_by_link(app: Flask, mailbox: Mailbox, deliver: Deliver, email: str, home: str) -> FlaskClient:
    """A browser in which a contact is in by a mailed link, and has promised what contacts promise."""
    browser, led_to = open_link(app, mailbox, deliver, email)
    assert led_to == home
    assert press(browser, f"{home}/undertaking", f"{home}/undertaking", promise="yes").location == home
    return browser


def add_trainees(clock: Clock, *names: str, region: str = "wales") -> list[str]:
    """Trainees with these names and an address made of each, a sign-in of each in the log; answers the references."""
    references = []
    with writing() as session:
        now = clock.now(session)
        for name in names:
            email = f"{email_key(name).replace(' ', '.')}@people.example"
            account = Account(
                reference=new_reference("ACC"),
                full_name=name,
                email=email,
                email_key=email_key(email),
                created_at=now,
                last_used_at=now,
            )
            session.add(account)
            session.flush()
            session.add(Trainee(account_id=account.id, region=region, heard_from="A search", of_age=16))
            seen = {"network": "192.0.2.7", "device": "Firefox on Windows", "happened_at": now}
            session.add(SecurityEvent(kind=Happened.SIGN_IN, account_id=account.id, **seen))
            references.append(account.reference)
    return references


def answer_equality(app: Flask, references: list[str], **answers: str) -> None:
    """These trainees give these answers (question to code) to the equality questions."""
    parts = app.extensions["portal"]
    for reference in references:
        with app.app_context():
            with reading() as session:
                account = session.scalars(select(Account).where(Account.reference == reference)).one()
            person = Person(account.id, account.session_epoch, reference, account.full_name, account.email)
            equality.begin(person, parts.clock, parts.vault)
            for question, code in answers.items():
                equality.answer(person, question.replace("_", "-"), Answer(code), parts.clock, parts.vault)


def count_queries(app: Flask, ask: Callable[[], object]) -> int:
    """How many queries a request makes."""
    seen: list[int] = []

    def count(*_: object) -> None:
        seen.append(1)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    ask()
    event.remove(engine, "before_cursor_execute", count)
    return len(seen)
