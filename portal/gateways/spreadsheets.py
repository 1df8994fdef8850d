"""Files for spreadsheets. Nothing in a cell is run: what would be taken for a formula is disarmed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A CSV file with its heads, to be encoded as UTF-8; the mark at its start tells spreadsheets so.

    A text that begins as a formula does gets an apostrophe before it. None is an empty cell; numbers stay numbers.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(heads)
    writer.writerows([_disarmed(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + file.getvalue()


def _disarmed(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
