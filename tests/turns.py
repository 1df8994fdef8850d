"""Which tests run on which of the two databases.

In an ordinary run each test runs on both. The cases of a test that has several take turns, one on SQLite, the next on
PostgreSQL; a heavy one that is marked `one_database` runs on that kind alone, and pages run on PostgreSQL, since
`make cover` runs all of them on SQLite. `--database both` runs everything on both, `--database sqlite` or `postgresql`
everything on one.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

KINDS = ("sqlite", "postgresql")
PAGES = Path(__file__).parent / "web"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["turns", "both", *KINDS], default="turns", help="see tests/turns.py")


def _kind(item: pytest.Item) -> str:
    """The kind of database that this one asks for; empty for none."""
    called = getattr(item, "callspec", None)
    return str(called.params.get("database", "")) if called else ""


def _alone(item: pytest.Item, of_both: set[str]) -> str:
    """The one kind that this one runs on in an ordinary run; empty where both have a part. `of_both` have two kinds."""
    mark = item.get_closest_marker("one_database")
    is_page = PAGES in item.path.parents and _name(item) in of_both
    return str(mark.args[0]) if mark else "postgresql" if is_page else ""


def _name(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _takes_turns(items: list[pytest.Item]) -> set[pytest.Item]:
    """Those of the tests with a database whose turn it is."""
    cases: dict[str, dict[str, list[pytest.Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        cases[_name(item)][_kind(item)].append(item)
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
        of_one = {kind: {_name(item) for item in of_databases if _kind(item) == kind} for kind in KINDS}
        of_both = of_one[KINDS[0]] & of_one[KINDS[1]]
        alone = {item: kind for item in of_databases if (kind := _alone(item, of_both))}
        kept = {item for item, kind in alone.items() if _kind(item) == kind}
        kept |= _takes_turns([item for item in of_databases if item not in alone])
    left = [item for item in of_databases if item not in kept]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if not _kind(item) or item in kept]
