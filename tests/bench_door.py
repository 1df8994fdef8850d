"""Sign-ins a second beside the bare argon2 limit, in the same run: python -m tests.bench_door."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from sqlalchemy import select

from portal.domain import passwords
from portal.domain.registration import Errand
from portal.domain.security import Visit
from portal.models.account import Registration
from portal.models.session import reading
from portal.services import accounts, registration
from tests import databases
from tests.bench import DURABLE, portal_over, rate, say
from tests.factories import PASSWORD, SOMEBODY

VISIT = Visit("192.0.2.1", "Firefox on Windows")
NO_MAIL = 9


def door_measure(name: str, address: str, folder: Path) -> None:
    """Sign-ins a second by the use case, with its two transactions, against comparing the password alone."""
    with portal_over(address, folder, NO_MAIL) as app, app.app_context():
        parts = app.extensions["portal"]
        registration.register(SOMEBODY, Errand(), parts.clock, may_write=False)
        with reading() as session:
            key = session.scalars(select(Registration.key)).one()
        kept = passwords.scramble(PASSWORD)
        registration.confirm(key, kept, VISIT, parts.clock, parts.vault)

        def enter() -> None:
            assert accounts.sign_in(SOMEBODY.email, PASSWORD, VISIT, parts.clock, parts.vault).person

        ours = [rate(enter) for _ in range(3)]
        bare = [rate(lambda: passwords.matches(kept, PASSWORD)) for _ in range(3)]
    best, limit = max(ours), max(bare)
    say(f"sign-ins, {name}", f"{best:,.1f}/s against {limit:,.1f}/s bare argon2", best / limit)


def main() -> None:
    """On both databases."""
    logging.disable(logging.CRITICAL)
    databases.QUICK = DURABLE
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as made, databases.postgresql() as server:
        folder = Path(made)
        for name, kind in (
            ("SQLite", databases.SqliteTemplate(folder)),
            ("PostgreSQL", databases.PostgresqlTemplate(server, folder)),
        ):
            with kind.fresh() as address:
                door_measure(name, address, folder / name)


if __name__ == "__main__":
    main()
