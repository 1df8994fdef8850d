"""The sandbox's SMTP server: keeps what it is given, and can be told to fail as real servers do.

An address whose local part begins with "bounce" is refused for good, one with "later" for the moment.
"""

from __future__ import annotations

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.sandbox.mailbox import Mailbox


class Keeper:
    """Answers the SMTP dialogue and keeps what arrives."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the address, or refuse it as its name says."""
        if address.startswith("bounce"):
            return "550 5.1.1 No such mailbox"
        if address.startswith("later"):
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep the mail."""
        content = envelope.content
        assert isinstance(content, bytes)
        self._mailbox.keep([str(address) for address in envelope.rcpt_tos], content)
        return "250 Kept"


def serve(mailbox: Mailbox, port: int) -> Controller:
    """Start the server on 127.0.0.1 in a thread of its own; `stop()` of what is answered ends it."""
    controller = Controller(Keeper(mailbox), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True, ready_timeout=10)
    controller.start()
    return controller
