"""Which tests run on which of the two databases.

In an ordinary run each test runs on both. The cases of a test that has several take turns, one on SQLite, the next on
PostgreSQL, and a heavy one that is marked `one_database` runs on that kind alone. `--database both` runs everything on
both, `--database sqlite` or `postgresql` everything on one.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

KINDS = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["turns", "both", *KINDS], default="turns", help="see tests/turns.py")


def _kind(item: pytest.Item) -> str:
    """The kind of database that this one asks for; empty for none."""
    called = getattr(item, "callspec", None)
    return str(called.params.get("database", "")) if called else ""


def _takes_turns(items: list[pytest.Item]) -> set[pytest.Item]:
    """Those of the tests with a database whose turn it is."""
    cases: dict[str, dict[str, list[pytest.Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        cases[item.nodeid.partition("[")[0]][_kind(item)].append(item)
    turn = set()
    for of_kind in cases.values():
        several = len(of_kind[KINDS[0]]) > 1
        for shift, kind in enumerate(KINDS):
            turn.update(item for number, item in enumerate(of_kind[kind]) if not several or number % 2 == shift)
    return turn


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = config.getoption("--database")
    of_databases = [item for item in items if _kind(item)]
    kept = set(of_databases)
    if chosen in KINDS:
        kept = {item for item in of_databases if _kind(item) == chosen}
    elif chosen == "turns":
        marks = {item: mark.args[0] for item in of_databases if (mark := item.get_closest_marker("one_database"))}
        kept = {item for item, kind in marks.items() if _kind(item) == kind}
        kept |= _takes_turns([item for item in of_databases if item not in marks])
    left = [item for item in of_databases if item not in kept]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if not _kind(item) or item in kept]
