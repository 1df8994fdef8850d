"""What staff write about a complaint, and to whoever complains."""

from __future__ import annotations

from portal.domain.complaint import EXTENSIONS, OUTCOMES
from portal.forms.base import Choice, Line, PortalForm


class ComplaintReplyForm(PortalForm):
    """A letter to the person, before it is closed."""

    letter = Line(
        "Your letter",
        what="letter",
        missing="Write the letter first",
        why="It goes by mail, in your name. It begins with “Dear” and the name, and ends with yours.",
        longest=5000,
        lines=True,
    )


class AcknowledgedForm(PortalForm):
    """How the person came to know that we have it, when our letter did not reach them."""

    how = Line(
        "How were they told?",
        what="how they were told",
        missing="Say how they were told",
        why="Such as “By telephone, at ten”. A letter of yours that arrives does it too.",
    )


class ExtendForm(PortalForm):
    """A later day for the answer."""

    weeks = Choice("How much longer?", what="how much longer", missing="Choose how much longer")
    reason = Line(
        "Why does it take longer?",
        what="the reason",
        missing="Say why it takes longer",
        why="They read it in a letter that goes out at once.",
        longest=2000,
        lines=True,
    )

    def use(self) -> ExtendForm:
        """Tell the form how much there is to choose from; answers the form."""
        self.weeks.known = EXTENSIONS
        return self


class ComplaintOutcomeForm(PortalForm):
    """What came of it."""

    outcome = Choice("What came of it?", what="what came of it", missing="Choose what came of it")
    answer = Line(
        "Your answer",
        what="answer",
        missing="Write the answer first",
        why="What you found, why, and what we do now. They read it in a letter that goes out at once, with the way"
        " to the regulator.",
        longest=5000,
        lines=True,
    )

    def use(self) -> ComplaintOutcomeForm:
        """Tell the form which ends there are; answers the form."""
        self.outcome.known = OUTCOMES
        return self
