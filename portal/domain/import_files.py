"""Reading an imported CSV file: its header, then each row with its line, its values and what is wrong with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from portal.domain.errors import BadFile
from portal.domain.import_rows import Columns, Reader


def read(
    content: str, columns: Columns, *, keep_others: bool = False
) -> Iterator[tuple[int, dict[str, Any], list[str]]]:
    """Each row of a CSV file with its line, its values by column, and what is wrong with it.

    A column that is not known is refused, or, with `keep_others`, passed over. Raises BadFile for a bad header.
    """
    must, may = columns
    reader = csv.reader(io.StringIO(content), strict=True)
    try:
        header = next(reader, [])
        _check_header(header, columns, keep_others)
        begins = reader.line_num + 1
        for cells in reader:
            if cells:
                yield begins, *_read_row(cells, header, {**must, **may})
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadFile([f"Line {reader.line_num}: this is not CSV ({error})."]) from None


def _check_header(header: Sequence[str], columns: Columns, keep_others: bool) -> None:
    must, may = columns
    problems = [f"Line 1: the column {name} is missing." for name in must if name not in header]
    problems += [
        f"Line 1: the column {name} stands twice." for name in sorted({n for n in header if header.count(n) > 1})
    ]
    if not keep_others:
        problems += [f"Line 1: the column {name!r} is not known." for name in header if name not in {**must, **may}]
    if problems:
        raise BadFile(problems)


def _read_row(
    cells: Sequence[str], header: Sequence[str], readers: Mapping[str, Reader]
) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    wrong = []
    if len(cells) != len(header):
        return values, [f"it has another number of cells than the {len(header)} columns"]
    row = dict(zip(header, cells, strict=True))
    for name, reader in readers.items():
        if name in row:
            try:
                values[name] = reader(row[name].strip())
            except ValueError as error:
                wrong.append(f"{name} {error}")
    return values, wrong
