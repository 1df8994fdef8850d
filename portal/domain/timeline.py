"""The timeline of an enquiry, as staff read it: everything that happened, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain import working_days

CHANNELS = {
    "web": "It came by the website",
    "email": "It came by email",
    "telephone": "It came by telephone",
    "post": "It came by post",
    "social_media": "It came by social media",
    "chat": "It came by chat",
}
OUTCOMES = {
    "enrolled_here": "Enrolled here",
    "with_partner": "With the partner",
    "no_answer": "No answer from them",
    "not_suitable": "Not suitable",
    "withdrawn": "Withdrawn",
}


@dataclass(frozen=True)
class Event:
    """One thing that happened: when, what, in which words, and who did it."""

    at: dt.datetime
    title: str
    words: str = ""
    by: str = ""

    @property
    def when(self) -> str:
        """ "Wednesday 25 November at 09:12, Ruth Bello"."""
        said = f"{working_days.long_day(self.at)} at {working_days.clock_time(self.at)}"
        return f"{said}, {self.by}" if self.by else said


def newest_first(events: Iterable[Event]) -> list[Event]:
    """In the order of a log; of two at the same moment the later one in the list is the newer."""
    ordered = sorted(enumerate(events), key=lambda pair: (pair[1].at, pair[0]), reverse=True)
    return [event for _, event in ordered]


def rule_looked_at(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    """(rule, how it ended, its partners) of one entry of the routing's story."""
    partners = entry.get("partners", {})
    told = "; ".join(f"{code} {state}" for code, state in partners.items())
    if "chosen" in entry:
        result = f"Chosen: {entry['chosen']}" if entry["chosen"] else "Chosen: our own team"
    elif "raised" in entry:
        result = f"Passed over: {entry['raised']}"
    elif "no_match" in entry:
        result = f"No match: {entry['no_match']}"
    else:
        result = "Matched, nobody available"
    return str(entry["rule"]), result, told
