"""Headers hold what we put there, one line each, whatever people are called and wherever they are written to."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import pytest

from portal.domain import purposes
from portal.domain.errors import GiveUp
from portal.domain.import_rows import email_or_blank
from portal.forms.contact import LinkForm
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer

TEMPLATES = Path(__file__).parents[2] / "templates" / "email"
OURS = ["Subject", "From", "To", "Reply-To", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
THEIR_HEADER = "Bcc: thief@evil.example"
NAMES = [
    *(f"Priya{end}{THEIR_HEADER}" for end in ("\r\n", "\n", "\r", "\r\n\r\n", "\n ", "\x0b", "\x0c", "\x1c", "\x85")),
    *(f"Priya{end}{THEIR_HEADER}" for end in ("\u2028", "\u2029", "\0", "%0d%0a", "\\r\\n", "\t")),
    "=?utf-8?q?Priya=0D=0ABcc:_thief@evil.example?=",
    "=?utf-8?b?UHJpeWENCkJjYzogdGhpZWZAZXZpbC5leGFtcGxl?=",
    "Priya =?utf-8?q?=0A=0A<b>?= =?utf-8?q?=0D?=",
    "=?utf-8?q?x?==?utf-8?q?=0D=0ABcc:_thief@evil.example?=",
    "Priya, thief@evil.example",
    'Priya" <thief@evil.example>, "',
    "Priya <thief@evil.example>",
    "thief@evil.example;Group:",
    "(comment) Priya \\",
    "Prïya 测试 " * 12,
    "Priya " + "x" * 190 + "\r\n" + THEIR_HEADER,
]
ENCODED = [
    "=?utf-8?q?=0D=0ABcc=3Athief=40evil.example?=@people.example",
    "=?utf-8?q?=0D=0A=0D=0Ahello?=@people.example",
    "=?utf-8?q?=41?=@people.example",
    "a=?utf-8?q?=0A?=@people.example",
]


class _Company:
    short = "Meridian"
    telephone = "0121 496 0143"


MAILER = Mailer(
    "smtp://127.0.0.1:1", "Meridian <hello@meridian.example>", TEMPLATES, {"company": _Company}, purposes.active({})
)


def _letter(
    name: str = "Priya Nair", to: str = "priya@people.example", reply_to: str = "carol@people.example"
) -> Letter:
    """A letter that has the name in each header where a name can stand; its subject is made of one."""
    account = type("Account", (), {"full_name": name})
    organisation = type("Partner", (), {"name": name})
    contact = type("Contact", (), {"account": account, "organisation": organisation, "sponsor": None})
    context: dict[str, Any] = {"contact": contact, "link": "https://training.example/x"}
    return Letter("contact_invitation", to, "key", context, to_name=name, reply_to=reply_to, reply_to_name=name)


def _received(letter: Letter) -> EmailMessage:
    """The letter as a program at the other end reads it."""
    return email.message_from_bytes(MAILER.compose(letter).as_bytes(), EmailMessage, policy=email.policy.SMTPUTF8)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_writes_no_header_and_nobody_else_is_written_to(name: str) -> None:
    letter = _letter(name)
    raw = MAILER.compose(letter).as_bytes()
    head = raw.partition(b"\r\n\r\n")[0].decode()
    lines = [line for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    assert [line.partition(":")[0] for line in lines] == OURS
    assert not set(head.replace("\r\n", "")) & {"\r", "\n", "\0"}
    message = _received(letter)
    for header, address in (("To", letter.to), ("Reply-To", letter.reply_to), ("From", "hello@meridian.example")):
        assert [found.addr_spec for found in message[header].addresses] == [address]
        assert [found for _, found in getaddresses([str(message[header])]) if found] == [address]
    assert "thief@evil.example" not in [found.addr_spec for found in message["To"].addresses]
    assert message.get_content_type() == "multipart/alternative"
    assert len(str(message["Subject"]).splitlines()) == 1
    text = message.get_body(("plain",))
    assert text
    assert text.get_content().startswith("Dear ")


@pytest.mark.parametrize("address", ENCODED)
def test_an_address_that_programs_read_otherwise_is_not_written_to(address: str) -> None:
    with Deadline(5) as deadline, pytest.raises(GiveUp, match="another one"):
        MAILER.send(_letter(to=address), deadline)


@pytest.mark.parametrize("address", ENCODED[:2])
def test_no_header_is_composed_that_would_be_two(address: str) -> None:
    for letter in (_letter(to=address), _letter(reply_to=address)):
        with pytest.raises(GiveUp, match="line end"):
            MAILER.compose(letter)


@pytest.mark.parametrize("address", ENCODED)
def test_such_an_address_is_asked_for_again_and_not_imported(address: str) -> None:
    form = LinkForm(data={"email": address})
    assert not form.validate()
    assert form.email.errors == ["Enter an email address in the correct format, like name@example.com"]
    with pytest.raises(ValueError, match="write an email address"):
        email_or_blank(address)
