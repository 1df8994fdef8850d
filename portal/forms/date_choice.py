"""The forms that choose what follows a changed date: people's own, and the one of staff whom they told."""

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


class ToldChoiceForm(DateChoiceForm):
    """What somebody chose who rang: who it was, and what they would like. Where there is only one, nobody is asked."""

    told_by = Choice("Who told you?", what="who it was", missing="Choose who told you")
    choice = Choice("What would they like?", what="answer", missing="Choose what they would like")

    def use_for(self, known: Collection[str], people: Collection[str]) -> ToldChoiceForm:
        """Tell the form what can be chosen, and who may choose; answers the form."""
        self.use(known)
        self.told_by.known = tuple(people)
        if not self.told_by.data and len(self.told_by.known) == 1:
            self.told_by.data = self.told_by.known[0]
        return self
