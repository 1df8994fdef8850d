"""The sandbox's own pages: the mailbox, to read what the portal sent, and those of the other stand-ins."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, jsonify, render_template

from portal.sandbox.mailbox import Mailbox


def create_sandbox(mailbox: Mailbox, templates: Path, others: Iterable[Blueprint] = ()) -> Flask:
    """The sandbox's WSGI application; `others` are the pages of further stand-ins."""
    app = Flask(__name__, template_folder=str(templates), static_folder=None)
    for blueprint in others:
        app.register_blueprint(blueprint)

    @app.get("/sandbox/mailbox")
    def mailbox_page() -> str:
        """Every mail, newest first."""
        return render_template("sandbox/mailbox.html", mails=mailbox.list_mails()[::-1])

    @app.get("/sandbox/mailbox/<int:number>")
    def one_mail(number: int) -> str:
        """One mail, as text and as a page."""
        found = next((mail for mail in mailbox.list_mails() if mail["id"] == number), None)
        if found is None:
            abort(404)
        return render_template("sandbox/mail.html", mail=found)

    @app.get("/sandbox/mailbox.json")
    def mailbox_json() -> Response:
        """Every mail for programs, newest last."""
        return jsonify(mailbox.list_mails())

    @app.delete("/sandbox/mailbox.json")
    def empty_mailbox() -> tuple[str, int]:
        """Throw every mail away."""
        mailbox.empty()
        return "", 204

    @app.get("/sandbox/healthz")
    def healthz() -> Response:
        """The process runs."""
        return jsonify(status="ok")

    return app
