"""Forms about who works here."""

from __future__ import annotations

from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

from portal.domain.roles import WORDS, Role
from portal.forms.base import Choice, Line, PortalForm, Several, is_email, is_no_link
from portal.forms.password import NewPasswordForm


class JoinForm(NewPasswordForm):
    """What somebody who joins says: a name and a password."""

    full_name = Line(
        "Full name",
        what="full name",
        missing="Enter your full name",
        why="Colleagues, partners and trainees see it beside what you do.",
        checks=[is_no_link],
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

    roles = Several("Roles")

    def validate_roles(self, field: Field) -> None:
        """At least one."""
        if not field.chosen() or not set(field.chosen()) <= set(WORDS):
            raise StopValidation("Choose at least one role")

    def chosen(self) -> set[Role]:
        """The roles that were chosen, once they are valid."""
        return {Role(value) for value in self.roles.chosen()}


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

    def __iter__(self) -> Any:
        """The address stands first on the page."""
        return iter((self.email, self.roles))
