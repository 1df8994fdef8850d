"""The optional profile: its questions, as data. Nobody needs to answer any, and nothing changes when they do not."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.answers import NOT_KNOWN_WORDS, SHOWN, AnswerState

PURPOSE = "optional-profile"
FORM = "profile"
LEAD = "Answer all of these, some or none. Leaving one out changes nothing: not your courses, not what they cost."


def agreement(company: str) -> str:
    """What somebody agrees to by saving an answer, word for word; the consent ledger keeps it as it stands.

    It stands beside the button, and every question can be left out: whoever answers one and saves it has said yes by
    a clear act. What takes it back is one press on the same page.
    """
    return (
        f"By saving an answer I agree that {company} keeps it: to suggest what fits me, to let a tutor know whom to"
        " expect, and to reach me on the day of a course. I can take this back at any time."
    )


TAKE_BACK = "Delete all of these and take back my agreement"
EMPTIED = "Saved without an answer, which takes the agreement back"


@dataclass(frozen=True)
class Question:
    """One question: how it is asked, what a list calls it (`term`), and why it is asked.

    One with `options` (code to words) is answered by choosing, and offers "I do not know" and "Prefer not to say"
    besides; one without is answered in the person's own words. `what` is how an error names it.
    """

    code: str
    asks: str
    term: str
    what: str
    why: str
    options: tuple[tuple[str, str], ...] = ()
    is_telephone: bool = False

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """What stands above the "or": the options, and a way to say that one does not know."""
        return (*self.options, (AnswerState.NOT_KNOWN.value, NOT_KNOWN_WORDS))

    def words_of(self, state: str, value: str) -> str:
        """What a page shows for an answer in this state."""
        if state != AnswerState.ANSWERED:
            return SHOWN[state]
        return dict(self.options).get(value, value)


QUESTIONS = (
    Question(
        "organisation",
        "Who do you work for?",
        "Organisation",
        "organisation",
        "So that a course at your place of work is offered to all of you together.",
    ),
    Question(
        "job_role",
        "What do you do there?",
        "Job",
        "job",
        "So that a tutor knows whom to expect and brings the right examples.",
    ),
    Question(
        "telephone",
        "On which telephone number can we reach you?",
        "Telephone",
        "telephone number",
        "For the morning of a course, when a letter would come too late.",
        is_telephone=True,
    ),
    Question(
        "experience",
        "How much experience do you have with what you want to learn?",
        "Experience",
        "how much experience you have",
        "So that a tutor knows where to begin.",
        (("none", "Nothing yet"), ("some", "Some"), ("a_lot", "A lot")),
    ),
    Question(
        "teaching",
        "How would you like to be taught?",
        "How taught",
        "how you would like to be taught",
        "So that we suggest courses that suit you, and plan more of what many ask for.",
        (
            ("in_person", "In person"),
            ("live_online", "Online, live with a tutor"),
            ("own_time", "Online, in my own time"),
            ("mixed", "Some of each"),
        ),
    ),
)
