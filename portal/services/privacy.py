"""The privacy notice, made from the register and the partners as they are: it can't say what the register does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain import purposes
from portal.domain.purposes import CATEGORIES, LawfulBasis, Purpose
from portal.domain.retention import RETENTION, RetentionClass
from portal.models.partner import Partner
from portal.models.session import reading
from portal.records import catalogue
from portal.records.referrals import obstacle


@dataclass(frozen=True)
class NoticePurpose:
    """One purpose as the notice prints it."""

    purpose: Purpose
    data: list[str]
    kept_for: str

    @property
    def by_interest(self) -> bool:
        """True when it rests on legitimate interests, which are then named."""
        return self.purpose.basis == LawfulBasis.LEGITIMATE_INTERESTS


@dataclass(frozen=True)
class Notice:
    """Summary and full notice, from one source and under one version."""

    version: str
    purposes: list[NoticePurpose]
    partners: list[Partner]
    retention: list[tuple[RetentionClass, str]]


def notice(settings: Mapping[str, object]) -> Notice:
    """The notice as it is with these settings (name to value), naming the partners that may take an enquiry today."""
    active = purposes.active(settings)
    printed = [
        NoticePurpose(
            purpose,
            [CATEGORIES[category] for category in CATEGORIES if category in purpose.categories],
            RETENTION[purpose.retention].kept_for(settings),
        )
        for purpose in active.values()
    ]
    used = dict.fromkeys(purpose.retention for purpose in active.values())
    kept = [(RETENTION[code], RETENTION[code].kept_for(settings)) for code in used]
    with reading() as session:
        known = catalogue.current(session)
    partners = sorted(
        (one for one in known.partners.values() if not obstacle(one)), key=lambda one: one.name.casefold()
    )
    return Notice(purposes.VERSION, printed, partners, kept)
