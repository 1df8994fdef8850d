"""Who can see what: each role and each hat with the pages that open to it, in plain words.

Which pages open is read from the marks of the routes themselves, so this can't say less than is true: a route that
belongs to no area below is listed by its address, and a guard finds it. The areas say what their pages are about, and
which purposes of the register (purposes.py) their data is held for. Pages behind a mailed link are not among them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import roles, working_days
from portal.domain.purposes import Purpose
from portal.domain.roles import Role

REVIEW_EVERY = dt.timedelta(days=365)
REVIEW_WORKING_DAYS = 5


class Hat(StrEnum):
    """As what somebody may be let in, besides a role of staff."""

    SUPPORT_READER = "support_reader"
    PARTNER_CONTACT = "partner_contact"
    SPONSOR_CONTACT = "sponsor_contact"
    TRAINEE = "trainee"


WORDS: dict[str, tuple[str, str]] = {
    **{role.value: (said[0], "") for role, said in roles.WORDS.items()},
    Hat.SUPPORT_READER: (
        "Named reader",
        "Beside their role: what trainees told about support, one at a time; each opening is written down.",
    ),
    Hat.PARTNER_CONTACT: ("Contact at a partner", "The pages of their own partner, by a mailed link."),
    Hat.SPONSOR_CONTACT: ("Contact at a sponsor", "The pages of their own sponsor, by a mailed link."),
    Hat.TRAINEE: ("Trainee", "Their own account, and nobody else’s."),
}
"""Everybody who can be let in, and how it is said: the name, and one sentence where the name does not say it all."""

LISTED = tuple(who for who in WORDS if who != Hat.TRAINEE)
"""Of whom each person is listed by name; trainees see their own alone, and are only counted."""


@dataclass(frozen=True)
class Route:
    """A page or a button as the site knows it: its address, how it may be asked for, and who may enter (the mark)."""

    path: str
    methods: frozenset[str]
    mark: str


@dataclass(frozen=True)
class Area:
    """Pages that belong together: what they are about, and the purposes that what they show is held for."""

    name: str
    about: str
    purposes: tuple[str, ...] = ()


OWN = Area(
    "Own account",
    "their own details, answers, orders, courses and sign-ins; for staff, what they promised",
    ("keep-account", "guard-accounts", "buy", "teach"),
)
CHANGED_DATES = Area(
    "Changed dates", "who had a place on a date that was changed, and what they chose", ("teach", "buy")
)
AREAS = {
    "/admin": Area("Needs you", "what waits for them, and figures of the last seven days", ("answer-enquiry",)),
    "/admin/enquiries": Area(
        "Enquiries", "who asks what, how to reach them, and what was answered", ("answer-enquiry",)
    ),
    "/admin/complaints": Area(
        "Complaints",
        "who complains about what, and what was answered: managers all, finance those about orders, privacy those"
        " about data",
        ("complaints", "data-complaints"),
    ),
    "/admin/partners": Area("Partners", "partners, and the addresses that enquiries go to", ("partner-contact",)),
    "/admin/sponsors": Area("Sponsors", "employers, trade bodies and other groups that stand behind trainees"),
    "/admin/rules": Area("Rules", "where enquiries go"),
    "/admin/courses": Area("Courses", "what is taught, when, and for how much"),
    "/admin/dates": CHANGED_DATES,
    "/admin/orders/<reference>/dates": CHANGED_DATES,
    "/admin/codes": Area("Access codes", "codes that give places, and who has which place by them", ("teach",)),
    "/admin/trainees": Area(
        "Trainees",
        "names, addresses, region, enquiries, places and sign-ins; nothing about equality or support",
        ("keep-account", "know-what-works", "answer-enquiry", "guard-accounts", "teach"),
    ),
    "/admin/orders": Area(
        "Orders", "who bought what, for whom, and what was paid and given back; never a card", ("buy", "books", "teach")
    ),
    "/admin/support": Area("Support", "what trainees told about support", ("support",)),
    "/admin/deliveries": Area("Deliveries", "letters that wait or came back, without their text", ("answer-enquiry",)),
    "/admin/contacts": Area("Contacts", "who signs in for a partner or a sponsor", ("work-here",)),
    "/admin/reports": Area("Reports", "totals without small numbers, and nobody’s particulars", ("equality",)),
    "/admin/security": Area(
        "Security",
        "who signed in or tried to, from where, and who did what; whose support needs were opened is told to named"
        " readers alone",
        ("guard-accounts",),
    ),
    "/admin/staff": Area("Staff", "who works here, and their roles", ("work-here",)),
    "/admin/access": Area("Who can see what", "this report", ("work-here",)),
    "/staff": OWN,
    "/partner": Area("Partner pages", "the partner whose contact they are", ("work-here",)),
    "/partner/codes": Area("Partner’s access codes", "codes for the partner’s class, how many are used, and no names"),
    "/sponsor": Area("Sponsor pages", "the sponsor whose contact they are", ("work-here",)),
    "/organisations": Area("Own organisations", "the partners and sponsors whose contact they are", ("work-here",)),
    "/account": OWN,
    "/orders": OWN,
}
"""By the path that the addresses of an area begin with; the longest one counts."""


@dataclass(frozen=True)
class Sight:
    """One area as it opens to somebody: to look at, to change, to take away as a file."""

    area: Area
    sees: bool
    changes: bool
    takes: bool

    @property
    def may(self) -> str:
        """ "see and change, take away as a file"."""
        done = " and ".join(word for word, can in (("see", self.sees), ("change", self.changes)) if can)
        return ", ".join(part for part in (done, "take away as a file" if self.takes else "") if part)


def opens_to(mark: str, who: str) -> bool:
    """Whether a route with this mark lets this role or hat in."""
    kind, _, named = mark.partition(":")
    if kind == "staff":
        return who in (named.split(",") if named else list(Role))
    if kind == "signed_in":
        return who in (*Role, Hat.TRAINEE)
    if kind == "contact":
        return who in (Hat.PARTNER_CONTACT, Hat.SPONSOR_CONTACT)
    return kind == who


def find_area(path: str) -> Area | None:
    """The area that an address belongs to."""
    stem = path.partition(".")[0]
    found = [start for start in AREAS if stem == start or (start != "/admin" and stem.startswith(f"{start}/"))]
    return AREAS[max(found, key=len)] if found else None


def seen_by(who: str, routes: Iterable[Route]) -> list[Sight]:
    """What opens to this role or hat, in the order of the areas; addresses that belong to none come last."""
    own = [route for route in routes if opens_to(route.mark, who)]
    areas = dict.fromkeys(AREAS.values())
    areas |= dict.fromkeys(Area(route.path, "not described yet") for route in own if find_area(route.path) is None)
    return [_sight(area, those) for area in areas if (those := [one for one in own if _area(one) == area])]


def seen_by_nobody_else(routes: Iterable[Route], active: Mapping[str, Purpose]) -> list[str]:
    """Which of these purposes hold data that opens to nobody but the person, on any page behind a sign-in; by name.

    Mailed links are apart: the page of an invitation shows the invited person who invited them.
    """
    listed = list(routes)
    seen = {code for who in LISTED for one in seen_by(who, listed) if one.area != OWN for code in one.area.purposes}
    return [purpose.name for code, purpose in active.items() if code not in seen]


def is_due(last_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether somebody must look through it: nobody has, or it is a year since."""
    return last_at is None or last_at + REVIEW_EVERY <= now


def due_at(since: dt.datetime) -> dt.datetime:
    """By when, counted from when it became due."""
    return working_days.due(since, REVIEW_WORKING_DAYS)


def _area(route: Route) -> Area:
    return find_area(route.path) or Area(route.path, "not described yet")


def _sight(area: Area, routes: list[Route]) -> Sight:
    files = [route for route in routes if route.path.endswith(".csv")]
    pages = [route for route in routes if route not in files]
    return Sight(
        area,
        sees=any("GET" in route.methods for route in pages),
        changes=any("POST" in route.methods for route in pages),
        takes=bool(files),
    )
