"""Signing in, asking for a new password, and choosing one."""

from __future__ import annotations

from collections.abc import Collection

from wtforms import HiddenField

from portal.domain.passwords import weakness
from portal.forms.base import Line, PortalForm, Secret, is_email

NOT_RIGHT = "The address or the password is not right; check both"


class SignInForm(PortalForm):
    """An address and its password."""

    email = Line("Email", what="email address", missing="Enter your email address", longest=254, checks=[is_email])
    password = Secret("Password", missing="Enter your password")
    next = HiddenField()


class CodeForm(PortalForm):
    """A code of the app, or one of the recovery codes."""

    code = Line(
        "Code",
        what="code",
        missing="Enter the code that your app shows",
        why="The six figures that your app shows now. Without your telephone: one of your recovery codes.",
        longest=40,
    )


class TurnOnForm(PortalForm):
    """The app's first code proves that it was set up; `locked` carries what it was set up with."""

    code = Line(
        "Code",
        what="code",
        missing="Enter the code that your app shows",
        why="The six figures that your app shows now.",
        longest=40,
    )
    locked = HiddenField()


class OwnPasswordForm(PortalForm):
    """The password, once more, before something that a passer-by must not do."""

    password = Secret("Password", missing="Enter your password", why="So that nobody does this while you are away.")


class ForgottenForm(PortalForm):
    """The address that a link is sent to."""

    email = Line(
        "Email",
        what="email address",
        missing="Enter your email address",
        why="The one you sign in with.",
        longest=254,
        checks=[is_email],
    )


class NewPasswordForm(PortalForm):
    """A password for the first time, or another one."""

    WHY = "8 characters or more. Three or four words that have nothing to do with each other are good."
    password = Secret("Password", missing="Enter a password", why=WHY)

    def use(self, own_words: Collection[str]) -> NewPasswordForm:
        """Tell the form what an enemy would try first; answers the form."""
        self.password.judge = lambda typed: weakness(typed, own_words)
        return self


class ChangePasswordForm(NewPasswordForm):
    """The old one, then another."""

    old = Secret("Password you have now", missing="Enter the password you have now")
    password = Secret("New password", missing="Enter a new password", why=NewPasswordForm.WHY)
