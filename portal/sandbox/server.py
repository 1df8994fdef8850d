"""Runs the sandbox: its pages on the port above the portal's, its SMTP server on the one above that."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path
from types import FrameType

from werkzeug.serving import make_server

from portal.gateways.clock import OFFSET_FILE, Clock
from portal.sandbox import smtp, stripe, stripe_desk, stripe_page
from portal.sandbox.app import create_sandbox
from portal.sandbox.mailbox import Mailbox
from portal.sandbox.stripe_delivery import Delivery
from portal.sandbox.stripe_keys import SECRET_KEY, WEBHOOK_SECRET
from portal.sandbox.stripe_state import State

TEMPLATES = Path(__file__).parent.parent.parent / "templates"


def stripe_of(data_dir: Path, port: int) -> State:
    """What the Stripe of a portal on this port knows; it is there before the sandbox runs, and after."""
    return State(data_dir / "sandbox-stripe.sqlite3", f"http://127.0.0.1:{port + 1}", Clock(data_dir / OFFSET_FILE))


def run_sandbox(
    data_dir: Path, port: int, *, stripe_key: str = SECRET_KEY, webhook_secret: str = WEBHOOK_SECRET
) -> None:
    """Serve until told to stop. Writes `sandbox.json`, which says where everything is, into `data_dir`."""
    data_dir.mkdir(parents=True, exist_ok=True)
    mailbox = Mailbox(data_dir / "sandbox-mailbox.sqlite3")
    base = f"http://127.0.0.1:{port + 1}"
    state = stripe_of(data_dir, port)
    delivery = Delivery(state, f"http://127.0.0.1:{port}/hooks/stripe", webhook_secret)
    others = [stripe.api(state, stripe_key), stripe_page.page(state), stripe_desk.desk(state, delivery)]
    server = make_server("127.0.0.1", port + 1, create_sandbox(mailbox, TEMPLATES, others), threaded=True)
    mail = smtp.serve(mailbox, port + 2)
    places = {
        "portal": f"http://127.0.0.1:{port}",
        "sandbox": base,
        "stripe": base,
        "smtp": f"smtp://127.0.0.1:{port + 2}",
    }
    (data_dir / "sandbox.json").write_text(json.dumps(places, indent=2))

    def end(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    delivery.start()
    server.serve_forever()
    delivery.stop()
    mail.stop()
