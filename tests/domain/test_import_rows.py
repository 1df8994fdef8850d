"""What a cell and a file may say, and the words when they say something else."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain import import_rows
from portal.domain.errors import BadFile
from portal.domain.import_files import read
from portal.domain.import_rows import Columns, Reader

TWO: Columns = ({"code": import_rows.code, "size": import_rows.whole_number}, {"note": import_rows.text})


def lines(content: str, columns: Columns = TWO, **options: bool) -> list[tuple[int, dict[str, Any], list[str]]]:
    return list(read(content, columns, **options))


def problems(content: str, columns: Columns = TWO, **options: bool) -> list[str]:
    with pytest.raises(BadFile) as bad:
        lines(content, columns, **options)
    return bad.value.problems


@pytest.mark.parametrize(
    ("reader", "cell", "value"),
    [
        (import_rows.text, "", ""),
        (import_rows.text, "Zoë – “quoted”", "Zoë – “quoted”"),
        (import_rows.needed, "x", "x"),
        (import_rows.code, "FIB-OTDR", "FIB-OTDR"),
        (import_rows.code, "a" * 40, "a" * 40),
        (import_rows.whole_number, "0", 0),
        (import_rows.whole_number, "999999999", 999_999_999),
        (import_rows.run_code, f"{'A' * 40}-2026-12-01-2", f"{'A' * 40}-2026-12-01-2"),
        (import_rows.day_or_blank, "1 December 2026", dt.date(2026, 12, 1)),
        (import_rows.day_or_blank, "", None),
        (import_rows.access_days_or_blank, "3650", 3650),
        (import_rows.access_days_or_blank, "", None),
        (import_rows.number_or_blank, "", None),
        (import_rows.number_or_blank, "0", 0),
        (import_rows.count_or_blank, "", None),
        (import_rows.count_or_blank, "1", 1),
        (import_rows.yes_or_no, "yes", True),
        (import_rows.yes_or_no, "No", False),
        (import_rows.date_or_blank, "", None),
        (import_rows.date_or_blank, "2026-11-30", dt.date(2026, 11, 30)),
        (import_rows.email_or_blank, "", ""),
        (import_rows.email_or_blank, "Desk+1@Lindum.example", "Desk+1@Lindum.example"),
        (import_rows.web_address_or_blank, "", ""),
        (import_rows.web_address_or_blank, "https://lindum.example/privacy?a=b", "https://lindum.example/privacy?a=b"),
        (import_rows.country, "GB", "GB"),
        (import_rows.country, "IE", "IE"),
        (import_rows.country, "JE", "JE"),
        (import_rows.listed, "", ()),
        (import_rows.listed, " a ;b;; c", ("a", "b", "c")),
        (import_rows.one_of("", "first"), "", ""),
        (import_rows.NATION, "northern-ireland", "northern-ireland"),
    ],
)
def test_a_good_cell_is_read(reader: Reader, cell: str, value: object) -> None:
    assert reader(cell) == value


@pytest.mark.parametrize(
    ("reader", "cell", "words"),
    [
        (import_rows.text, "a\x00b", "holds a character that can't be stored"),
        (import_rows.needed, "", "is empty"),
        (import_rows.needed, "\x00", "holds a character that can't be stored"),
        (import_rows.code, "", "is '': use 1 to 40 letters, digits, . - or _"),
        (import_rows.code, "FIB OTDR", "is 'FIB OTDR': use 1 to 40 letters, digits, . - or _"),
        (import_rows.code, "-FIB", "is '-FIB': use 1 to 40 letters, digits, . - or _"),
        (import_rows.code, "é", "is 'é': use 1 to 40 letters, digits, . - or _"),
        (import_rows.whole_number, "", "is '': write a whole number"),
        (import_rows.whole_number, "-1", "is '-1': write a whole number"),
        (import_rows.whole_number, "4.5", "is '4.5': write a whole number"),
        (import_rows.whole_number, "٣", "is '٣': write a whole number"),
        (import_rows.whole_number, "²", "is '²': write a whole number"),
        (import_rows.whole_number, "1000000000", "is '1000000000': write a whole number"),
        (import_rows.number_or_blank, "lots", "is 'lots': write a whole number"),
        (import_rows.count_or_blank, "0", "is '0': write 1 or more, or leave it empty"),
        (import_rows.count_or_blank, "00", "is '00': write 1 or more, or leave it empty"),
        (import_rows.yes_or_no, "true", "is 'true': write yes or no"),
        (import_rows.date_or_blank, "30/11/2026", "is '30/11/2026': write a date such as 2026-11-30"),
        (import_rows.date_or_blank, "2026-02-30", "is '2026-02-30': write a date such as 2026-11-30"),
        (import_rows.email_or_blank, "lindum", "is 'lindum': write an email address"),
        (import_rows.country, "QQ", "is 'QQ': write a country's two letters, such as GB or IE"),
        (import_rows.country, "UK", "is 'UK': write a country's two letters, such as GB or IE"),
        (import_rows.listed, "a;b; a", "names something twice"),
        (import_rows.one_of("", "first"), "last", "is 'last': write nothing, first"),
        (import_rows.NATION, "England", "is 'England': write england, wales, scotland, northern-ireland"),
    ],
)
def test_a_bad_cell_says_what_to_write_instead(reader: Reader, cell: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        reader(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "lindum.example",
        "javascript:alert(1)",
        "ftp://lindum.example",
        "https://",
        "https:///x",
        "https://[",
        "//x.example",
    ],
)
def test_a_web_address_is_whole_or_refused_in_words(cell: str) -> None:
    with pytest.raises(ValueError, match="write a whole web address, such as "):
        import_rows.web_address_or_blank(cell)


def test_no_web_address_hides_a_character_that_cannot_be_stored() -> None:
    with pytest.raises(ValueError, match="can't be stored"):
        import_rows.web_address_or_blank("https://lindum.example/\x00x")


def test_rows_come_with_their_line_and_their_values() -> None:
    assert lines("code,size\nA,1\n\nB, 2 \n") == [
        (2, {"code": "A", "size": 1}, []),
        (4, {"code": "B", "size": 2}, []),
    ]


def test_a_row_of_several_lines_is_named_by_its_first() -> None:
    assert [line for line, _, _ in lines('code,size,note\nA,1,"one\ntwo"\nB,x,\n')] == [2, 4]


def test_an_optional_column_is_read_when_the_file_has_it_and_absent_otherwise() -> None:
    assert lines("note,size,code\nhello,1,A\n") == [(2, {"code": "A", "size": 1, "note": "hello"}, [])]
    assert "note" not in lines("code,size\nA,1\n")[0][1]


def test_a_file_of_a_header_alone_has_no_rows() -> None:
    assert lines("code,size\n") == []


def test_every_fault_of_a_row_is_named_with_its_column() -> None:
    assert lines("code,size,note\n!,x,fine\n") == [
        (
            2,
            {"note": "fine"},
            ["code is '!': use 1 to 40 letters, digits, . - or _", "size is 'x': write a whole number"],
        )
    ]


@pytest.mark.parametrize("row", ["A", "A,1,2"])
def test_a_row_of_another_length_is_faulty(row: str) -> None:
    assert lines(f"code,size\n{row}\n") == [(2, {}, ["it has another number of cells than the 2 columns"])]


@pytest.mark.parametrize("content", ["", "\n", "size\n1\n"])
def test_a_missing_column_is_named(content: str) -> None:
    assert "Line 1: the column code is missing." in problems(content)


def test_every_fault_of_the_header_is_named_at_once() -> None:
    assert problems("size,size,colour\n1,2,red\n") == [
        "Line 1: the column code is missing.",
        "Line 1: the column size stands twice.",
        "Line 1: the column 'colour' is not known.",
    ]


def test_an_unknown_column_is_passed_over_where_others_are_kept() -> None:
    assert lines("code,size,colour\nA,1,red\n", keep_others=True) == [(2, {"code": "A", "size": 1}, [])]


@pytest.mark.parametrize(
    ("content", "line"),
    [('code,size\nA,1\n"B"x,2\n', 3), ('code,size\nA,"1\n', 2), ('"code,size\n', 1), ('"code"x,size\nA,1\n', 1)],
)
def test_what_is_not_csv_is_refused_with_its_line(content: str, line: int) -> None:
    said = problems(content)
    assert len(said) == 1
    assert said[0].startswith(f"Line {line}: this is not CSV (")


def test_a_cell_may_hold_commas_quotes_and_several_lines() -> None:
    rows = lines('code,size,note\nA,1,"one, ""two""\nthree"\nB,2,\n')
    assert [values["note"] for _, values, _ in rows] == ['one, "two"\nthree', ""]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from('code,size\n"\r;A1é\x00'), max_size=60))
def test_any_text_is_read_or_refused_in_words(content: str) -> None:
    try:
        rows = lines("code,size\n" + content)
    except BadFile as bad:
        rows = [(0, {}, bad.problems)]
    assert all(wrong or values.keys() == {"code", "size"} for _, values, wrong in rows)
