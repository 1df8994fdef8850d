"""Fields in the portal's own words. A field knows its label, why it is asked, and what to say when it is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import Field, Form, PasswordField, SelectMultipleField, StringField
from wtforms.validators import StopValidation

from portal.domain.card_numbers import find_in_parts, holds_card_number
from portal.domain.enquiry import holds_link, is_encoded

Check = Callable[[Any, Field], None]

CARD_NUMBER = "That looks like a card number. Please take it out: we never need it here, and never ask for it."

IN_PARTS = (
    "Together with what stands before it, that looks like a card number. Please take it out: we never need it here."
)

_UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Zs"}

# Characters that turn the reading direction of what stands around them: they hide what a line really says.
_TURNING = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}


def tidy(typed: object) -> str:
    """What was typed, with one kind of line end and nothing blank around it; a file sent in its place is nothing.

    So is what nobody can see, such as a zero-width space alone.
    """
    text = re.sub("\r\n|[\r\u2028\u2029]", "\n", typed if isinstance(typed, str) else "").strip()
    return "" if all(unicodedata.category(letter) in _UNSEEN for letter in text) else text


def showable(text: str, *, lines: bool) -> bool:
    """True when every character can be shown and stored; `lines` allows line ends and tabs.

    A letter too new for this Python to know is fine: new letters are made for names.
    """
    if text.isascii() and text.isprintable():
        return True
    allowed = {"\n", "\t"} if lines else set()
    return not any(
        letter == "\ufffd"
        or letter in _TURNING
        or _is_no_character(letter)
        or (unicodedata.category(letter) in ("Cc", "Cs") and letter not in allowed)
        for letter in text
    )


def _is_no_character(letter: str) -> bool:
    """Unicode keeps the last two places of each plane, and 32 more, for programs' own use."""
    return ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF


class Line(StringField):  # type: ignore[misc]
    """One line of text, or with `lines` several.

    `missing` is said when it is empty (None: optional), `what` is how errors name it ("full name"), `longest` counts
    characters, `why` is the reason under the label. A bound form sets `waived` where another answer makes it needless.
    """

    def __init__(
        self,
        label: str,
        *,
        what: str,
        missing: str | None = None,
        why: str = "",
        longest: int = 200,
        lines: bool = False,
        checks: Collection[Check] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, filters=[tidy], validators=[self._check, *checks], **kwargs)
        self.waived = False
        self.missing, self.why, self.what, self.longest, self.lines = missing, why, what, longest, lines

    @property
    def optional(self) -> bool:
        """True when it may be left empty."""
        return self.missing is None

    def _check(self, _form: Any, _field: Field) -> None:
        text = self.data
        if not text:
            raise StopValidation(self.missing)
        if len(text) > self.longest:
            raise StopValidation(f"{self.what.capitalize()} must be {self.longest:,} characters or fewer")
        if not showable(text, lines=self.lines):
            raise StopValidation(f"{self.what.capitalize()} has a character that can’t be shown; please type it again")
        if holds_card_number(text):
            raise StopValidation(CARD_NUMBER)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """As WTForms does it, but an empty optional field is simply right."""
        if (self.optional or self.waived) and not self.data:
            self.errors: list[str] = []
            return True
        return bool(super().validate(form, extra_validators))


class Choice(Line):
    """One of some values; `known` is given to the bound form, since it may come from the database."""

    known: Collection[str] = ()

    def __init__(self, label: str, *, what: str, missing: str | None, **kwargs: Any) -> None:
        super().__init__(label, what=what, missing=missing, checks=[self._is_known], **kwargs)

    def _is_known(self, _form: Any, _field: Field) -> None:
        if self.data not in self.known:
            raise StopValidation(self.missing or f"Choose {self.what} from the list")


def is_no_link(_form: Any, field: Field) -> None:
    """A name that stands in letters to others must not lead anywhere."""
    if holds_link(field.data):
        raise StopValidation("Enter a name without an address of a website in it")


def is_email(_form: Any, field: Field) -> None:
    """An email address; what is wrong is said as what to enter."""
    typed = field.data
    if typed.startswith("@"):
        raise StopValidation("Enter an email address with a name before the @")
    if "@" not in typed:
        raise StopValidation("Enter an email address with an @ in it, like name@example.com")
    wrong = StopValidation("Enter an email address in the correct format, like name@example.com")
    if is_encoded(typed):
        raise wrong
    try:
        validate_email(typed, check_deliverability=False, allow_smtputf8=True, strict=True, test_environment=True)
    except EmailNotValidError:
        raise wrong from None


def reads(reader: Callable[[str], Any], words: str) -> Check:
    """What an import takes in the same column; `words` say what to enter instead."""

    def check(_form: Any, field: Field) -> None:
        try:
            reader(field.data)
        except ValueError:
            raise StopValidation(words) from None

    return check


def is_telephone(_form: Any, field: Field) -> None:
    """A telephone number in any form a person writes: spaces, brackets, a plus, an extension."""
    digits = sum(letter.isdigit() for letter in field.data)
    if not 5 <= digits <= 20:
        raise StopValidation("Enter a phone number, like 01632 960 001, 07700 900 982 or +44 808 157 0192")


class Several(SelectMultipleField):  # type: ignore[misc]
    """Several values, ticked or chosen one by one. Whether each is known, the use case asks; none is lost meanwhile."""

    optional, why = False, ""

    def __init__(self, label: str, *, why: str = "", **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)
        self.why = why

    def chosen(self) -> list[str]:
        """What was chosen, in order, without what was left empty."""
        return [value for value in self.data or [] if value]


class Secret(PasswordField):  # type: ignore[misc]
    """A password: exactly what was typed, spaces too, and never printed again.

    `judge`, given to the bound form, answers what is wrong with it in one sentence, or None.
    """

    optional = False
    judge: Callable[[str], str | None] = staticmethod(lambda _typed: None)

    def __init__(self, label: str, *, missing: str, why: str = "", **kwargs: Any) -> None:
        super().__init__(label, validators=[self._check], **kwargs)
        self.missing, self.why = missing, why

    def _check(self, _form: Any, _field: Field) -> None:
        if not self.data:
            raise StopValidation(self.missing)
        if wrong := self.judge(self.data):
            raise StopValidation(wrong)


class PortalForm(Form):  # type: ignore[misc]
    """A form that knows what went wrong, in order. Its CSRF token is judged before any view is reached."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field's own checks; and no card's number goes on from one field to the next."""
        right = bool(super().validate(extra_validators))
        written = [field for field in self if isinstance(field, Line) and not isinstance(field, Choice)]
        telephones = [number for number, field in enumerate(written) if is_telephone in field.validators]
        place = find_in_parts([field.data or "" for field in written], telephones)
        if place is not None and not written[place].errors:
            written[place].errors = [IN_PARTS]
        return right and place is None

    def value(self, name: str) -> Any:
        """The field's value, or None when it was left empty."""
        return self[name].data or None

    def refuse(self, name: str, words: str) -> None:
        """Say at this field what the use case has refused."""
        self[name].errors = [words]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(field id, words) of the first error of each field, in the order of the page."""
        return [(field.id, field.errors[0]) for field in self if field.errors]
