"""Contacts of partners and sponsors: whom to let in, and how they ask for a link."""

from __future__ import annotations

from collections.abc import Collection

from portal.forms.base import Choice, Line, PortalForm, is_email


class ContactForm(PortalForm):
    """Whom to let sign in for a partner or a sponsor."""

    organisation = Choice("Organisation", what="an organisation", missing="Choose an organisation")
    full_name = Line("Full name", what="full name", missing="Enter their full name")
    email = Line(
        "Email",
        what="email address",
        missing="Enter their email address",
        why="Links that sign them in go there.",
        longest=254,
        checks=[is_email],
    )

    def use(self, organisations: Collection[str]) -> ContactForm:
        """Tell the form for whom contacts can be invited, as each is named; answers the form."""
        self.organisation.known = organisations
        return self


class LinkForm(PortalForm):
    """The address that a link which signs in is sent to."""

    email = Line(
        "Email",
        what="email address",
        missing="Enter your email address",
        why="The one that we invited.",
        longest=254,
        checks=[is_email],
    )
