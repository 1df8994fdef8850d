"""The form about a routing rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

from portal.domain import content, import_rows
from portal.domain.content import RULE
from portal.domain.places import countries
from portal.forms.base import Choice, Line, Several, reads
from portal.forms.content import WHOLE, ContentForm

MOST_PARTNERS = 5


def country_code(typed: str) -> str:
    """The code of a country by its name or its code; what is neither stays as it was typed."""
    by_name = {name.casefold(): code for code, name in countries().items()}
    return by_name.get(typed.casefold(), typed.upper() if typed.upper() in countries() else typed)


class RuleForm(ContentForm):
    """Every column of a rule. Conditions left empty are met by every enquiry."""

    COLUMNS = RULE
    READERS = {**import_rows.ROUTING_RULE[0], **import_rows.ROUTING_RULE[1]}  # noqa: RUF012 - read only

    name = Line(RULE["name"].label, what="name", missing="Enter a name", why="For staff.")
    priority = Line(
        RULE["priority"].label,
        what="priority",
        missing="Enter a priority, such as 10",
        why="Rules are tried from the lowest. No two have the same.",
        longest=9,
        checks=[reads(import_rows.whole_number, "Enter a whole number, such as 10")],
    )
    regions = Several(RULE["regions"].label, why="None ticked means every region.")
    countries = Line(
        RULE["countries"].label,
        what="countries",
        why="One a line, such as Ireland, for enquiries from outside the UK. Empty means every country.",
        longest=5000,
        lines=True,
    )
    interests = Several(RULE["interests"].label, why="None ticked means everything.")
    audience = Choice(RULE["audience"].label, what="who asks", missing=None)
    min_learners = Line(
        RULE["min_learners"].label,
        what="number",
        longest=9,
        checks=[reads(import_rows.number_or_blank, WHOLE)],
    )
    max_learners = Line(
        RULE["max_learners"].label,
        what="number",
        longest=9,
        checks=[reads(import_rows.number_or_blank, WHOLE)],
    )
    partners = Several(RULE["partners"].label)
    strategy = Choice(RULE["strategy"].label, what="who of them", missing="Choose who of them gets an enquiry")
    reason = Line(
        RULE["reason"].label,
        what="reason",
        why="Enquirer and partner read it, such as “Both teach in Scotland every week.” Left empty, we say why.",
        longest=300,
    )

    def use(self) -> RuleForm:
        """Tell the form what may be chosen; answers the form."""
        self.audience.known, self.strategy.known = content.AUDIENCES, content.STRATEGIES
        return self

    @staticmethod
    def typed(column: str, value: Any) -> Any:
        """Lists as they are ticked; countries by their names, one a line."""
        if column == "countries":
            return "\n".join(content.country_name(code) for code in value)
        return list(value) if isinstance(value, tuple) else ContentForm.typed(column, value)

    def cell(self, name: str) -> str:
        """Lists with ; between, as they stand in a file."""
        if name == "countries":
            lines = (self.countries.data or "").replace(";", "\n").splitlines()
            return ";".join(country_code(line.strip()) for line in lines if line.strip())
        return ";".join(self[name].chosen()) if isinstance(self[name], Several) else super().cell(name)

    def validate_partners(self, field: Field) -> None:
        """One at least, and each once."""
        if not field.chosen():
            raise StopValidation("Choose at least one partner")
        self._once(field, "Choose each partner once")

    def validate_countries(self, field: Field) -> None:
        """Each once, and only countries."""
        codes = self.cell("countries").split(";") if field.data else []
        if unknown := [code for code in codes if code not in countries()]:
            raise StopValidation(f"{unknown[0]} is no country that we know; write its name as in Ireland")
        self._once(field, "Enter each country once")

    def validate_regions(self, field: Field) -> None:
        """Each once."""
        self._once(field, "Tick each region once")

    def validate_interests(self, field: Field) -> None:
        """Each once."""
        self._once(field, "Tick each course and subject once")

    def _once(self, field: Field, words: str) -> None:
        try:
            import_rows.listed(self.cell(field.name))
        except ValueError:
            raise StopValidation(words) from None

    def unlisted(self, name: str, listed: Sequence[str]) -> list[str]:
        """Ticked values that stand on no list: shown, so that saving never drops a condition unseen."""
        return [value for value in self[name].chosen() if value not in listed]

    @property
    def places(self) -> int:
        """How many partners the page has room for."""
        return max(MOST_PARTNERS, len(self.partners.data or ()))
