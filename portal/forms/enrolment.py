"""The form for a place on a course: who pays, who learns, when it opens."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wtforms import HiddenField

from portal.domain.access_codes import as_kept
from portal.domain.enquiry import email_key
from portal.domain.orders import Buyer, Own, Purchase, Start
from portal.domain.places import OUTSIDE_UK, REGIONS, countries
from portal.domain.registration import HEARD_FROM
from portal.forms.base import Choice, Line, PortalForm, is_email, is_no_link, is_telephone
from portal.forms.registration import RegistrationForm

HOME = "GB"


class EnrolmentForm(PortalForm):
    """Four answers and age of who orders, unless an account knows them; then who pays, who learns, and when."""

    run = Choice("Which date?", what="date", missing="Choose a date")
    buyer = Choice(
        "Who is buying?",
        what="who is buying",
        missing="Choose who is buying",
        why="A person who buys for themselves can change their mind within 14 days.",
    )
    organisation = Line(
        "Organisation", what="organisation", missing="Enter the organisation’s name", checks=[is_no_link]
    )
    age_confirmed = Choice("", what="your age", missing="", why=RegistrationForm.age_confirmed.kwargs["why"])
    full_name = Line("Your full name", what="full name", missing="Enter your full name", checks=[is_no_link])
    email = Line(
        "Your email",
        what="email address",
        missing="Enter your email address",
        why="Our letters about the order go here. If you learn yourself, the link that opens the course does too.",
        longest=254,
        checks=[is_email],
    )
    region = Choice("Where are you based?", what="where you are based", missing="Choose where you are based")
    country = Choice("Which country?", what="which country", missing="Choose which country")
    heard_from = Line(
        "Where did you hear of us?",
        what="where you heard of us",
        missing="Choose where you heard of us",
        why="So that we spend less on what does not work.",
    )
    learner_name = Line(
        "Learner’s full name",
        what="learner’s full name",
        why="As it should stand on the certificate. Leave it empty if you will learn yourself.",
        checks=[is_no_link],
    )
    course_email = Line(
        "Learner’s email",
        what="email address",
        why="The course opens there. Leave it empty if it is the same as yours.",
        longest=254,
        checks=[is_email],
    )
    telephone = Line(
        "Learner’s telephone",
        what="telephone",
        why="For when something about the course changes at short notice.",
        longest=40,
        checks=[is_telephone],
    )
    receipt_email = Line(
        "Email for the receipt",
        what="email address",
        why="The confirmation and the invoice go here instead. Leave it empty if it is the same as yours.",
        longest=254,
        checks=[is_email],
    )
    start = Choice(
        "When should your course open?",
        what="when your course should open",
        missing="Choose when your course should open",
    )
    code = Line("Access code", what="access code", why="If somebody gave you one, there is nothing to pay.", longest=40)
    terms = Choice("", what="terms", missing="Accept the course terms, or you can’t have a place")
    submission, shown = HiddenField(), HiddenField()

    ANSWERS = (
        *("run", "buyer", "organisation", "age_confirmed", "full_name", "email", "region", "country", "heard_from"),
        *("learner_name", "course_email", "telephone", "receipt_email", "start", "code"),
    )
    OWN = ("age_confirmed", "full_name", "email", "region", "country", "heard_from")

    def use(
        self, *, min_age: int, runs: Collection[str], starts: Collection[Start], needs_telephone: bool, needs_code: bool
    ) -> EnrolmentForm:
        """Tell the form what this course offers; answers the form."""
        self._of_age, self._starts = min_age, () if needs_code else tuple(starts)
        self.age_confirmed.label.text = f"Are you {min_age} or over?"
        self.age_confirmed.missing = f"Choose whether you are {min_age} or over"
        self.age_confirmed.known, self.buyer.known = ("yes", "no"), tuple(Buyer)
        self.region.known, self.country.known = REGIONS, countries()
        self.run.known, self.run.waived = runs, not runs
        self.start.known, self.terms.known = self._starts, ("yes",)
        if needs_telephone:
            self.telephone.missing = "Enter a phone number: a tutor rings you"
            self.telephone.why = "Your tutor rings you."
        if needs_code:
            self.code.why = "It comes from whoever offers you the place."
            self.code.missing = "Enter your access code: without one this course can’t be ordered here now"
        return self

    def use_own(self, own: Own | None) -> EnrolmentForm:
        """Whoever is signed in is not asked again what their account knows; answers the form."""
        self._own = own
        for name in self.OWN if own else ():
            self[name].waived = True
            self[name].data = ""
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

    def validate(self, extra_validators: Any = None, *, with_terms: bool = False) -> bool:
        """Every field's own checks. Some are needed only where another answer asks for them."""
        is_person = self.buyer.data != Buyer.ORGANISATION
        self.organisation.waived = is_person
        self.country.waived = self.country.waived or self.region.data != OUTSIDE_UK
        self.start.waived = not is_person or not self._starts or bool(self.code.data)
        if self.start.waived:
            self.start.data = ""  # chosen before another date or code made it needless, and no longer on the page
        self.terms.waived = not with_terms
        right = bool(super().validate(extra_validators))
        if right and self.learner_name.data and self._is_other_person() and not self.course_email.data:
            self.course_email.errors = ["Enter the learner’s own email address; the course opens there"]
            return False
        return right

    def purchase(self, course: str) -> Purchase:
        """What was answered, once it is valid."""
        own = self._own
        full_name, email = (own.full_name, own.email) if own else (self.full_name.data, self.email.data)
        is_person = self.buyer.data == Buyer.ME
        region = own.region if own else self.region.data
        asks_start = is_person and self._starts and not self.code.data
        return Purchase(
            course=course,
            run=self.run.data or "",
            buyer=Buyer(self.buyer.data),
            full_name=full_name,
            email=email,
            region=region,
            country=HOME if region != OUTSIDE_UK else self.country.data or "",
            heard_from=own.heard_from if own else self.heard_from.data,
            of_age=own.of_age if own else self._of_age,
            organisation="" if is_person else self.organisation.data,
            learner_name=self.learner_name.data or full_name,
            course_email=self.course_email.data or email,
            receipt_email=self.receipt_email.data or email,
            telephone=self.value("telephone"),
            start=Start(self.start.data) if asks_start else None,
            code=as_kept(self.code.data or ""),
        )

    def _is_other_person(self) -> bool:
        own_name = self._own.full_name if self._own else self.full_name.data
        return email_key(self.learner_name.data) != email_key(own_name)
