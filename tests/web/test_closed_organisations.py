"""Nobody enters for a sponsor that is stopped or a partner that has ended, and no old sign-in wakes."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from portal.services import imports
from tests.editing import save
from tests.factories import PARTNERS, SPONSORS, Deliver, links_in, press
from tests.people import (
    enter_by_link,
    invite_contact,
    make_contact,
    make_sponsor_contact,
    make_staff,
    open_link,
)

DEV = "dev@acme.example"


@pytest.fixture
def boss(client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    """A manager's browser; the mailbox is empty."""
    browser = make_staff(catalogue, mailbox, deliver, Role.MANAGER)
    mailbox.empty()
    return browser


def _stop(boss: FlaskClient, what: str = "stop") -> None:
    assert press(boss, "/admin/sponsors/ACME", f"/admin/sponsors/ACME/{what}").status_code == 303


def test_while_a_sponsor_is_stopped_nobody_enters_for_it(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    contact = make_sponsor_contact(catalogue, boss, mailbox, deliver)
    press(contact, "/sign-in/link", "/sign-in/link", email=DEV)
    deliver()
    link = links_in(mailbox)[0]
    _stop(boss)
    assert contact.get("/sponsor").location.startswith("/sign-in")
    assert contact.get("/organisations").location.startswith("/sign-in")
    assert contact.get(link).status_code == 410
    assert "Acme Networks (sponsor, stopped)" in boss.get("/admin/contacts").text
    mailbox.empty()
    press(contact, "/sign-in/link", "/sign-in/link", email=DEV)
    deliver()
    assert mailbox.list_mails() == []
    _stop(boss, "resume")
    again, _ = open_link(catalogue, mailbox, deliver, DEV)
    assert again.get("/sponsor").status_code == 200, "the promise was given before"


def test_stopping_a_sponsor_ends_the_sign_ins_of_its_contacts_for_good(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    contact = make_sponsor_contact(catalogue, boss, mailbox, deliver)
    _stop(boss)
    _stop(boss, "resume")
    assert contact.get("/sponsor").location.startswith("/sign-in"), "an old sign-in does not wake"
    contact, _ = open_link(catalogue, mailbox, deliver, DEV)
    assert contact.get("/sponsor").status_code == 200
    for active in ("no", "yes"):
        with catalogue.app_context():
            imports.sponsors(SPONSORS.replace("privacy,yes", f"privacy,{active}"))
    assert contact.get("/sponsor").location.startswith("/sign-in")


@pytest.mark.parametrize("by_import", [False, True])
def test_when_a_partner_has_ended_nobody_enters_for_it(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, by_import: bool
) -> None:
    def put(*, active: bool) -> None:
        if by_import:
            with catalogue.app_context():
                imports.partners(PARTNERS if active else PARTNERS.replace("/privacy,,yes", "/privacy,,no", 1))
        else:
            saved = save(boss, "/admin/partners/LIN", active="yes" if active else None)
            assert saved.status_code == 303, saved.text

    contact = make_contact(catalogue, boss, mailbox, deliver)
    press(contact, "/sign-in/link", "/sign-in/link", email="carol@lindum.example")
    deliver()
    link = links_in(mailbox)[0]
    put(active=False)
    assert contact.get("/partner").location.startswith("/sign-in")
    assert contact.get(link).status_code == 410
    assert "Lindum Training (partner, ended)" in boss.get("/admin/contacts").text
    assert 'value="partner:LIN"' not in boss.get("/admin/contacts").text
    typed = {"organisation": "partner:LIN", "full_name": "Ann Ames", "email": "ann@lindum.example"}
    assert press(boss, "/admin/contacts", "/admin/contacts", **typed).status_code == 422
    mailbox.empty()
    press(contact, "/sign-in/link", "/sign-in/link", email="carol@lindum.example")
    deliver()
    assert mailbox.list_mails() == []
    put(active=True)
    assert contact.get("/partner").location.startswith("/sign-in"), "an old sign-in does not wake"
    again, _ = open_link(catalogue, mailbox, deliver, "carol@lindum.example")
    assert again.get("/partner").status_code == 200


def test_a_paused_partner_and_one_without_room_let_their_contacts_in(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    contact = make_contact(catalogue, boss, mailbox, deliver)
    assert press(boss, "/admin/partners/LIN", "/admin/partners/LIN/pause").status_code == 303
    assert contact.get("/partner").status_code == 200
    with catalogue.app_context():
        imports.partners(PARTNERS.replace("/privacy,,yes", "/privacy,0,yes", 1))
    assert contact.get("/partner").status_code == 200


def test_a_stopped_sponsor_asks_no_promise_and_takes_no_invitation(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    invite_contact(boss, "sponsor:ACME", DEV, "Dev Rao")
    invite_contact(boss, "partner:LIN", DEV, "Dev Rao")
    _stop(boss)
    deliver()
    partner = enter_by_link(catalogue, mailbox, deliver, DEV, "/partner")
    assert partner.get("/sponsor").status_code == 403
    page = partner.get("/partner").text
    assert "/organisations" not in page
    typed = {"organisation": "sponsor:ACME", "full_name": "Ann Rao", "email": "ann@acme.example"}
    refused = press(boss, "/admin/contacts", "/admin/contacts", **typed)
    assert refused.status_code == 422
    assert 'value="ann@acme.example"' in refused.text
    _stop(boss, "resume")
    assert partner.get("/partner").location == "/partner/undertaking", "for Acme the promise was never given"
