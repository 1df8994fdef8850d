"""What the forms about partners, sponsors, courses and rules share: a seal, and values as an import reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField

from portal.domain import import_rows
from portal.domain.content import Columns
from portal.domain.import_rows import Reader
from portal.forms.base import Line, PortalForm, reads

WHOLE = "Enter a whole number, such as 12"
YES = ("yes",)


def code_line(example: str, where: str) -> Line:
    """The code of something new; it can't be changed afterwards."""
    return Line(
        "Code",
        what="code",
        missing="Enter a code",
        why=f"Such as {example}. {where} It can’t be changed later.",
        longest=40,
        checks=[
            reads(import_rows.own_code, "Enter 1 to 40 letters, digits, . - or _, beginning with a letter or digit")
        ],
    )


class ContentForm(PortalForm):
    """A form over columns: `COLUMNS` says which, `READERS` how each is read."""

    COLUMNS: Columns
    READERS: Mapping[str, Reader]

    seal = HiddenField()

    @classmethod
    def showing(cls, values: Mapping[str, Any], seal: str) -> Any:
        """The form filled in with what is stored."""
        return cls(data={name: cls.typed(name, value) for name, value in values.items()} | {"seal": seal})

    @staticmethod
    def typed(_column: str, value: Any) -> Any:
        """A stored value as it would be typed."""
        if isinstance(value, bool):
            return "yes" if value else ""
        return "" if value is None else str(value)

    def values(self) -> dict[str, Any]:
        """The value of each column, once the form is valid."""
        return {name: self.READERS[name](self.cell(name)) for name in self.COLUMNS}

    def cell(self, name: str) -> str:
        """What was typed or ticked, as it would stand in a file."""
        said = self[name].data or ""
        return (said or "no") if self.READERS[name] is import_rows.yes_or_no else said
