"""The mail gateway against a real socket: every answer of a server is sorted, every wait is bounded."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.domain import purposes
from portal.domain.errors import DeliveryError, GiveUp, LaneDown, TryAgain
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer

TEMPLATES = Path(__file__).parents[2] / "templates" / "email"
SENDER = "Meridian <hello@meridian.example>"
ACTIVE = purposes.active({})
GOOD = {"EHLO": b"250 here", "MAIL": b"250 OK", "RCPT": b"250 OK", "DATA": b"354 go on", ".": b"250 kept"}


@contextmanager
def _server(
    greeting: bytes = b"220 ready", drip: float = 0.0, heard: list[bytes] | None = None, **answers: bytes
) -> Iterator[str]:
    """A mail server that says what it is told, byte by byte when it drips; answers its address. `heard`: every line."""
    said = {**GOOD, **answers}
    listener = socket.create_server(("127.0.0.1", 0))

    def say(connection: socket.socket, words: bytes) -> None:
        for start in range(0, len(words) + 2, 1 if drip else 10_000):
            connection.sendall((words + b"\r\n")[start : start + (1 if drip else 10_000)])
            time.sleep(drip)

    def serve() -> None:
        try:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                say(connection, greeting)
                in_data = False
                for line in lines:
                    if heard is not None:
                        heard.append(line.rstrip())
                    if in_data and line != b".\r\n":
                        continue
                    word = "." if in_data else line.split()[0].decode().upper()
                    in_data = word == "DATA" and said["DATA"].startswith(b"354")
                    if said.get(word) == b"hang up":
                        return
                    say(connection, said.get(word, b"221 bye"))
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()
    thread.join(5)


class _Company:
    short = "Meridian"
    telephone = "0121 496 0143"


def _send(
    address: str, seconds: float = 5, to: str = "enquiries@lindum.example", reply_to: str = "", sender: str = SENDER
) -> None:
    mailer = Mailer(address, sender, TEMPLATES, {"company": _Company}, ACTIVE)
    enquiry = type("Enquiry", (), {"reference": "ENQ-AAAA-CCCC"})
    partner = type("Partner", (), {"name": "Lindum Training", "contact_name": ""})
    context = {"enquiry": enquiry, "partner": partner, "stop": "STOP-AAAA-CCCC", "sent": "Friday 20 November"}
    with Deadline(seconds) as deadline:
        mailer.send(Letter("partner_stop", to, "partner_stop:1", context, reply_to=reply_to), deadline)


def test_a_server_that_takes_it_is_all_there_is_to_it() -> None:
    with _server() as address:
        _send(address)


@pytest.mark.parametrize(
    ("answers", "kind", "uncertain"),
    [
        ({"RCPT": b"550 no such mailbox enquiries@lindum.example"}, GiveUp, False),
        ({"RCPT": b"451 try later"}, TryAgain, False),
        ({"MAIL": b"530 sign in first"}, LaneDown, False),
        ({"MAIL": b"552 too large"}, GiveUp, False),
        ({"RCPT": b"550 5.7.1 relaying denied"}, TryAgain, False),
        ({"DATA": b"452 full"}, TryAgain, False),
        ({".": b"554 looks like spam"}, GiveUp, False),
        ({".": b"451 later"}, TryAgain, False),
        ({".": b"hang up"}, TryAgain, True),
        ({"RCPT": b"hang up"}, TryAgain, False),
    ],
)
def test_each_answer_is_sorted(answers: dict[str, bytes], kind: type[DeliveryError], uncertain: bool) -> None:
    with _server(**answers) as address, pytest.raises(DeliveryError) as raised:
        _send(address)
    assert type(raised.value) is kind
    assert raised.value.uncertain is uncertain
    assert "@" not in str(raised.value)


def test_a_server_that_is_not_there_or_not_ready_pauses_the_lane() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(LaneDown):
        _send(f"smtp://127.0.0.1:{port}")
    with _server(greeting=b"421 not now") as address, pytest.raises(LaneDown):
        _send(address)


@pytest.mark.parametrize("drip", [0.2, 30.0], ids=["drips", "hangs"])
def test_a_server_that_drips_or_hangs_is_left_in_time(drip: float) -> None:
    began = time.monotonic()
    with _server(drip=drip) as address, pytest.raises(TryAgain) as raised:
        _send(address, seconds=0.6)
    assert time.monotonic() - began < 8
    assert not raised.value.uncertain


def test_a_server_without_unicode_gives_up_an_address_in_another_script() -> None:
    with _server() as address, pytest.raises(GiveUp):
        _send(address, to="priÿa@lindum.example")


def test_a_host_in_another_script_is_written_in_letters_that_every_server_takes() -> None:
    heard: list[bytes] = []
    with _server(heard=heard) as address:
        _send(address, to="office@bücher.example", reply_to="priya@bücher.example")
    assert b"rcpt TO:<office@xn--bcher-kva.example>" in heard
    assert b"Reply-To: priya@xn--bcher-kva.example" in heard


def test_an_answer_address_that_fits_into_no_header_is_left_to_the_letter_itself() -> None:
    heard: list[bytes] = []
    with _server(heard=heard, EHLO=b"250-here\r\n250 SMTPUTF8") as address:
        _send(address, reply_to="priÿa@nairfibre.example")
    assert not any(line.startswith(b"Reply-To:") for line in heard)
    assert all(line.isascii() for line in heard)
    assert b"." in heard


def test_our_own_host_in_another_script_is_written_so_too() -> None:
    heard: list[bytes] = []
    with _server(heard=heard) as address:
        _send(address, sender="Meridian <hello@bücher.example>")
    assert any(line.startswith(b"mail FROM:<hello@xn--bcher-kva.example>") for line in heard)
