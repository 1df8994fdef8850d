"""The sandbox's mailbox and its pages, through the real SMTP server."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from portal.sandbox.app import create_sandbox
from portal.sandbox.mailbox import Mailbox
from portal.sandbox.server import TEMPLATES


def _send(port: int, *recipients: str) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Grüße", "a@mail.example", "b@mail.example"
    message["Reply-To"] = "c@mail.example"
    message.set_content("As text")
    message.add_alternative("<p>As a page</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(message, to_addrs=list(recipients))


def test_what_arrives_can_be_read(mail_server: tuple[Mailbox, int], mailbox: Mailbox) -> None:
    _send(mail_server[1], "one@mail.example", "two@mail.example")
    client = create_sandbox(mailbox, TEMPLATES).test_client()
    listed = client.get("/sandbox/mailbox.json").json
    assert listed
    mail = listed[0]
    assert mail["to"] == ["one@mail.example", "two@mail.example"]
    assert (mail["subject"], mail["reply_to"], mail["from"]) == ("Grüße", "c@mail.example", "a@mail.example")
    assert (mail["text"].strip(), mail["html"].strip()) == ("As text", "<p>As a page</p>")
    assert mail["headers"]["Subject"] == "Grüße"
    assert "Grüße" in client.get("/sandbox/mailbox").text
    assert "As text" in client.get(f"/sandbox/mailbox/{mail['id']}").text
    assert client.get("/sandbox/mailbox/999999").status_code == 404
    assert client.delete("/sandbox/mailbox.json").status_code == 204
    assert client.get("/sandbox/mailbox.json").json == []
    assert "Nothing has been sent yet" in client.get("/sandbox/mailbox").text
    assert client.get("/sandbox/healthz").json == {"status": "ok"}


@pytest.mark.parametrize(("address", "code"), [("bounce@mail.example", 550), ("later@mail.example", 451)])
def test_an_address_can_be_refused_by_its_name(
    mail_server: tuple[Mailbox, int], mailbox: Mailbox, address: str, code: int
) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        _send(mail_server[1], address)
    assert refused.value.recipients[address][0] == code
    assert mailbox.list_mails() == []


def test_the_mailbox_outlives_its_process(tmp_path: Path) -> None:
    Mailbox(tmp_path / "mail.sqlite3").keep(["a@mail.example"], b"Subject: kept\r\n\r\nText")
    assert Mailbox(tmp_path / "mail.sqlite3").list_mails()[0]["subject"] == "kept"
