"""Lists as files."""

from __future__ import annotations

import datetime as dt

from flask import Response

from portal.domain.working_days import LONDON
from portal.web.headers import never_stored


def csv(name: str, content: str, now: dt.datetime) -> Response:
    """A CSV file for keeping, named after what it holds and the day."""
    file = f"{name}-{now.astimezone(LONDON).date()}.csv"
    return Response(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )


def pdf(name: str, file: bytes) -> Response:
    """A document, shown by the browser or kept under its number; no copy stays behind by itself."""
    shown = Response(
        file,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
    return never_stored(shown)
