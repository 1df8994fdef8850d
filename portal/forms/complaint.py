"""Complaining: the form, and the words that are added later."""

from __future__ import annotations

from wtforms import HiddenField

from portal.domain.complaint import ABOUT, About, Answers, order_reference
from portal.forms.base import Choice, Line, PortalForm, is_email


class ComplaintForm(PortalForm):
    """What is asked of somebody who complains."""

    about = Choice("What is it about?", what="what it is about", missing="Choose what it is about")
    order_reference = Line(
        "Order reference",
        what="order reference",
        why="It begins with ORD and stands in our letters. Leave it out if you do not have it.",
        longest=40,
    )
    full_name = Line(
        "Full name",
        what="full name",
        missing="Enter your full name",
        why="So that whoever answers knows whom to write to.",
    )
    email = Line(
        "Email",
        what="email address",
        missing="Enter your email address",
        why="What you say, your reference and our answer go here.",
        longest=254,
        checks=[is_email],
    )
    message = Line(
        "What happened?",
        what="what happened",
        missing="Tell us what happened",
        why="When it was, and with whom, helps us to look into it. Please leave out health details and card numbers.",
        longest=5000,
        lines=True,
    )
    wish = Line("What would put it right?", what="what would put it right", longest=2000, lines=True)
    website = HiddenField()
    submission = HiddenField()

    def use(self) -> ComplaintForm:
        """Tell the form what a complaint can be about; answers the form."""
        self.about.known = ABOUT
        return self

    def answers(self) -> Answers:
        """What was answered, once it is valid."""
        return Answers(
            about=About(self.about.data),
            full_name=self.full_name.data,
            email=self.email.data,
            message=self.message.data,
            order_reference=order_reference(self.order_reference.data) or None,
            wish=self.value("wish"),
        )


class FurtherWordsForm(PortalForm):
    """What somebody adds to their complaint."""

    further = Line(
        "Add to your complaint",
        what="what you add",
        missing="Write what you would like to add",
        why="Whoever looks into it reads it at once.",
        longest=5000,
        lines=True,
    )
