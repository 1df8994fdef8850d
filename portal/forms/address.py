"""A new address for an account."""

from __future__ import annotations

from portal.forms.base import Line, PortalForm, Secret, is_email


class AddressForm(PortalForm):
    """The new address, and the password once more."""

    email = Line(
        "New email",
        what="email address",
        missing="Enter your new email address",
        why="We write to it and to the one you have now. It changes when both have agreed.",
        longest=254,
        checks=[is_email],
    )
    password = Secret("Password", missing="Enter your password", why="So that nobody does this while you are away.")
