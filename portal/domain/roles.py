"""What staff may do: five roles, each with what it opens. Whoever needs two has two."""

from __future__ import annotations

from enum import StrEnum

UNDERTAKING_VERSION = "2026-11"
UNDERTAKING = (
    "I use what I see here for my work only, and only as far as my work needs it.",
    "I show and tell it to nobody else, here or elsewhere, unless my work asks for it.",
    "I sign in as myself, let nobody use my account, and say at once when something has gone wrong.",
    "This stays true after I have left.",
)


class Role(StrEnum):
    """A role of a member of staff."""

    MANAGER = "manager"
    ENQUIRIES = "enquiries"
    FINANCE = "finance"
    REPORTS = "reports"
    PRIVACY = "privacy"


WORDS = {
    Role.MANAGER: (
        "Manager",
        "Everything about enquiries, complaints, partners, sponsors, courses, rules, trainees and orders; and who works"
        " here.",
    ),
    Role.ENQUIRIES: (
        "Enquiries",
        "Enquiries and their answers; reads partners, sponsors, rules, courses, trainees and orders.",
    ),
    Role.FINANCE: ("Finance", "Orders, refunds and invoices, and complaints about them."),
    Role.REPORTS: ("Reports", "Totals and sponsors' reports, without anybody's particulars."),
    Role.PRIVACY: ("Privacy", "Rights requests, complaints about data, the register, and the security log."),
}
