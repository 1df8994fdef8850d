"""The enquiry form: its words and its checks of shape."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wtforms import Field, HiddenField
from wtforms.validators import StopValidation

from portal.domain.enquiry import Answers
from portal.domain.places import OUTSIDE_UK, REGIONS, countries
from portal.domain.routing import Audience
from portal.forms.base import Choice, Line, PortalForm, is_email, is_telephone

MARKETING_QUESTION = "Write to me by email about new courses, a few times a year"
MOST_LEARNERS = 100_000


def _is_number(_form: Any, field: Field) -> None:
    digits = field.data.replace(",", "").replace(" ", "")
    if not (digits.isdecimal() and len(digits) <= 7 and 1 <= int(digits) <= MOST_LEARNERS):
        raise StopValidation("Enter how many people as a number, such as 6")


class EnquiryForm(PortalForm):
    """What is asked of an enquirer: five answers that are needed, and some that are not."""

    full_name = Line(
        "Full name",
        what="full name",
        missing="Enter your full name",
        why="So that the person answering knows who to ask for.",
    )
    email = Line(
        "Email",
        what="email address",
        missing="Enter your email address",
        why="Your answer and your reference go here.",
        longest=254,
        checks=[is_email],
    )
    interest = Choice(
        "What is it about?",
        what="what it is about",
        missing="Choose what it is about",
        why="This and the next answer decide who answers.",
    )
    region = Choice(
        "Where are you based?",
        what="where you are based",
        missing="Choose where you are based",
        why="The place where you would like to learn.",
    )
    country = Choice("Which country?", what="which country", missing="Choose which country")
    audience = Choice("Who is it for?", what="who it is for", missing="Choose who it is for")
    organisation = Line("Organisation", what="organisation")
    learners = Line(
        "How many people would learn?", what="how many people", why="A guess will do.", longest=20, checks=[_is_number]
    )
    telephone = Line(
        "Telephone", what="telephone", why="Only if you would like to be rung.", longest=40, checks=[is_telephone]
    )
    message = Line(
        "Message",
        what="message",
        why="Please leave out health details and card numbers.",
        longest=5000,
        lines=True,
    )
    heard_from = Line(
        "Where did you hear of us?", what="where you heard of us", why="So that we spend less on what does not work."
    )
    marketing = Choice(MARKETING_QUESTION, what="news", missing=None)
    website = HiddenField()
    submission = HiddenField()
    named = HiddenField()

    ANSWERS = (
        *("full_name", "email", "interest", "region", "country", "audience", "organisation", "learners"),
        *("telephone", "message", "heard_from", "marketing"),
    )

    def use(self, interests: Collection[str]) -> EnquiryForm:
        """Tell the form which interests there are; answers the form."""
        self.interest.known = interests
        self.region.known = REGIONS
        self.country.known = countries()
        self.audience.known = tuple(Audience)
        self.marketing.known = ("yes",)
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field's own checks; a country is needed outside the UK only."""
        self.country.waived = self.region.data != OUTSIDE_UK
        return bool(super().validate(extra_validators))

    def answers(self) -> Answers:
        """What was answered, once it is valid."""
        learners = self.value("learners")
        return Answers(
            full_name=self.full_name.data,
            email=self.email.data,
            interest=self.interest.data,
            region=self.region.data,
            audience=self.audience.data,
            country=self.value("country") if self.region.data == OUTSIDE_UK else None,
            organisation=self.value("organisation"),
            learners=int(learners.replace(",", "").replace(" ", "")) if learners else None,
            telephone=self.value("telephone"),
            message=self.value("message"),
            heard_from=self.value("heard_from"),
            marketing=self.marketing.data == "yes",
        )
