"""The one clock: the database's time, plus an offset that demos and tests may move forward."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

OFFSET_FILE = "clock-offset"
_NOW = text("SELECT clock_timestamp()")


class Clock:
    """Tells the time for expiries, due dates and ages. `offset_file` is None where time can't be moved."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self._offset_file = offset_file

    def now(self, source: Session | Connection) -> dt.datetime:
        """The database's time as aware UTC, plus the offset. SQLite runs in this process, so its time is the host's."""
        bind = source.get_bind() if isinstance(source, Session) else source
        if bind.dialect.name == "sqlite":
            read = dt.datetime.now(dt.UTC)
        else:
            read = source.execute(_NOW).scalar_one().astimezone(dt.UTC)
        return read + self.offset()

    def offset(self) -> dt.timedelta:
        """How far this clock runs ahead."""
        if self._offset_file is None or not self._offset_file.exists():
            return dt.timedelta()
        return dt.timedelta(seconds=float(self._offset_file.read_text() or 0))

    def advance(self, by: dt.timedelta) -> dt.timedelta:
        """Move the clock forward and answer the new offset. Raises ValueError when it would go back or can't move."""
        if self._offset_file is None:
            raise ValueError("The clock moves in the demo and in tests only.")
        if by < dt.timedelta():
            raise ValueError("The clock goes forward only.")
        offset = self.offset() + by
        draft = self._offset_file.with_suffix(".new")
        draft.write_text(str(offset.total_seconds()))
        draft.replace(self._offset_file)
        return offset
