"""docs/promises.csv says what the tests prove, and the checker of it can fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.guards import promises
from tests.guards.promises import FILE, IDS, ROOT, TESTS, Promise

TEST = "tests/test_one.py::test_one"
FINE = [
    Promise("OTT-1", "One", "kept", (TEST,)),
    Promise("OTT-2", "Two", "not ours", (), "another country's scheme"),
    *(Promise(id_, "Some words", "to come") for id_ in IDS[2:]),
]
MARKED = {TEST: frozenset({"OTT-1"}), "tests/test_one.py::test_two": frozenset[str]()}


def test_the_file_and_the_marks_agree() -> None:
    found = promises.disagreements(promises.read(FILE.read_text(encoding="utf-8")), promises.marks(TESTS, ROOT))
    assert found == []


def test_there_are_163_promises() -> None:
    assert len(IDS) == len(set(IDS)) == 163


def test_a_file_in_which_all_is_well_has_no_disagreement() -> None:
    assert promises.disagreements(FINE, MARKED) == []


def _with(index: int, **changes: object) -> list[Promise]:
    rows = list(FINE)
    rows[index] = replace(rows[index], **changes)  # type: ignore[arg-type]
    return rows


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(FINE[:-1], "there are 162 promises, not 163", id="count"),
        pytest.param(FINE[:-1], "ITC-22: is missing", id="missing"),
        pytest.param(_with(5, id="ABC-1"), "ABC-1: is unknown", id="unknown"),
        pytest.param([*FINE, FINE[5]], "OTT-6: stands twice", id="twice"),
        pytest.param([*FINE[1:], FINE[0]], "the promises are not in their order", id="order"),
        pytest.param(_with(5, state="done"), "OTT-6: its state 'done' is none of", id="state"),
        pytest.param(_with(5, promise=""), "OTT-6: says nothing", id="empty"),
        pytest.param(_with(0, proof=()), "OTT-1: is kept without proof", id="no proof"),
        pytest.param(_with(0, proof=(f"{TEST}_of_old",)), "test_one_of_old does not exist", id="no such test"),
        pytest.param(
            _with(0, proof=("tests/test_one.py::test_two",)),
            "OTT-1: its proof tests/test_one.py::test_two lacks",
            id="no mark",
        ),
        pytest.param(
            _with(0, state="to come", proof=()), "is marked with OTT-1, which the file does not", id="not kept"
        ),
        pytest.param(_with(5, proof=(TEST,)), "OTT-6: is to come, and has a proof", id="proof of what is to come"),
        pytest.param(_with(1, proof=(TEST,)), "OTT-2: is not ours, and has a proof", id="proof of what is not ours"),
        pytest.param(_with(1, note=""), "OTT-2: is not ours without a reason", id="no reason"),
    ],
)
def test_each_kind_of_disagreement_is_found(rows: list[Promise], said: str) -> None:
    assert any(said in line for line in promises.disagreements(rows, MARKED))


def test_a_mark_with_an_unknown_promise_is_found() -> None:
    assert promises.disagreements(FINE, {**MARKED, "t::test": frozenset({"OTT-99"})}) == [
        "t::test: is marked with the unknown promise OTT-99"
    ]


def test_marks_are_read_from_functions_classes_modules_and_parameters(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_some.py").write_text(
        "import pytest\n"
        "pytestmark = [pytest.mark.slow, pytest.mark.promise('OTT-1')]\n"
        "@pytest.mark.promise('OTT-2', 'OTT-3')\n"
        "def test_two(): ...\n"
        "@pytest.mark.promise('OTT-4')\n"
        "class TestGroup:\n"
        "    async def test_three(self): ...\n"
        "    def helper(self): ...\n"
        "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.promise('OTT-5'))])\n"
        "def test_four(x): ...\n"
        "@pytest.mark.promise(SOME)\n"
        "def test_five(): ...\n"
        "def helper(): ...\n"
    )
    (tmp_path / "tests" / "other.py").write_text("this is (not read")
    assert promises.marks(tmp_path / "tests", tmp_path) == {
        "tests/test_some.py::test_two": {"OTT-1", "OTT-2", "OTT-3"},
        "tests/test_some.py::TestGroup::test_three": {"OTT-1", "OTT-4"},
        "tests/test_some.py::test_four": {"OTT-1", "OTT-5"},
        "tests/test_some.py::test_five": {"OTT-1", "SOME"},
    }


def test_a_file_is_read_with_its_proofs_apart() -> None:
    content = 'id,promise,state,proof,note\nOTT-1,"One, two",kept,a::b; c::d,\n'
    assert promises.read(content) == [Promise("OTT-1", "One, two", "kept", ("a::b", "c::d"))]


@pytest.mark.parametrize("content", ["", "id,promise\n", "id,promise,state,proof,note\nOTT-1,One,kept\n"])
def test_a_file_of_another_shape_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match=r"columns|cells"):
        promises.read(content)


def test_the_command_counts_by_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "promises.csv"
    rows = [f"{one.id},{one.promise},{one.state},{';'.join(one.proof)},{one.note}" for one in FINE[:2]]
    file.write_text("\n".join(["id,promise,state,proof,note", *rows]))
    monkeypatch.setattr(promises, "FILE", file)
    assert promises.main() == 1
    assert capsys.readouterr().out.startswith(
        "   1  kept\n   0  to come\n   1  not ours\n   2  in all\nthere are 2 promises, not 163\n"
    )
