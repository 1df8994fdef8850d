"""What a trainee can change of what they told us."""

from __future__ import annotations

from portal.domain.places import REGIONS
from portal.domain.registration import HEARD_FROM
from portal.forms.base import Choice, Line, PortalForm, is_no_link


class DetailsForm(PortalForm):
    """The answers of the registration, to be put right at any time."""

    full_name = Line(
        "Full name",
        what="full name",
        missing="Enter your full name",
        why="As it should stand on your certificate.",
        checks=[is_no_link],
    )
    region = Choice(
        "Where are you based?",
        what="where you are based",
        missing="Choose where you are based",
        why="So that we can say who teaches near you.",
    )
    heard_from = Line(
        "Where did you hear of us?",
        what="where you heard of us",
        missing="Choose where you heard of us",
        why="So that we spend less on what does not work.",
    )

    def use(self) -> DetailsForm:
        """Tell the form which regions there are; answers the form."""
        self.region.known = REGIONS
        return self

    @property
    def sources(self) -> list[str]:
        """What is offered to choose from, with the person's own words if they gave some."""
        own = self.heard_from.data
        return [*HEARD_FROM, *([own] if own and own not in HEARD_FROM else [])]
