"""Where the letters about an order go."""

from __future__ import annotations

from portal.forms.base import Line, PortalForm, is_email


class OrderAddressForm(PortalForm):
    """The right address; the same again ends the links that were sent there."""

    receipt_email = Line(
        "Email for the letters about this order",
        what="email address",
        missing="Enter the email address",
        why="Ask them to spell it. Leave it as it is to end links that somebody else has seen.",
        longest=254,
        checks=[is_email],
    )
