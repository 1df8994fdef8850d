"""The form that chooses what follows a changed date."""

from __future__ import annotations

from collections.abc import Collection

from portal.forms.base import Choice, PortalForm


class DateChoiceForm(PortalForm):
    """One question: keep, one of the other dates ("to:" and its code), or everything back."""

    choice = Choice("What would you like?", what="answer", missing="Choose what you would like")

    def use(self, known: Collection[str]) -> DateChoiceForm:
        """Tell the form what can be chosen; answers the form."""
        self.choice.known = known
        return self
