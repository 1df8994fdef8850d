"""Mail: renders templates/email/<kind>/ in an environment of its own and hands each message to an SMTP server.

Errors are sorted here: a server that can't be reached pauses the lane, a passing refusal is tried again, a final one
is given up. No error text holds an address.
"""

from __future__ import annotations

import re
import smtplib
import socket
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import parseaddr
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from portal.domain import letters
from portal.domain.enquiry import is_encoded
from portal.domain.errors import GiveUp, LaneDown, TryAgain
from portal.domain.purposes import Purpose
from portal.gateways.deadline import Deadline

# The library folds a subject of more than 78 letters right after its name, which some programs show as a space.
LONGEST_LINE = 400

# What ends a line for some program or other: control characters and Unicode's own line ends.
_ENDS = {"Cc", "Zl", "Zp"}

# A line end in a header as it is sent, with no blank after it: what follows would be a header of its own.
_ENDS_INSIDE = re.compile(r"\r(?!\n)|\n(?![ \t]|\Z)")

TOO_LARGE = 552
OUR_OWN_FAULT = (530, 535, 538)  # we did not sign in as the server wants: no fault of the address


@dataclass(frozen=True)
class Letter:
    """What to send: the template's folder, to whom, who is answered, and what the template reads.

    The template is told whether a reply will reach them (`reply_reaches_them`): not every address fits into a header.

    `key` makes the Message-ID, so that the same letter sent twice can be recognised. `enclosed` are PDF files by name.
    """

    template: str
    to: str
    key: str
    context: Mapping[str, Any]
    to_name: str = ""
    reply_to: str = ""
    reply_to_name: str = ""
    enclosed: Mapping[str, bytes] = field(default_factory=dict)


