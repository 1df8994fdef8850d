"""The letters, through a real mail server: who gets what, what they do not say, and dead addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from portal.domain.delivery import Kind, Lane, State
from portal.gateways.clock import Clock
from portal.models.enquiry import Enquiry, Referral
from portal.models.outbox import OutboxMessage
from portal.models.partner import Partner
from portal.models.session import reading, writing
from portal.records import outbox
from portal.sandbox.mailbox import Mailbox
from portal.services import own_enquiry
from tests.factories import send

pytestmark = pytest.mark.usefixtures("catalogue", "context")

Deliver = Callable[[], int]


def _to(mailbox: Mailbox, address: str) -> dict[str, Any]:
    return next(mail for mail in mailbox.list_mails() if mail["to"] == [address])


def test_the_partner_has_everything_needed_to_answer(clock: Clock, mailbox: Mailbox, deliver: Deliver) -> None:
    sent = send(clock)
    deliver()
    mail = _to(mailbox, "enquiries@lindum.example")
    assert mail["subject"].startswith("New enquiry: fibre splicing, West Midlands, please answer by ")
    assert mail["reply_to"] == "Priya Nair <priya@nairfibre.example>"
    for part in (mail["text"], mail["html"]):
        assert "Dear Carol Ames" in part
        for fact in ("Priya Nair of Nair Fibre Ltd", "fibre splicing", "6 people", "07700 900148", sent.reference):
            assert fact in part
        assert "Could it be at our yard in Dudley?" in part
        assert "Priya Nair is in the West Midlands and asked about fibre splicing; Lindum covers both." in part
        assert "at 17:00" in part
    assert 'href="tel:07700900148"' in mail["html"]


@pytest.mark.promise("OTT-9")
def test_the_acknowledgement_says_who_when_and_where_and_repeats_nothing_private(
    clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    sent = send(clock)
    deliver()
    mail = _to(mailbox, "priya@nairfibre.example")
    assert "Lindum Training answers by" in mail["subject"]
    for part in (mail["text"], mail["html"]):
        for fact in ("Lindum Training", "https://lindum.example/privacy", "/enquiries/", sent.reference):
            assert fact in part
        for private in ("07700", "our yard"):
            assert private not in part


def test_our_own_team_is_told_why_it_is_theirs(clock: Clock, mailbox: Mailbox, deliver: Deliver) -> None:
    send(clock, keep_with_us=True)
    deliver()
    mail = _to(mailbox, "enquiries@meridian.example")
    assert mail["subject"].startswith("Our own enquiry: fibre splicing, West Midlands, answer by ")
    assert mail["reply_to"] == "Priya Nair <priya@nairfibre.example>"
    assert "asked for our own team" in mail["text"]


def test_a_dead_address_is_followed_by_the_backup(clock: Clock, mailbox: Mailbox, deliver: Deliver) -> None:
    send(clock, region="north-east")
    deliver()
    assert _to(mailbox, "office@aurora.example")["subject"].startswith("New enquiry")
    with reading() as session:
        referral = session.scalars(select(Referral)).one()
        assert referral.uses_backup
        assert referral.delivered_at


def test_when_no_address_works_our_own_team_is_told_and_nobody_else(
    clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    send(clock, region="north-west")
    deliver()
    mail = _to(mailbox, "enquiries@meridian.example")
    assert mail["subject"].startswith("Not delivered: enquiry ENQ-")
    assert "550" in mail["text"]
    assert {address for mail in mailbox.list_mails() for address in mail["to"]} == {
        "enquiries@meridian.example",
        "priya@nairfibre.example",
    }
    with reading() as session:
        assert session.scalars(select(Referral)).one().failed_at
        states = {row.kind: row.state for row in session.scalars(select(OutboxMessage))}
        assert states[Kind.PARTNER_ENQUIRY] == State.FAILED


def test_every_letter_has_text_first_then_html_and_a_number_of_its_own(
    clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    send(clock)
    send(clock, "two", keep_with_us=True)
    deliver()
    mails = mailbox.list_mails()
    assert len(mails) == 4
    assert len({mail["headers"]["Message-ID"] for mail in mails}) == 4
    for mail in mails:
        assert mail["text"].strip()
        assert "<html" in mail["html"]
        assert "\n\n\n" not in mail["text"]
        assert mail["headers"]["Auto-Submitted"] == "auto-generated"


HOSTILE = "<script>alert(1)</script>\"Bobby\" 'Tables'"


def test_what_people_write_is_never_markup_in_a_letter(clock: Clock, mailbox: Mailbox, deliver: Deliver) -> None:
    send(clock, full_name=HOSTILE, organisation=HOSTILE, message=HOSTILE, telephone=HOSTILE)
    send(clock, "two", keep_with_us=True, full_name=HOSTILE, organisation=HOSTILE, message=HOSTILE)
    deliver()
    assert len(mailbox.list_mails()) == 4
    for mail in mailbox.list_mails():
        assert "<script" not in mail["html"]
        assert "\n" not in mail["subject"]


CODED = "=?utf-8?q?x=22_<v@v.ex>=0d=0aSubject:_Pay_now=0d=0aContent-Type:_text/html=0d=0a=0d=0a<b>=0a<!--?="


def test_a_name_can_not_write_headers_of_its_own(clock: Clock, mailbox: Mailbox, deliver: Deliver) -> None:
    send(clock, full_name=CODED)
    send(clock, "two", full_name=CODED, keep_with_us=True)
    deliver()
    mails = mailbox.list_mails()
    assert len(mails) == 4
    for mail in mails:
        assert "Pay now" not in mail["subject"]
        assert mail["headers"]["Content-Type"].startswith("multipart/alternative")
        assert mail["text"].strip()


def test_withdrawn_meanwhile_the_enquirer_is_not_told_that_somebody_answers(
    clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    send(clock)
    with writing() as session:
        session.execute(update(Enquiry).values(withdrawn_at=clock.now(session)))
    deliver()
    assert mailbox.list_mails() == []


def test_an_address_in_another_script_is_written_to(clock: Clock, mailbox: Mailbox, deliver: Deliver) -> None:
    send(clock, email="pri\u0301ya@bücher.example", full_name="李 小龙")
    deliver()
    assert _to(mailbox, "pri\u0301ya@bücher.example")


def test_a_stop_notice_never_overtakes_its_enquiry(clock: Clock, mailbox: Mailbox, deliver: Deliver) -> None:
    sent = send(clock)
    with writing() as session:
        held = outbox.claim(session, Lane.MAIL, clock.now(session), dt.timedelta(seconds=30))
    assert held
    own_enquiry.withdraw(sent.reference, sent.link_epoch, clock)
    deliver()
    assert mailbox.list_mails() == []
    with writing() as session:
        outbox.finish(session, held.id, held.lease_token or "", state=State.SENT)
    clock.advance(dt.timedelta(seconds=5))
    deliver()
    assert [mail["subject"][:11] for mail in mailbox.list_mails()] == ["Stop notice"]


def test_a_stop_notice_that_comes_back_is_told_to_our_own_team_and_to_the_enquirer(
    clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    sent = send(clock)
    deliver()
    with writing() as session:
        session.execute(update(Partner).values(email="bounce@lindum.example", backup_email="bounce2@lindum.example"))
    mailbox.empty()
    own_enquiry.withdraw(sent.reference, sent.link_epoch, clock)
    deliver()
    (mail,) = mailbox.list_mails()
    assert mail["to"] == ["enquiries@meridian.example"]
    assert mail["subject"].startswith("Not delivered: stop notice STOP-")
    for part in (mail["text"], mail["html"]):
        for fact in ("Lindum Training has not been told to stop", sent.reference, "550"):
            assert fact in part
        assert "Priya" not in part
    page = own_enquiry.open_page(sent.reference, sent.link_epoch, clock)
    assert "Our stop notice came back" in page.journey.lead


def test_a_stop_notice_goes_to_the_backup_when_the_first_address_died_meanwhile(
    clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    sent = send(clock)
    deliver()
    with writing() as session:
        session.execute(update(Partner).values(email="bounce@lindum.example", backup_email="office@lindum.example"))
    own_enquiry.withdraw(sent.reference, sent.link_epoch, clock)
    deliver()
    assert _to(mailbox, "office@lindum.example")["subject"].startswith("Stop notice STOP-")


def test_our_own_team_hears_nothing_of_a_dead_address_once_the_enquiry_is_withdrawn(
    clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    sent = send(clock, region="north-west")
    with writing() as session:
        referral = session.scalars(select(Referral)).one()
        outbox.add(session, Kind.TEAM_UNDELIVERED, referral.id, clock.now(session))
    own_enquiry.withdraw(sent.reference, sent.link_epoch, clock)
    deliver()
    assert mailbox.list_mails() == []


def test_an_erased_record_leaves_nothing_to_send(app: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver) -> None:
    send(clock)
    with writing() as session:
        session.execute(delete(Enquiry))
    deliver()
    assert mailbox.list_mails() == []
    with reading() as session:
        assert set(session.scalars(select(OutboxMessage.state))) == {State.CANCELLED}
