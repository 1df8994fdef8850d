"""What the sandbox's SMTP server received, kept in SQLite so that it outlives the process."""

from __future__ import annotations

import email.policy
import json
import sqlite3
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any


class Mailbox:
    """The mails in the order they came. Safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS mail (id INTEGER PRIMARY KEY AUTOINCREMENT, recipients TEXT, content BLOB)"
            )

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10)

    def keep(self, recipients: list[str], content: bytes) -> None:
        """Add a mail as received for these envelope addresses."""
        connection = self._open()
        with connection:
            connection.execute(
                "INSERT INTO mail (recipients, content) VALUES (?, ?)", (json.dumps(recipients), content)
            )
        connection.close()

    def list_mails(self) -> list[dict[str, Any]]:
        """Every mail, newest last: id, to (envelope addresses), from, reply_to, subject, text, html, headers."""
        connection = self._open()
        rows = connection.execute("SELECT id, recipients, content FROM mail ORDER BY id").fetchall()
        connection.close()
        return [_as_json(number, json.loads(to), content) for number, to, content in rows]

    def empty(self) -> None:
        """Throw every mail away."""
        connection = self._open()
        with connection:
            connection.execute("DELETE FROM mail")
        connection.close()


def _as_json(number: int, recipients: list[str], content: bytes) -> dict[str, Any]:
    message = BytesParser(EmailMessage, policy=email.policy.SMTPUTF8).parsebytes(content)
    return {
        "id": number,
        "to": recipients,
        "from": str(message["From"] or ""),
        "reply_to": str(message["Reply-To"] or ""),
        "subject": str(message["Subject"] or ""),
        "text": _body(message, "plain"),
        "html": _body(message, "html"),
        "headers": {name: str(value) for name, value in message.items()},
    }


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
