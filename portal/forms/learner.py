"""Who is to learn instead of whoever was named before."""

from __future__ import annotations

from collections.abc import Collection

from portal.forms.base import Choice, Line, PortalForm, is_email, is_no_link


class LearnerForm(PortalForm):
    """Another learner for a place of an order."""

    place = Choice("Which place?", what="place", missing="Choose which place")
    learner_name = Line(
        "Learner’s full name",
        what="learner’s full name",
        missing="Enter the learner’s full name",
        why="As it should stand on the certificate.",
        checks=[is_no_link],
    )
    course_email = Line(
        "Learner’s email",
        what="email address",
        missing="Enter the learner’s email address",
        why="They get a link of their own there, to take the place up.",
        longest=254,
        checks=[is_email],
    )

    def use(self, places: Collection[str]) -> LearnerForm:
        """Tell the form which places wait; the one that waits alone need not be chosen. Answers the form."""
        self.place.known = tuple(places)
        if not self.place.data and len(self.place.known) == 1:
            self.place.data = self.place.known[0]
        return self
