"""The form about a sponsor."""

from __future__ import annotations

from portal.domain import content, import_rows
from portal.domain.content import SPONSOR
from portal.forms.base import Choice, Line, reads
from portal.forms.content import ContentForm, code_line


class SponsorForm(ContentForm):
    """Every column of a sponsor; whether contacts sign in for it has a button of its own."""

    COLUMNS = SPONSOR
    READERS = import_rows.SPONSOR[0]

    code = code_line("ACME", "Imports name the sponsor by it.")
    name = Line(SPONSOR["name"].label, what="name", missing="Enter a name", why="Its contacts and learners read it.")
    kind = Choice(SPONSOR["kind"].label, what="what it is", missing="Choose what the sponsor is")
    privacy_notice = Line(
        SPONSOR["privacy_notice"].label,
        what="web address",
        why="The sponsor’s own, so that learners can read it.",
        longest=500,
        checks=[reads(import_rows.web_address_or_blank, "Enter a whole web address, such as https://acme.example")],
    )

    def use(self) -> SponsorForm:
        """Tell the form what may be chosen; answers the form."""
        self.kind.known = content.SPONSOR_KINDS
        return self
