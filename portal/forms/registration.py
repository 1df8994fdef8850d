"""The registration form: four answers, a yes or no on age, and nothing else."""

from __future__ import annotations

from wtforms import HiddenField

from portal.domain.card_numbers import holds_card_number
from portal.domain.links import errand
from portal.domain.places import REGIONS
from portal.domain.registration import HEARD_FROM, Answers, Errand
from portal.forms.base import Choice, Line, PortalForm, is_email, is_no_link, showable, tidy

LONGEST_CODE = 40


class RegistrationForm(PortalForm):
    """What is asked of somebody who registers; each question says why."""

    age_confirmed = Choice(
        "", what="your age", missing="", why="If you are younger we can’t take you, and we keep nothing."
    )
    full_name = Line(
        "Full name",
        what="full name",
        missing="Enter your full name",
        why="As it should stand on your certificate.",
        checks=[is_no_link],
    )
    email = Line(
        "Email",
        what="email address",
        missing="Enter your email address",
        why="We send one link to prove it is yours. It is also how you sign in.",
        longest=254,
        checks=[is_email],
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
    next = HiddenField()
    via = HiddenField()

    def use(self, min_age: int) -> RegistrationForm:
        """Tell the form from which age on people are taken; answers the form."""
        self._of_age = min_age
        self.age_confirmed.label.text = f"Are you {min_age} or over?"
        self.age_confirmed.missing = f"Choose whether you are {min_age} or over"
        self.age_confirmed.known = ("yes", "no")
        self.region.known = REGIONS
        return self

    @property
    def is_too_young(self) -> bool:
        """True when the person said so: then nothing else on the form matters, and nothing of it is kept."""
        return str(self.age_confirmed.data) == "no"

    @property
    def sources(self) -> list[str]:
        """What is offered to choose from, with the person's own words if they came with some."""
        own = self.heard_from.data
        return [*HEARD_FROM, *([own] if own and own not in HEARD_FROM else [])]

    def answers(self) -> Answers:
        """What was answered, once it is valid."""
        return Answers(
            full_name=self.full_name.data,
            email=self.email.data,
            region=self.region.data,
            heard_from=self.heard_from.data,
            of_age=self._of_age,
        )

    def errand(self) -> Errand:
        """What the person was doing; whatever is not a page or a code of ours is left out."""
        code = tidy(self.via.data)
        known = len(code) <= LONGEST_CODE and showable(code, lines=False) and not holds_card_number(code)
        return Errand(path=errand(self.next.data), via=code if known else "")
