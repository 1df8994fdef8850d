"""The refusals a person may meet, and how the outside world can fail."""


class Refusal(Exception):
    """A use case says no, in words a person may read."""


class NotFound(Refusal):
    """There is no such record for this person."""


class WrongPassword(Refusal):
    """The password that should prove who this is, is not right."""


class WrongCode(Refusal):
    """The code that should prove who this is, is not right."""


class TriedTooOften(Refusal):
    """The door is closed for a while."""


class AlreadyThere(Refusal):
    """What should be made is there already."""


class Unfit(Refusal):
    """A value is well formed and still can't be kept; `column` says which."""

    def __init__(self, column: str, what: str) -> None:
        super().__init__(what)
        self.column = column


class ChangedMeanwhile(Refusal):
    """Somebody else changed it since it was shown; nothing was kept, so that nobody's change is lost unseen."""


class AnswerChanged(Refusal):
    """Who would answer is no longer who the check page named; nothing was sent."""


class BadFile(Refusal):
    """A file can't be taken. `problems` names each bad row with its line and reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class DeliveryError(Exception):
    """A delivery failed; which of the kinds below says what happens next.

    `uncertain`: the other side may have it all the same.
    """

    def __init__(self, what: str, *, uncertain: bool = False) -> None:
        super().__init__(what)
        self.uncertain = uncertain


class TryAgain(DeliveryError):
    """This message failed for the moment: try it again later."""


class LaneDown(TryAgain):
    """The neighbour itself can't be reached: the whole lane pauses, and this message costs no attempt."""


class GiveUp(DeliveryError):
    """Trying again can't help: show it to staff."""


class NotNeeded(DeliveryError):
    """What should be delivered has been withdrawn since: cancel it."""


class Undrawable(Exception):
    """A document can't be drawn; nothing of what it says stands in the message."""
