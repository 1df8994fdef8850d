"""Which tests run on which of the two databases.

In an ordinary run the tests of a file take turns: one on SQLite, the next on PostgreSQL. One that is marked
`one_database` runs on that kind. `--database others` runs each on the kind that an ordinary run leaves out, so that
`make test` and `make cover` together run everything but the proofs on both. `--database both` does so in one run,
`--database sqlite` or `postgresql` runs everything on one.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

KINDS = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    choices = ["turns", "others", "both", *KINDS]
    parser.addoption("--database", choices=choices, default="turns", help="see tests/turns.py")


def _kind(item: pytest.Item) -> str:
    """The kind of database that this one asks for; empty for none."""
    called = getattr(item, "callspec", None)
    return str(called.params.get("database", "")) if called else ""


def _take_turns(items: list[pytest.Item]) -> tuple[set[pytest.Item], set[pytest.Item]]:
    """Those of the tests with a database whose turn it is, and the others. Whatever exists for one kind is in both."""
    pairs: dict[tuple[str, str], dict[str, pytest.Item]] = defaultdict(dict)
    for item in items:
        name, _, case = item.nodeid.partition("[")
        pairs[name, case.replace(_kind(item), "", 1)][_kind(item)] = item
    turn, others = set(), set()
    begun: Counter[str] = Counter()
    for (name, _), of_kind in pairs.items():
        if len(of_kind) == 1:
            turn.update(of_kind.values())
            others.update(of_kind.values())
            continue
        file = name.partition("::")[0]
        mark = of_kind[KINDS[0]].get_closest_marker("one_database")
        chosen = str(mark.args[0]) if mark else KINDS[begun[file] % 2]
        begun[file] += 1
        for kind, item in of_kind.items():
            (turn if kind == chosen else others).add(item)
    return turn, others


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = config.getoption("--database")
    of_databases = [item for item in items if _kind(item)]
    kept = set(of_databases)
    if chosen in KINDS:
        kept = {item for item in of_databases if _kind(item) == chosen}
    elif chosen != "both":
        turn, others = _take_turns(of_databases)
        kept = turn if chosen == "turns" else others
    left = [item for item in of_databases if item not in kept]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if not _kind(item) or item in kept]
