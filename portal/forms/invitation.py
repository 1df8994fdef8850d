"""Inviting somebody, and answering an invitation."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from wtforms import FieldList, FormField, HiddenField

from portal.domain.enquiry import email_key
from portal.domain.invitation import MOST, Named
from portal.domain.passwords import weakness
from portal.domain.registration import Answers
from portal.forms.base import Line, PortalForm, is_email, is_no_link
from portal.forms.password import NewPasswordForm
from portal.forms.registration import RegistrationForm


class PersonForm(PortalForm):
    """One invited person; a row with nothing in it is no person."""

    full_name = Line("Full name", what="full name", missing="Enter their full name")
    email = Line("Email", what="email address", missing="Enter their email address", longest=254, checks=[is_email])


class InviteOthersForm(PortalForm):
    """Who invites, and whom."""

    full_name = Line(
        "Your full name",
        what="full name",
        missing="Enter your full name",
        why="They are told who gave us their name and address.",
        checks=[is_no_link],
    )
    email = Line(
        "Your email",
        what="email address",
        missing="Enter your email address",
        why="We ask you there first, so that nobody invites in your name.",
        longest=254,
        checks=[is_email],
    )
    people = FieldList(FormField(PersonForm), min_entries=MOST, max_entries=MOST)
    next = HiddenField()

    def use(self, *, known: bool) -> InviteOthersForm:
        """Tell the form whether the person is signed in, so that we know already who it is; answers the form."""
        self.full_name.waived = self.email.waived = known
        for number, row in enumerate(self.people):
            is_empty = number > 0 and not row.form.full_name.data and not row.form.email.data
            row.form.full_name.waived = row.form.email.waived = is_empty
        return self

    def chosen(self) -> list[Named]:
        """The people of all rows that hold one, each address once, when they are valid."""
        rows = [row.form for row in reversed(self.people) if row.form.email.data]
        by_address = {email_key(row.email.data): Named(row.full_name.data, row.email.data) for row in rows}
        return [*reversed(by_address.values())]

    @property
    def has_more(self) -> bool:
        """True when more than the first row holds something."""
        return any(row.form.full_name.data or row.form.email.data for row in list(self.people)[1:])

    @property
    def problems(self) -> list[tuple[str, str]]:
        """As of every form, with those of the rows in their place."""
        return list(self._problems())

    def _problems(self) -> Iterator[tuple[str, str]]:
        for field in (self.full_name, self.email, *(part for row in self.people for part in row.form)):
            if field.errors:
                yield field.id, field.errors[0]


class AnswerForm(RegistrationForm):
    """What an invited person says themselves: the registration's questions and a password. Their address is proved."""

    email = None  # type: ignore[assignment]  # the link has proved it
    next = None
    via = None
    password = NewPasswordForm.password

    def use_for(self, min_age: int, own_words: Collection[str]) -> AnswerForm:
        """Tell the form from which age on people are taken, and what an enemy would try; answers the form."""
        self.use(min_age)
        self.password.judge = lambda typed: weakness(typed, own_words)
        return self

    def answers_of(self, email: str) -> Answers:
        """What was answered, with the address that the link proved."""
        return Answers(self.full_name.data, email, self.region.data, self.heard_from.data, self._of_age)
