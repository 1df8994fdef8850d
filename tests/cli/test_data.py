"""The commands about data, run as an administrator runs them."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from tests import databases
from tests.factories import COURSES, PARTNERS, RULES, RUNS, SPONSORS

HEADER = "region,country,interest,audience,learners,keep_with_us"
Portal = Callable[..., Result]


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """The `portal` command on a data folder with nothing in it."""
    monkeypatch.setenv("PORTAL_ENV", "testing")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return run


@pytest.fixture
def portal(
    empty: Portal, sqlite_template: databases.SqliteTemplate, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Portal]:
    """The `portal` command on a database with its schema."""
    with sqlite_template.fresh() as address:
        monkeypatch.setenv("DATABASE_URL", address)
        yield empty


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A file of each kind."""
    made = {}
    enquiries = f"{HEADER}\nwest-midlands,,FIB-SPLICE,organisation,6,no\nlondon,,other,individual,,no\n"
    for name, content in (
        ("courses", COURSES),
        ("course-runs", RUNS),
        ("partners", PARTNERS),
        ("routing-rules", RULES),
        ("sponsors", SPONSORS),
        ("enquiries", enquiries),
    ):
        made[name] = tmp_path / f"{name}.csv"
        made[name].write_text(content, encoding="utf-8")
    return made


@pytest.fixture
def filled(portal: Portal, files: dict[str, Path]) -> Portal:
    """The `portal` command with courses, partners and rules."""
    for what in ("courses", "partners", "routing-rules"):
        done = portal("import", what, files[what])
        assert done.exit_code == 0, done.output
    return portal


