"""What talks to other hosts: the rooms that may are named here, so that nobody else's data goes anywhere unseen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEAKING = {"aiohttp", "ftplib", "http.client", "httpx", "requests", "smtplib", "socket", "ssl", "telnetlib"}
SPEAKING |= {"stripe", "urllib.request", "urllib3", "websockets", "xmlrpc.client"}
MAY = {
    "portal/gateways/mail.py": "hands letters to the company's own mail server",
    "portal/gateways/deadline.py": "closes that server's socket in time",
    "portal/gateways/payments.py": "asks Stripe, where payments are taken",
    "portal/gateways/guarded_http.py": "carries what is said to Stripe, under a deadline",
    "portal/cli/supervisor.py": "asks the demo's own server whether it is up",
}


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{name.name}" for name in node.names)}
    return found


@pytest.mark.promise("OTT-28")
def test_nothing_else_speaks_to_another_host() -> None:
    speaking = set()
    for path in [*(ROOT / "portal").rglob("*.py"), ROOT / "config.py"]:
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("portal/sandbox/") and _imported(path) & SPEAKING:
            speaking.add(name)
    assert speaking == set(MAY)
