"""The promises of docs/promises.csv held against the marks of the tests: `kept` means that a test proves it.

Test files are read as syntax trees and never imported. `python -m tests.guards.promises` counts the promises by state.
"""

from __future__ import annotations

import ast
import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "promises.csv"
TESTS = ROOT / "tests"
COLUMNS = ["id", "promise", "state", "proof", "note"]
KEPT, TO_COME, NOT_OURS = STATES = ("kept", "to come", "not ours")
IDS = [
    f"{company}-{number}"
    for company, count in (("OTT", 31), ("OLT", 40), ("OPT", 30), ("PRE", 40), ("ITC", 22))
    for number in range(1, count + 1)
]

Marks = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Promise:
    """One row. `proof` holds node ids such as tests/services/test_enquiries.py::test_kept_with_us."""

    id: str
    promise: str
    state: str
    proof: tuple[str, ...] = ()
    note: str = ""


def read(content: str) -> list[Promise]:
    """The rows of the file. Raises ValueError when its columns are others."""
    reader = csv.DictReader(io.StringIO(content), strict=True)
    if list(reader.fieldnames or []) != COLUMNS:
        raise ValueError(f"the columns are {reader.fieldnames}, not {COLUMNS}")
    return [_as_promise(row, reader.line_num) for row in reader]


def _as_promise(row: dict[str, str], line: int) -> Promise:
    if set(row) != set(COLUMNS) or None in row.values():
        raise ValueError(f"line {line} has another number of cells than {len(COLUMNS)}")
    proof = tuple(part.strip() for part in row["proof"].split(";") if part.strip())
    return Promise(row["id"].strip(), row["promise"].strip(), row["state"].strip(), proof, row["note"].strip())


def marks(tests: Path, root: Path) -> dict[str, frozenset[str]]:
    """Every test's node id (its path counted from `root`) with the promises it is marked with, often none."""
    found = {}
    for path in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name, ids in _tests_in(tree.body, _module_marks(tree)):
            found[f"{path.relative_to(root).as_posix()}::{name}"] = ids
    return found


def _tests_in(
    body: Sequence[ast.stmt], around: frozenset[str], prefix: str = ""
) -> Iterator[tuple[str, frozenset[str]]]:
    for statement in body:
        if isinstance(statement, ast.ClassDef) and statement.name.startswith("Test"):
            inside = around | _marked(statement.decorator_list)
            yield from _tests_in(statement.body, inside, f"{prefix}{statement.name}::")
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name.startswith("test"):
            yield prefix + statement.name, around | _marked(statement.decorator_list)


def _module_marks(tree: ast.Module) -> frozenset[str]:
    """The promises of the module's `pytestmark`, which holds for every test in it."""
    values = [
        statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in statement.targets)
    ]
    return _marked(values)


def _marked(expressions: Sequence[ast.expr]) -> frozenset[str]:
    """The arguments of each call of `mark.promise` inside; one that is no plain text is given as its source."""
    calls = [
        node
        for expression in expressions
        for node in ast.walk(expression)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.promise")
    ]
    return frozenset(
        argument.value
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        else ast.unparse(argument)
        for call in calls
        for argument in call.args
    )


def disagreements(promises: Sequence[Promise], marked: Marks) -> list[str]:
    """Every way in which the file and the marks contradict each other, or the file itself; empty when none does."""
    found = [*_about_ids(promises)]
    for one in promises:
        found += [f"{one.id}: {what}" for what in _about_row(one, marked)]
    state = {one.id: one.state for one in promises}
    for test, ids in marked.items():
        for id_ in sorted(ids):
            if id_ not in IDS:
                found.append(f"{test}: is marked with the unknown promise {id_}")
            elif state.get(id_) != KEPT:
                found.append(f"{test}: is marked with {id_}, which the file does not call kept")
    return found


def _about_ids(promises: Sequence[Promise]) -> Iterator[str]:
    ids = [one.id for one in promises]
    counted = Counter(ids)
    if len(ids) != len(IDS):
        yield f"there are {len(ids)} promises, not {len(IDS)}"
    for id_ in counted:
        if id_ not in IDS:
            yield f"{id_}: is unknown"
        elif counted[id_] > 1:
            yield f"{id_}: stands twice"
    yield from (f"{id_}: is missing" for id_ in IDS if id_ not in counted)
    if sorted(ids) == sorted(IDS) and ids != IDS:
        yield "the promises are not in their order"


def _about_row(one: Promise, marked: Marks) -> Iterator[str]:
    if one.state not in STATES:
        yield f"its state {one.state!r} is none of {', '.join(STATES)}"
    if not one.promise:
        yield "says nothing"
    if one.state == KEPT and not one.proof:
        yield "is kept without proof"
    if one.state != KEPT and one.proof:
        yield f"is {one.state}, and has a proof"
    if one.state == NOT_OURS and not one.note:
        yield "is not ours without a reason"
    for test in one.proof:
        if test not in marked:
            yield f"its proof {test} does not exist"
        elif one.id not in marked[test]:
            yield f"its proof {test} lacks the mark"


def main() -> int:
    """Print how many promises are in each state, and what disagrees; 1 when anything does."""
    promises = read(FILE.read_text(encoding="utf-8"))
    counted = Counter(one.state for one in promises)
    for state in STATES:
        sys.stdout.write(f"{counted[state]:4}  {state}\n")
    sys.stdout.write(f"{len(promises):4}  in all\n")
    wrong = disagreements(promises, marks(TESTS, ROOT))
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