def refused(result: Result) -> str:
    """What was said to standard error, and nothing else happened."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.stdout == ""
    return result.stderr


def test_db_upgrade_makes_a_database_that_the_check_finds_right(empty: Portal, tmp_path: Path) -> None:
    assert refused(empty("check")) == (
        "The database does not answer, or has no schema yet: portal db upgrade makes it.\n"
    )
    assert empty("db", "upgrade").exit_code == 0
    assert (tmp_path / "data" / "portal.sqlite3").exists()
    checked = empty("check")
    assert checked.exit_code == 0
    assert checked.stdout.splitlines() == [
        "The settings and the database are right.",
        "  There are no courses: portal import courses FILE adds them.",
        "  There are no routing rules, so every enquiry goes to our own team.",
    ]


def test_db_upgrade_twice_is_as_good_as_once(empty: Portal) -> None:
    assert [empty("db", "upgrade").exit_code for _ in range(2)] == [0, 0]


def test_the_check_names_what_staff_should_look_at(filled: Portal) -> None:
    assert filled("check").stdout.splitlines() == [
        "The settings and the database are right.",
        "  The partner Hazel Training has no privacy notice address.",
    ]


def test_an_import_says_what_was_done(portal: Portal, files: dict[str, Path]) -> None:
    assert portal("import", "courses", files["courses"]).stdout == "3 courses added, 0 courses updated\n"
    assert portal("import", "course-runs", files["course-runs"]).stdout == "5 dates added, 0 dates updated\n"
    assert portal("import", "partners", files["partners"]).stdout == "5 partners added, 0 partners updated\n"
    assert portal("import", "routing-rules", files["routing-rules"]).stdout == "5 routing rules now in force\n"
    assert portal("import", "sponsors", files["sponsors"]).stdout == "3 sponsors added, 0 sponsors updated\n"
    assert portal("import", "courses", files["courses"]).stdout == "0 courses added, 3 courses updated\n"


def test_a_dry_run_says_so_and_changes_nothing(portal: Portal, files: dict[str, Path]) -> None:
    for _ in range(2):
        rehearsed = portal("import", "courses", files["courses"], "--dry-run")
        assert rehearsed.exit_code == 0
        assert rehearsed.stdout == "3 courses added, 0 courses updated (a rehearsal: nothing was changed)\n"


def test_a_bad_row_is_named_with_its_line_and_nothing_is_taken(portal: Portal, files: dict[str, Path]) -> None:
    good = files["courses"].read_text(encoding="utf-8")
    files["courses"].write_text(good + "LAS-1,Laser,laser,free,20,live,,yes,\n", encoding="utf-8")
    assert (
        refused(portal("import", "courses", files["courses"]))
        == "Line 5: price_pence is 'free': write a whole number.\n"
    )
    files["courses"].write_text(good, encoding="utf-8")
    assert portal("import", "courses", files["courses"]).stdout.startswith("3 courses added")


def test_a_file_that_is_not_utf_8_is_refused_in_words(filled: Portal, files: dict[str, Path], tmp_path: Path) -> None:
    said = "is not UTF-8 text: save it as CSV UTF-8."
    files["courses"].write_bytes(COURSES.replace("An old", "Déjà vu").encode("cp1252"))
    assert said in refused(filled("import", "courses", files["courses"]))
    files["enquiries"].write_text(f"{HEADER}\n", encoding="utf-16")
    assert said in refused(filled("route", files["enquiries"], "--output", tmp_path / "out.csv"))
    assert not (tmp_path / "out.csv").exists()


def test_the_mark_that_spreadsheets_put_first_is_passed_over(portal: Portal, files: dict[str, Path]) -> None:
    files["courses"].write_text(COURSES, encoding="utf-8-sig")
    assert portal("import", "courses", files["courses"]).exit_code == 0


def test_without_a_schema_a_command_says_what_makes_one(empty: Portal, files: dict[str, Path], tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    for arguments in (("import", "courses", files["courses"]), ("route", files["enquiries"], "--output", output)):
        assert "portal db upgrade makes it" in refused(empty(*arguments))
    assert not output.exists()


@pytest.mark.parametrize(
    "arguments",
    [("import", "trainees", "x.csv"), ("import", "courses"), ("import", "courses", "no-such.csv"), ("route", "no.csv")],
)
def test_a_command_that_is_typed_wrongly_is_refused_with_its_usage(portal: Portal, arguments: tuple[str, ...]) -> None:
    result = portal(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ")


@pytest.mark.promise("OTT-6")
def test_route_writes_where_each_enquiry_goes_and_why(filled: Portal, files: dict[str, Path], tmp_path: Path) -> None:
    output = tmp_path / "judged.csv"
    done = filled("route", files["enquiries"], "--output", output)
    assert done.stdout == f"2 enquiries judged: {output}\n"
    with output.open(encoding="utf-8", newline="") as judged:
        rows = list(csv.DictReader(judged))
    assert list(rows[0]) == [*HEADER.split(","), "partner", "rule", "reason"]
    assert [(row["partner"], row["rule"]) for row in rows] == [("LIN", "Midlands fibre"), ("", "")]
    assert rows[0]["reason"].startswith("You are in the West Midlands and asked about fibre splicing")


def test_route_counts_enquiries_and_not_lines(filled: Portal, files: dict[str, Path], tmp_path: Path) -> None:
    files["enquiries"].write_text(f'{HEADER},note\nlondon,,other,individual,,no,"two\nlines"\n', encoding="utf-8")
    done = filled("route", files["enquiries"], "--output", tmp_path / "out.csv")
    assert done.stdout.startswith("1 enquiry judged: ")


def test_route_writes_nothing_when_a_row_is_bad(filled: Portal, files: dict[str, Path], tmp_path: Path) -> None:
    output = tmp_path / "judged.csv"
    output.write_text("what was there before", encoding="utf-8")
    with files["enquiries"].open("a", encoding="utf-8") as enquiries:
        enquiries.write("atlantis,,other,individual,,no\n")
    said = refused(filled("route", files["enquiries"], "--output", output))
    assert said.startswith("Line 4: region is 'atlantis': write north-east, ")
    assert output.read_text(encoding="utf-8") == "what was there before"


def test_route_into_a_folder_that_is_not_there_is_refused_in_words(
    filled: Portal, files: dict[str, Path], tmp_path: Path
) -> None:
    output = tmp_path / "no-such-folder" / "out.csv"
    assert str(output) in refused(filled("route", files["enquiries"], "--output", output))


def test_the_clock_goes_forward_by_what_is_said_and_adds_up(portal: Portal) -> None:
    assert portal("clock", "advance", "P2D").stdout == "The clock runs 2 days, 0:00:00 ahead.\n"
    assert portal("clock", "advance", "PT3H").stdout == "The clock runs 2 days, 3:00:00 ahead.\n"


@pytest.mark.parametrize("by", ["2 days", "P", "PT", "P2W", "P-2D", "", "P2.5D"])
def test_a_length_of_time_that_is_none_is_answered_with_examples(portal: Portal, by: str) -> None:
    assert refused(portal("clock", "advance", "--", by)) == "Say how far as P2D, PT3H or PT20M.\n"


def test_the_clock_of_a_real_site_stands_still(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_ENV", "development")
    assert refused(portal("clock", "advance", "P2D")) == "The clock moves in the demo and in tests only.\n"


def test_bad_settings_are_listed_one_a_line(
    empty: Portal, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setenv("HOST", "0.0.0.0")
    for arguments in (("check",), ("db", "upgrade"), ("import", "courses", files["courses"])):
        first, *problems = refused(empty(*arguments)).splitlines()
        assert first == "The settings can't be used:"
        assert [problem.partition(":")[0] for problem in problems] == ["  PORT", "  HOST"]


def test_a_database_of_another_version_is_named_with_what_to_do(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "old.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR)")
        connection.execute("INSERT INTO alembic_version VALUES ('000')")
    connection.close()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    assert refused(portal("check")).startswith("The database is at revision 000, the code at ")
