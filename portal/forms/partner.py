"""The form about a partner."""

from __future__ import annotations

from typing import Any

from portal.domain import content, import_rows
from portal.domain.content import PARTNER
from portal.domain.places import countries
from portal.forms.base import Choice, Line, is_email, reads
from portal.forms.content import WHOLE, YES, ContentForm, code_line

_WEB = reads(import_rows.web_address_or_blank, "Enter a whole web address, such as https://training.example")


class PartnerForm(ContentForm):
    """Every column of a partner."""

    COLUMNS = PARTNER
    READERS = {**import_rows.PARTNER[0], **import_rows.PARTNER[1]}  # noqa: RUF012 - read only

    code = code_line("P31", "Rules and imports name the partner by it.")
    name = Line(PARTNER["name"].label, what="name", missing="Enter a name", why="Enquirers read it.")
    short_name = Line(
        PARTNER["short_name"].label, what="short name", why="Such as Lindum. Left empty, it is made from the name."
    )
    legal_name = Line(PARTNER["legal_name"].label, what="legal name")
    town = Line(PARTNER["town"].label, what="town")
    website = Line(PARTNER["website"].label, what="website", longest=500, checks=[_WEB])
    contact_name = Line(PARTNER["contact_name"].label, what="contact’s name", why="Letters greet this person.")
    email = Line(
        PARTNER["email"].label, what="email address", why="Enquiries go there.", longest=254, checks=[is_email]
    )
    backup_email = Line(
        PARTNER["backup_email"].label,
        what="second email address",
        why="They go there when the first address is dead.",
        longest=254,
        checks=[is_email],
    )
    weekly_capacity = Line(
        PARTNER["weekly_capacity"].label,
        what="number",
        why="Empty is no limit, 0 is none at all.",
        longest=9,
        checks=[reads(import_rows.number_or_blank, WHOLE)],
    )
    nation = Choice(
        PARTNER["nation"].label,
        what="whose bank holidays count",
        missing="Choose whose bank holidays count",
        why="They are left out when we say by when the partner answers.",
    )
    active = Choice("This partner takes enquiries, and its contacts sign in", what="yes or no", missing=None)
    privacy_url = Line(
        PARTNER["privacy_url"].label,
        what="web address",
        why="The partner’s own. Without it the partner gets no enquiry.",
        longest=500,
        checks=[_WEB],
    )
    role = Choice(PARTNER["role"].label, what="what they are", missing="Choose what they are for people’s data")
    agreement_on = Line(
        PARTNER["agreement_on"].label,
        what="date",
        longest=10,
        checks=[reads(import_rows.date_or_blank, "Enter a date, such as 2026-11-30")],
    )
    country = Choice(PARTNER["country"].label, what="a country", missing="Choose a country")
    transfer_mechanism = Line(
        PARTNER["transfer_mechanism"].label,
        what="what allows it",
        why="Needed outside the United Kingdom, such as adequacy regulations; the privacy notice says it.",
    )

    def use(self) -> PartnerForm:
        """Tell the form what may be chosen; answers the form."""
        self.nation.known, self.role.known = content.NATIONS, content.PARTNER_ROLES
        self.country.known = {**content.HOME_COUNTRIES, **countries()}
        self.active.known = YES
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself; and outside the United Kingdom, what allows data to go there."""
        is_valid = bool(super().validate(extra_validators))
        country = self.country.data
        if self.country.errors or self.transfer_mechanism.data or not content.needs_transfer_words(country):
            return is_valid
        self.refuse("transfer_mechanism", f"Enter what allows data to go to {content.country_name(country)}")
        return False
