"""Who signs in for sponsors: the same way in as partners' contacts, for its own pages alone, and both at once."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.models.staff import Contact
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, Deliver, links_in, make_trainee, press, sign_in
from tests.people import (
    count_queries,
    enter_by_link,
    invite_contact,
    make_sponsor_contact,
    make_staff,
    open_link,
)

DEV = "dev@acme.example"


@pytest.fixture
def boss(client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    """A manager's browser; the mailbox is empty."""
    browser = make_staff(catalogue, mailbox, deliver, Role.MANAGER)
    deliver()
    mailbox.empty()
    return browser


def _removals(boss: FlaskClient) -> list[str]:
    return re.findall(r'action="(/admin/contacts/[^"]+/remove)"', boss.get("/admin/contacts").text)


def _stop(boss: FlaskClient, what: str = "stop") -> None:
    assert press(boss, "/admin/sponsors/ACME", f"/admin/sponsors/ACME/{what}").status_code == 303


def test_the_invitation_names_the_organisation_and_what_for(
    boss: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    invite_contact(boss, "sponsor:ACME", DEV, "Dev Rao")
    invite_contact(boss, "partner:LIN", "carol@lindum.example", "Carol Ames")
    deliver()
    sponsors, partners = mailbox.list_mails()
    assert sponsors["subject"] == "You can sign in for Acme Networks"
    for text in (sponsors["text"], sponsors["html"]):
        assert "how far learners have got, each of them only as far as they agree" in text
        assert "Acme Networks sponsors learners of ours" in text
        assert "/sign-in/link" in text
    assert "the enquiries that we pass to Lindum Training" in partners["text"]
    assert "Lindum Training is a training partner of ours" in partners["text"]


def test_a_contact_of_a_sponsor_promises_first_and_reads_what_comes(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    invite_contact(boss, "sponsor:ACME", DEV, "Dev Rao")
    deliver()
    browser, led_to = open_link(catalogue, mailbox, deliver, "DEV@acme.example")
    assert led_to == "/sponsor"
    assert browser.get("/sponsor").location == "/sponsor/undertaking"
    unticked = press(browser, "/sponsor/undertaking", "/sponsor/undertaking")
    assert unticked.status_code == 422
    assert "Tick the box if you promise this" in unticked.text
    assert press(browser, "/sponsor/undertaking", "/sponsor/undertaking", promise="yes").location == "/sponsor"
    page = browser.get("/sponsor").text
    assert "Acme Networks" in page
    assert "what each of them agrees to show you, and nothing else" in page
    assert "/organisations" not in page
    assert '<a href="/sign-in">Account</a>' in browser.get("/courses").text
    assert browser.get("/sign-in").location == "/sponsor"
    for path in ("/partner", "/partner/undertaking", "/admin", "/admin/sponsors", "/account", "/account/security"):
        assert browser.get(path).status_code == 403, path


def test_a_contact_of_a_partner_does_not_enter_for_a_sponsor(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    invite_contact(boss, "partner:LIN", "carol@lindum.example", "Carol Ames")
    carol = enter_by_link(catalogue, mailbox, deliver, "carol@lindum.example", "/partner")
    for path in ("/sponsor", "/sponsor/undertaking"):
        assert carol.get(path).status_code == 403, path


def test_whoever_has_both_is_led_to_both_and_promises_once(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_sponsor_contact(catalogue, boss, mailbox, deliver)
    invite_contact(boss, "partner:LIN", DEV, "Dev Rao")
    deliver()
    browser, led_to = open_link(catalogue, mailbox, deliver, DEV)
    assert led_to == "/organisations"
    assert browser.get("/sign-in").location == "/organisations"
    page = browser.get("/organisations").text
    for way in ('<a href="/partner">Lindum Training</a>', '<a href="/sponsor">Acme Networks</a>'):
        assert way in page
    for path in ("/partner", "/sponsor"):
        assert browser.get(path).location == f"{path}/undertaking"
    press(browser, "/partner/undertaking", "/partner/undertaking", promise="yes")
    for path, own, other in (
        ("/partner", "Lindum Training", "Acme Networks"),
        ("/sponsor", "Acme Networks", "Lindum Training"),
    ):
        page = browser.get(path).text
        assert own in page
        assert other not in page
        assert 'href="/organisations"' in page
    with catalogue.app_context(), reading() as session:
        accepted = session.scalars(select(Contact.undertaking_accepted_at)).all()
    assert len(accepted) == 2
    assert None not in accepted


def test_removing_somebody_from_one_organisation_leaves_the_other(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    browser = make_sponsor_contact(catalogue, boss, mailbox, deliver)
    invite_contact(boss, "partner:LIN", DEV, "Dev Rao")
    deliver()
    listed = boss.get("/admin/contacts").text
    assert "Two contacts sign in for partners and sponsors" in listed
    assert "Acme Networks (sponsor), has promised" in listed
    assert "Lindum Training (partner), invited on" in listed
    (of_sponsor,) = [path for path in _removals(boss) if "sponsor:ACME" in path]
    assert press(boss, "/admin/contacts", of_sponsor).location == "/admin/contacts?done=removed"
    assert press(boss, "/admin/contacts", of_sponsor).status_code == 404
    assert browser.get("/sponsor").location.startswith("/sign-in")
    mailbox.empty()
    other = enter_by_link(catalogue, mailbox, deliver, DEV, "/partner")
    assert other.get("/sponsor").status_code == 403


@pytest.mark.parametrize("organisation", ["x", "sponsor:NONE", "sponsor:", "partner:ACME", "sponsor:LIN", "staff:ACME"])
def test_what_is_no_organisation_of_theirs_removes_nobody(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, organisation: str
) -> None:
    browser = make_sponsor_contact(catalogue, boss, mailbox, deliver)
    (path,) = _removals(boss)
    assert press(boss, "/admin/contacts", path.replace("sponsor:ACME", organisation)).status_code == 404
    assert browser.get("/sponsor").status_code == 200


def test_somebody_invited_again_promises_again(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_sponsor_contact(catalogue, boss, mailbox, deliver)
    again = {"organisation": "sponsor:ACME", "full_name": "Dev Rao", "email": DEV}
    doubled = press(boss, "/admin/contacts", "/admin/contacts", **again)
    assert doubled.status_code == 422
    assert "signs in for Acme Networks already" in doubled.text
    assert 'value="sponsor:ACME" selected' in doubled.text
    (path,) = _removals(boss)
    press(boss, "/admin/contacts", path)
    invite_contact(boss, "sponsor:ACME", DEV, "Dev Rao")
    deliver()
    browser, _ = open_link(catalogue, mailbox, deliver, DEV)
    assert browser.get("/sponsor").location == "/sponsor/undertaking"


def test_a_password_opens_no_sponsors_page_and_a_link_no_account(
    boss: FlaskClient, client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(client, mailbox, deliver, email=DEV)
    invite_contact(boss, "sponsor:ACME", DEV, "Dev Rao")
    deliver()
    by_link = enter_by_link(catalogue, mailbox, deliver, DEV, "/sponsor")
    assert by_link.get("/account").status_code == 403
    by_password = catalogue.test_client()
    assert sign_in(by_password, DEV, PASSWORD).location == "/account"
    for path in ("/sponsor", "/sponsor/undertaking", "/organisations"):
        assert by_password.get(path).location == "/sign-in/link", path
    assert by_password.get("/partner").status_code == 403, "for a partner they never signed in"


@pytest.mark.parametrize("wanted", ["/sponsor", "/organisations"])
def test_whoever_signs_in_with_a_password_on_the_way_to_a_sponsors_page_is_led_to_the_link(
    boss: FlaskClient, client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, wanted: str
) -> None:
    make_trainee(client, mailbox, deliver, email=DEV)
    invite_contact(boss, "sponsor:ACME", DEV, "Dev Rao")
    browser = catalogue.test_client()
    door = browser.get(wanted).location
    typed = {"email": DEV, "password": PASSWORD, "next": "/sponsor"}
    led = press(browser, door, "/sign-in", **typed)
    assert led.location == "/sponsor"
    ask = browser.get("/sign-in?next=/sponsor", follow_redirects=True)
    assert (ask.status_code, ask.request.path) == (200, "/sign-in/link")
    assert "Send me the link" in ask.text
    press(browser, "/sign-in/link", "/sign-in/link", email=DEV)
    deliver()
    link = links_in(mailbox)[0]
    assert press(browser, link, link).location == "/sponsor"
    assert browser.get("/sponsor").location == "/sponsor/undertaking"


def test_what_happens_to_contacts_stands_in_the_log_with_the_organisation(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_sponsor_contact(catalogue, boss, mailbox, deliver)
    _stop(boss)
    press(boss, "/admin/contacts", _removals(boss)[0])
    with catalogue.app_context(), reading() as session:
        dev = session.scalars(select(Account).where(Account.email == DEV)).one()
        entries = session.execute(select(SecurityEvent.kind, SecurityEvent.detail, SecurityEvent.account_id)).all()
    own = [(row.kind, row.detail.partition(" (by")[0]) for row in entries if row.account_id == dev.id]
    assert own == [
        (Happened.INVITED, "contact of sponsor:ACME"),
        (Happened.LINK_USED, ""),
        (Happened.SIGN_IN_BY_LINK, ""),
        (Happened.UNDERTAKING_ACCEPTED, "2026-11"),
        (Happened.REMOVED, "contact of sponsor:ACME"),
    ]
    changed = [row.detail for row in entries if row.kind == Happened.CONTENT_CHANGED]
    assert [detail.partition(" (by")[0] for detail in changed] == ["sponsor ACME"]


def test_the_list_of_contacts_asks_as_often_for_many_as_for_few(
    boss: FlaskClient, catalogue: Flask, clock: Clock
) -> None:
    asked = []
    for count in (3, 15):
        for number in range(count):
            organisation = ("sponsor:ACME", "sponsor:NTA", "partner:LIN")[number % 3]
            invite_contact(boss, organisation, f"{count}.{number}@acme.example", "Dev Rao")
        asked.append(count_queries(catalogue, lambda: boss.get("/admin/contacts")))
    assert asked[0] == asked[1]
    with catalogue.app_context(), writing() as session:
        assert len(session.scalars(select(Contact)).all()) == 18


def test_the_privacy_notice_speaks_to_contacts_of_sponsors(client: FlaskClient) -> None:
    notice = client.get("/privacy").text
    assert "our staff, and contacts at our partners and at sponsors" in notice
    assert "Accounts of staff and of contacts at partners and sponsors" in notice
