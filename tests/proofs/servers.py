"""Real processes on free ports for the proofs: the site, a worker, and a mail server that behaves as badly as asked."""

from __future__ import annotations

import contextlib
import email.policy
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from enum import Enum
from pathlib import Path

READY_SECONDS = 60.0
_ANSWERS = {"EHLO": "250-here\r\n250 SMTPUTF8", "QUIT": "221 bye"}


def free_port() -> int:
    """A port on 127.0.0.1 that nobody uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def site(database: str, data_dir: Path, smtp_port: int, **settings: str) -> Iterator[str]:
    """The site over this database, ready; yields its address."""
    port = free_port()
    process = start("run", database, data_dir, smtp_port, {"PORT": str(port), **settings})
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process)


@contextmanager
def worker(database: str, data_dir: Path, smtp_port: int, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker over this database; yields its process, which may be killed."""
    process = start("worker", database, data_dir, smtp_port, settings)
    try:
        yield process
    finally:
        end(process)


def start(
    command: str, database: str, data_dir: Path, smtp_port: int, settings: dict[str, str]
) -> subprocess.Popen[bytes]:
    environ = {
        **os.environ,
        "PORTAL_ENV": "testing",
        "DATABASE_URL": database,
        "PORTAL_DATA_DIR": str(data_dir),
        "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "RATE_LIMITS": "off",
        **settings,
    }
    log = (data_dir / f"{command}.log").open("ab")
    with log:
        return subprocess.Popen(
            [sys.executable, "-m", "portal.cli", command],
            env=environ,
            cwd=Path(__file__).parent.parent.parent,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours and its children, gently first."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + READY_SECONDS
    while time.monotonic() < ends:
        assert process.poll() is None, f"the site ended with {process.returncode}"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the site was not ready in time")


@dataclass(frozen=True)
class Arrival:
    """A mail that the server has taken whole."""

    at: float
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def message_id(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        """Its text."""
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body else ""


class Stage(Enum):
    """A moment of the dialogue: on connecting, after EHLO, and when the whole mail has been given."""

    GREETING = "greeting"
    HELLO = "hello"
    END = "end"


@dataclass(frozen=True)
class Manners:
    """How a server behaves. The answer at `hangs` never comes, that at `drips` comes a byte a second.

    About the share `refuses` of all mails is answered 4xx, by chance.
    """

    hangs: Stage | None = None
    drips: Stage | None = None
    refuses: float = 0.0


@dataclass
class MailServer:
    """An SMTP server on 127.0.0.1 whose manners can be changed while it runs.

    `heard` is called with each mail that was taken whole, before the sender is answered.
    """

    manners: Manners = field(default_factory=Manners)
    heard: Callable[[Arrival], None] = lambda _arrival: None
    seed: int = 1
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.refusals = 0
        self.connections = 0
        self._chance = random.Random(self.seed)
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._over = threading.Event()

    def __enter__(self) -> MailServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._over.set()
        with self._lock:
            left = list(self._open)
        for connection in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def start(self) -> None:
        """Listen."""
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections from now on; those that are open go on to their end."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)
        try:
            with connection, connection.makefile("rb") as said:
                self._talk(_Dialogue(connection, self.manners, self._over), said)
        except OSError:
            return  # the other side has gone
        finally:
            with self._lock:
                self._open.discard(connection)

    def _talk(self, dialogue: _Dialogue, said: Iterator[bytes]) -> None:
        recipients: list[str] = []
        dialogue.answer("220 ready", Stage.GREETING)
        for line in said:
            verb = line[:4].upper().strip().decode("ascii", "replace")
            if verb == "RCPT" and not self._refuses():
                recipients.append(line.decode().partition("<")[2].partition(">")[0])
            elif verb == "RCPT":
                dialogue.answer("451 4.3.0 Try again later", Stage.HELLO)
                continue
            elif verb == "DATA":
                dialogue.answer("354 go on", Stage.HELLO)
                dialogue.answer(self._take(recipients, _until_dot(said)), Stage.END)
                recipients = []
                continue
            elif verb in ("MAIL", "RSET"):
                recipients = []
            dialogue.answer(_ANSWERS.get(verb, "250 fine"), Stage.HELLO)
            if verb == "QUIT":
                return

    def _refuses(self) -> bool:
        """By chance: twice in a mail's life, so half of `refuses` each time."""
        with self._lock:
            refused = self._chance.random() < self.manners.refuses / 2
            self.refusals += refused
            return refused

    def _take(self, recipients: list[str], content: bytes) -> str:
        if self._refuses():
            return "452 4.2.2 Not now"
        message = BytesParser(EmailMessage, policy=email.policy.SMTPUTF8).parsebytes(content)
        arrival = Arrival(time.time(), tuple(recipients), message)
        self.heard(arrival)
        with self._lock:
            self.arrivals.append(arrival)
        return "250 kept"


def _until_dot(said: Iterator[bytes]) -> bytes:
    lines: list[bytes] = []
    for line in said:
        if line == b".\r\n":
            return b"".join(lines)
        lines.append(line[1:] if line.startswith(b"..") else line)
    raise OSError("the other side went away before the end")


@dataclass
class _Dialogue:
    connection: socket.socket
    manners: Manners
    over: threading.Event

    def answer(self, words: str, stage: Stage) -> None:
        """Say it as the manners of this moment ask."""
        said = f"{words}\r\n".encode()
        if stage is self.manners.hangs:
            self._hang()
        elif stage is self.manners.drips:
            for byte in said:
                self.connection.sendall(bytes([byte]))
                if self.over.wait(1.0):
                    return
        else:
            self.connection.sendall(said)

    def _hang(self) -> None:
        """Say nothing until the other side goes away or the server ends."""
        self.over.wait(120)
        raise OSError("over")