class Mailer:
    """Sends letters through the SMTP server at `url` (smtp, smtps or smtp+starttls), for these purposes alone."""

    def __init__(
        self, url: str, sender: str, templates: Path, shared: Mapping[str, Any], purposes: Mapping[str, Purpose]
    ) -> None:
        self._purposes = purposes
        self._server = urlsplit(url)
        self._sender_name, address = parseaddr(sender)
        self._sender_address = _plain(address)
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=select_autoescape(["html"], default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(shared)

    def send(self, letter: Letter, deadline: Deadline) -> None:
        """Send it now. Raises LaneDown, TryAgain or GiveUp."""
        letters.check(letter.template, self._purposes)
        letter = replace(letter, to=_plain(letter.to), reply_to=_plain(letter.reply_to))
        if is_encoded(letter.to):
            raise GiveUp("The address would be read as another one than it says.")
        if not letter.reply_to.isascii() or is_encoded(letter.reply_to):
            letter = replace(letter, reply_to="")  # a server on the way may refuse such a header for good
        message = self.compose(letter)
        deadline.uncertain = False
        with _sorted_errors(deadline), self._connect(deadline) as connection:
            refused = connection.send_message(message, self._sender_address, [letter.to])
            assert not refused

    def compose(self, letter: Letter) -> EmailMessage:
        """The whole message: text first, then HTML."""
        message = EmailMessage(policy=(SMTP if letter.to.isascii() else SMTPUTF8).clone(max_line_length=LONGEST_LINE))
        message["Subject"] = _in_a_header(self._render(letter, "subject.txt"))
        message["From"] = Address(self._sender_name, addr_spec=self._sender_address)
        message["To"] = _address(letter.to_name, letter.to)
        if letter.reply_to:
            message["Reply-To"] = _address(letter.reply_to_name, letter.reply_to)
        host = self._sender_address.rpartition("@")[2]
        message["Message-ID"] = f"<{sha256(letter.key.encode()).hexdigest()[:32]}@{host}>"
        message["Auto-Submitted"] = "auto-generated"
        _check_headers(message)
        message.set_content(_squeezed(self._render(letter, "body.txt")))
        message.add_alternative(self._render(letter, "body.html"), subtype="html")
        for name, file in letter.enclosed.items():
            message.add_attachment(file, maintype="application", subtype="pdf", filename=name)
        return message

    def _render(self, letter: Letter, part: str) -> str:
        context = {**letter.context, "reply_reaches_them": bool(letter.reply_to)}
        return self._environment.get_template(f"{letter.template}/{part}").render(context)

    @contextmanager
    def _connect(self, deadline: Deadline) -> Iterator[smtplib.SMTP]:
        tls = self._server.scheme == "smtps"
        host = self._server.hostname or "localhost"
        port = self._server.port or (465 if tls else 25)
        try:
            connection = (_GuardedTls if tls else _Guarded)(deadline)
            code, words = connection.connect(host, port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, words)
            if self._server.scheme == "smtp+starttls":
                connection.starttls()
            if self._server.username:
                connection.login(unquote(self._server.username), unquote(self._server.password or ""))
        except (OSError, smtplib.SMTPException) as error:
            raise LaneDown(f"The mail server can't be reached: {_without_addresses(error)}") from error
        try:
            yield connection
        finally:
            connection.close()


class _Guarded(smtplib.SMTP):
    """Hands its socket to the deadline before the first byte is read."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__(timeout=deadline.remaining())

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made = socket.create_connection((host, port), self._deadline.remaining())
        self._deadline.guard(made)
        return made

    def data(self, msg: Any) -> tuple[int, bytes]:
        """From here on the server may have the mail, whether or not it says so."""
        self._deadline.uncertain = True
        return super().data(msg)


class _GuardedTls(_Guarded, smtplib.SMTP_SSL):
    """The same inside TLS; the plain socket is guarded, so that a slow handshake ends too."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made = super()._get_socket(host, port, timeout)
        return self.context.wrap_socket(made, server_hostname=host)


@contextmanager
def _sorted_errors(deadline: Deadline) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        raise _refusal(code, words) from refused
    except smtplib.SMTPSenderRefused as error:
        if error.smtp_code == TOO_LARGE:
            raise GiveUp("The mail server finds this letter too large.") from error
        raise LaneDown(f"The mail server refuses our own address: {error.smtp_code}") from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
        raise GiveUp("The mail server can't carry this address.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise TryAgain(f"The connection broke: {_without_addresses(error)}", uncertain=deadline.uncertain) from error


def _refusal(code: int, words: bytes | str) -> TryAgain | GiveUp:
    said = f"The mail server answered {code} {_without_addresses(words)}"
    about_us = code in OUR_OWN_FAULT or "5.7." in said
    return GiveUp(said) if code >= 500 and not about_us else TryAgain(said)


def _without_addresses(error: object) -> str:
    words = error.decode("utf-8", "replace") if isinstance(error, bytes) else str(error)
    return re.sub(r"\S+@\S+", "…", words)[:300]


def _plain(address: str) -> str:
    """The address in letters that every mail server takes, where there is such a form of it: of its host there is."""
    if address.isascii():
        return address
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True, strict=False)
    except EmailNotValidError:
        return address
    return found.ascii_email or address


def _address(name: str, address: str) -> Address:
    """Name and address for a header."""
    local, _, host = address.rpartition("@")
    return Address(_in_a_header(name), username=local, domain=host)


def _in_a_header(words: str) -> str:
    """The words on one line. The library would decode "=?…?=" in them, and so make line ends of letters."""
    seen = (" " if unicodedata.category(letter) in _ENDS else letter for letter in words)
    return " ".join("".join(seen).split()).replace("=?", "= ?")


def _check_headers(message: EmailMessage) -> None:
    """Only our own headers are sent: each value is one line, and folded for sending it still is one header."""
    for value in message.values():
        if re.search(r"[\r\n]", str(value)) or _ENDS_INSIDE.search(value.fold(policy=message.policy)):
            raise GiveUp("A header would hold a line end; nothing is sent that could be another letter than ours.")


def _squeezed(body: str) -> str:
    """At most one empty line in a row: what an absent paragraph leaves behind."""
    return re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"
