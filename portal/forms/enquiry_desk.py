"""What staff write about an enquiry, and an enquiry that came another way than by the site."""

from __future__ import annotations

from collections.abc import Collection

from portal.domain.timeline import CHANNELS, OUTCOMES
from portal.forms.base import Choice, Line, PortalForm
from portal.forms.enquiry import EnquiryForm

BY_HAND = {
    channel: words.removeprefix("It came by ").capitalize() for channel, words in CHANNELS.items() if channel != "web"
}


class NoteForm(PortalForm):
    """A note for colleagues."""

    note = Line(
        "Note",
        what="note",
        missing="Write the note first",
        why="Colleagues read it. So may the person, if they ask for their data.",
        longest=5000,
        lines=True,
    )


class ReplyForm(PortalForm):
    """An answer to the person."""

    answer = Line(
        "Your answer",
        what="answer",
        missing="Write the answer first",
        why="It goes by mail, in your name. It begins with “Dear” and the name, and ends with yours.",
        longest=5000,
        lines=True,
    )


class OutcomeForm(PortalForm):
    """How it ended."""

    outcome = Choice("How did it end?", what="how it ended", missing="Choose how it ended")

    def use(self) -> OutcomeForm:
        """Tell the form which ends there are; answers the form."""
        self.outcome.known = OUTCOMES
        return self


class ByHandForm(EnquiryForm):
    """An enquiry that staff enter for somebody; it asks the same, and how it came."""

    channel = Choice("How did it come?", what="how it came", missing="Choose how it came")

    def use(self, interests: Collection[str]) -> ByHandForm:
        """Tell the form which interests there are; answers the form."""
        super().use(interests)
        self.channel.known = BY_HAND
        return self
