"""What would help somebody to learn, in their own words, and their agreement to its being kept."""

from __future__ import annotations

from typing import Any

from wtforms import StringField

from portal.domain import support
from portal.domain.answers import PREFER_NOT_TO_SAY_WORDS
from portal.forms.base import Line, PortalForm
from portal.forms.profile import TICKED, not_both


class SupportForm(PortalForm):
    """Words, or that one would rather not; words need the agreement ticked."""

    words = Line(
        support.QUESTION,
        what="text",
        why="Another format, more time, a quieter room: write what would help, and no more than you like.",
        longest=support.LONGEST,
        lines=True,
        checks=[not_both],
    )
    words_not = StringField(PREFER_NOT_TO_SAY_WORDS)
    agreed = StringField()

    def use(self, company: str) -> SupportForm:
        """Put the words of the agreement beside its box; answers the form."""
        self.agreed.label.text = support.agreement(company)
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """As ever; and words without the agreement are kept on the page, and nowhere else."""
        right = bool(super().validate(extra_validators))
        if right and self.words.data and self.agreed.data != TICKED:
            self.agreed.errors = ["Tick this if we may keep what you wrote; without it nothing is kept"]
            return False
        return right
