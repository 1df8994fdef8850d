"""How staff settle what only a person can settle about an order."""

from __future__ import annotations

from collections.abc import Collection

from portal.forms.base import Choice, Line, PortalForm

WHY = "Colleagues read it. So may the buyer, if they ask for their data."


class ReseatForm(PortalForm):
    """The date that a place is given on."""

    run = Choice("Which date do they get?", what="date", missing="Choose a date that has room")

    def use(self, runs: Collection[str]) -> ReseatForm:
        """Tell the form which dates have room; answers the form."""
        self.run.known = tuple(runs)
        return self


class AcceptForm(PortalForm):
    """Why a payment that differs is taken as it is."""

    why = Line(
        "Why do you accept it?",
        what="reason",
        missing="Write why you accept it",
        why="Where too little was paid it stands on the credit note, which the buyer gets.",
        longest=500,
    )


class SettleForm(PortalForm):
    """What is settled, and how."""

    trouble = Choice("What is settled?", what="what is settled", missing="Choose what is settled")
    how = Line(
        "How was it settled?", what="note", missing="Write how it was settled", why=WHY, longest=1000, lines=True
    )

    def use(self, troubles: Collection[str]) -> SettleForm:
        """Tell the form what can be settled; the only thing need not be chosen. Answers the form."""
        self.trouble.known = tuple(troubles)
        if not self.trouble.data and len(self.trouble.known) == 1:
            self.trouble.data = self.trouble.known[0]
        return self
