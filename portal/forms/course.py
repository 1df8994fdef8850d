"""The form about a course."""

from __future__ import annotations

from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

from portal.domain import content, import_rows, prices
from portal.domain.content import COURSE
from portal.forms.base import Choice, Line, reads
from portal.forms.content import YES, ContentForm, code_line


class CourseForm(ContentForm):
    """Every column of a course; its price is typed in pounds."""

    COLUMNS = COURSE
    READERS = {  # noqa: RUF012 - read only
        **import_rows.COURSE[0],
        **import_rows.COURSE[1],
        "price_pence": prices.pence,
        "vat_rate": import_rows.percentage,
    }

    code = code_line("FIB-OTDR", "It stands in the course’s address, and rules name the course by it.")
    title = Line(COURSE["title"].label, what="title", missing="Enter a title")
    subject = Line(
        COURSE["subject"].label,
        what="subject",
        missing="Enter a subject",
        why="A code such as data-centre, which people read as Data centre. Rules may name it.",
        longest=40,
        checks=[reads(import_rows.code, "Enter 1 to 40 letters, digits, . - or _, such as data-centre")],
    )
    topic = Line(COURSE["topic"].label, what="words", why="Such as fibre splicing. Left empty, the title stands there.")
    summary = Line(COURSE["summary"].label, what="summary", why="One line under the title.", longest=300)
    price_pence = Line(
        COURSE["price_pence"].label,
        what="price",
        missing="Enter a price, such as 480",
        why="Such as 480 or 480.50. Visitors see it with VAT; 0 is shown as Free.",
        longest=14,
        checks=[reads(prices.pence, "Enter the price in pounds, such as 480 or 480.50")],
    )
    vat_status = Choice(COURSE["vat_status"].label, what="kind", missing="Choose what kind of VAT")
    vat_rate = Line(
        COURSE["vat_rate"].label,
        what="percentage",
        missing="Enter the VAT in percent, such as 20",
        longest=3,
        checks=[reads(import_rows.percentage, "Enter a whole number of percent, 0 to 100")],
    )
    sold = Choice(COURSE["sold"].label, what="who sells it", missing="Choose who sells it")
    active = Choice("This course is on offer", what="yes or no", missing=None)
    delivery = Choice(COURSE["delivery"].label, what="how it is taught", missing="Choose how it is taught")
    taught = Line(COURSE["taught"].label, what="words", why="Such as In person. Left empty, we use words of our own.")
    needs_telephone = Choice("A tutor rings the learner", what="yes or no", missing=None)
    length = Line(COURSE["length"].label, what="length", why="Such as 2 days. Left empty, the page says Ask us.")
    access_days = Line(
        COURSE["access_days"].label,
        what="number",
        why="Such as 90. Left empty, it stays open without an end.",
        longest=9,
        checks=[reads(import_rows.access_days_or_blank, "Enter a number of days from 1 to 3650, or leave it empty")],
    )
    award = Line(COURSE["award"].label, what="award", why="Such as Level 2 certificate.")
    award_note = Line(COURSE["award_note"].label, what="note", why="A small line under it, such as 3 years.")
    outline = Line(
        COURSE["outline"].label,
        what="outline",
        why="One step a line, as title|words: “Day 1, morning: light and glass|How loss happens”.",
        longest=5000,
        lines=True,
    )
    before = Line(
        COURSE["before"].label, what="text", why="What to know beforehand, one item a line.", longest=5000, lines=True
    )

    def validate_vat_rate(self, field: Field) -> None:
        """As its kind of VAT allows."""
        status = self.vat_status.data
        if status in content.VAT_STATUSES and not prices.vat_fits(status, import_rows.percentage(field.data)):
            said = content.VAT_STATUSES[status]
            instead = "enter how much, or choose why it bears none" if status == "standard" else "enter 0 here"
            raise StopValidation(f"You chose “{said}”: {instead}")

    @staticmethod
    def typed(column: str, value: Any) -> Any:
        """The price in pounds."""
        return prices.pounds(value) if column == "price_pence" else ContentForm.typed(column, value)

    def use(self) -> CourseForm:
        """Tell the form what may be chosen; answers the form."""
        self.sold.known, self.delivery.known, self.vat_status.known = (
            content.SOLD,
            content.DELIVERIES,
            content.VAT_STATUSES,
        )
        self.active.known = self.needs_telephone.known = YES
        return self
