"""What a learner says who takes a place up: what we do not know yet, the course terms, a password."""

from __future__ import annotations

from collections.abc import Collection

from portal.forms.base import Choice
from portal.forms.invitation import AnswerForm


class PlaceForm(AnswerForm):
    """The registration's questions where nobody has answered them, a password where there is no account."""

    terms = Choice("", what="terms", missing="Accept the course terms, or you can’t take the place")

    def use_for_place(
        self, min_age: int, own_words: Collection[str], *, knows: bool, has_account: bool, has_accepted: bool
    ) -> PlaceForm:
        """Tell the form what is known already; answers the form."""
        self.use_for(min_age, own_words)
        for field in (self.age_confirmed, self.full_name, self.region, self.heard_from):
            field.waived = knows or has_account
        if has_account:
            self.password.validators = []
        self.terms.known, self.terms.waived = ("yes",), has_accepted
        return self
