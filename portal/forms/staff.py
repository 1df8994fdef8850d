"""Forms about who works here."""

from __future__ import annotations

from typing import Any

from wtforms import Field, SelectMultipleField
from wtforms.validators import StopValidation

from portal.domain.roles import WORDS, Role
from portal.forms.base import Choice, Line, PortalForm, is_email
from portal.forms.password import NewPasswordForm


class JoinForm(NewPasswordForm):
    """What somebody who joins says: a name and a password."""

    full_name = Line(
        "Full name",
        what="full name",
        missing="Enter your full name",
        why="Colleagues, partners and trainees see it beside what you do.",
    )


class UndertakingForm(PortalForm):
    """The promise to keep confidential what is seen."""

    promise = Choice("I promise this", what="promise", missing="Tick the box if you promise this")

    def use(self) -> UndertakingForm:
        """Tell the form what a tick says; answers the form."""
        self.promise.known = ("yes",)
        return self


class RolesForm(PortalForm):
    """One role at least."""

    roles = SelectMultipleField("Roles", choices=[(role.value, words[0]) for role, words in WORDS.items()])

    def use(self) -> RolesForm:
        """Bind what is known already; answers the form."""
        return self

    def validate_roles(self, field: Field) -> None:
        """At least one."""
        if not field.data:
            raise StopValidation("Choose at least one role")

    def chosen(self) -> set[Role]:
        """The roles that were chosen, once they are valid."""
        return {Role(value) for value in self.roles.data}


class InviteForm(RolesForm):
    """Whom to invite, and as what."""

    email = Line(
        "Email",
        what="email address",
        missing="Enter an email address",
        why="A link to join goes there.",
        longest=254,
        checks=[is_email],
    )

    def use(self) -> InviteForm:
        """As above."""
        super().use()
        return self

    def __iter__(self) -> Any:
        """The address stands first on the page."""
        return iter((self.email, self.roles))
