"""Files for spreadsheets: whole, and nothing in them is run."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from portal.gateways.spreadsheets import as_csv


def _read(content: str) -> list[list[str]]:
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content[1:], newline="")))


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "=1+1",
            "+44 7700 900148",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1+1",
            '=HYPERLINK("https://x.example")',
        ),
        "=cmd|' /C calc'!A0",
    ],
)
def test_what_a_spreadsheet_takes_for_a_formula_is_disarmed(cell: str) -> None:
    assert _read(as_csv(["a", "b"], [[cell, "x"]])) == [["a", "b"], ["'" + cell, "x"]]


@pytest.mark.parametrize("cell", ["Siân", "a=1", "1-2", "", "'quoted'", 'say "so"', "one, two", "two\nlines", "😀 a"])
def test_any_other_text_comes_back_as_it_was(cell: str) -> None:
    assert _read(as_csv(["a", "b"], [[cell, "x"]]))[1] == [cell, "x"]


def test_numbers_days_and_nothing_are_cells_of_their_own() -> None:
    assert _read(as_csv(["a"], [[-5, None, dt.date(2026, 11, 22)]]))[1] == ["-5", "", "2026-11-22"]


def test_the_file_says_that_it_is_utf_8_and_ends_its_lines_as_spreadsheets_do() -> None:
    assert as_csv(["name"], [["Siân"]]).encode() == b"\xef\xbb\xbfname\r\nSi\xc3\xa2n\r\n"
