"""Money that reached a buyer another way, after Stripe could not give it back."""

from __future__ import annotations

import datetime as dt

from wtforms import Field
from wtforms.validators import StopValidation

from portal.domain import days
from portal.domain.account_numbers import holds_account_number
from portal.domain.refunds import OtherWay
from portal.forms.base import Choice, Line, PortalForm
from portal.forms.course_run import is_day

ACCOUNT_NUMBER = "That looks like an account number. Please take it out: the bank’s own papers have it."


def is_no_account(_form: PortalForm, field: Field) -> None:
    """Refuse what looks like a bank account's number."""
    if holds_account_number(field.data):
        raise StopValidation(ACCOUNT_NUMBER)


class RepaymentForm(PortalForm):
    """How and when it was paid."""

    way = Choice("How was it paid?", what="how", missing="Choose how it was paid")
    paid_on = Line(
        "On which day?",
        what="day",
        missing="Enter the day on which it was paid",
        why="Such as 1 December 2026 or 1/12/2026.",
        longest=40,
        checks=[is_day],
    )
    note = Line(
        "Note",
        what="note",
        missing="Write who paid it, and what the buyer asked for",
        why="For colleagues, and for the buyer if they ask for their data. No card or account numbers.",
        longest=500,
        lines=True,
        checks=[is_no_account],
    )

    def use(self) -> RepaymentForm:
        """Tell the form which ways there are; answers the form."""
        self.way.known = tuple(OtherWay)
        return self

    @property
    def day(self) -> dt.date:
        """When it was paid, once the form is valid."""
        return days.read(self.paid_on.data)
