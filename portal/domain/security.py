"""The front door: what the security log holds, and when too many tries have been made."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum


class Happened(StrEnum):
    """Each kind of entry in the security log."""

    SIGN_IN = "sign_in"
    SIGN_IN_BY_RECOVERY_CODE = "sign_in_by_recovery_code"
    LINK_ASKED = "link_asked"
    SIGN_IN_BY_LINK = "sign_in_by_link"
    PASSWORD_RIGHT = "password_right"  # noqa: S105 - the name of an event
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_REFUSED = "sign_in_refused"
    LOCKED = "locked"
    SIGN_OUT = "sign_out"
    SIGN_OUT_EVERYWHERE = "sign_out_everywhere"
    PASSWORD_ASKED = "password_asked"  # noqa: S105
    PASSWORD_SET = "password_set"  # noqa: S105
    ADDRESS_CHANGED = "address_changed"
    INVITED = "invited"
    UNDERTAKING_ACCEPTED = "undertaking_accepted"
    ROLES_CHANGED = "roles_changed"
    REMOVED = "removed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    PASSWORD_LINK_BY_STAFF = "password_link_by_staff"  # noqa: S105
    SUSPICIOUS_ADDRESS = "suspicious_address"
    CONTENT_CHANGED = "content_changed"
    EXPORTED = "exported"
    SECOND_STEP_ON = "second_step_on"
    SECOND_STEP_OFF = "second_step_off"


@dataclass(frozen=True)
class Visit:
    """From where somebody acts: the network address that counts, and the device in a few words."""

    network: str
    device: str


WINDOW = dt.timedelta(minutes=15)
TRIES_OF_AN_ACCOUNT = 10
TRIES_OF_A_NETWORK = 30


class Lock(StrEnum):
    """What is closed for the moment."""

    ACCOUNT = "account"
    NETWORK = "network"


def lock(of_account: int, of_network: int) -> Lock | None:
    """What is closed after so many failures within the window, if anything."""
    if of_account >= TRIES_OF_AN_ACCOUNT:
        return Lock.ACCOUNT
    return Lock.NETWORK if of_network >= TRIES_OF_A_NETWORK else None


_BROWSERS = (
    ("Edge", r"\bEdg(e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Chrome|CriOS|Chromium|HeadlessChrome)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("an iPhone", r"iPhone"),
    ("an iPad", r"iPad"),
    ("Android", r"Android"),
    ("ChromeOS", r"CrOS"),
    ("Windows", r"Windows"),
    ("a Mac", r"Macintosh"),
    ("Linux", r"Linux"),
)


def device(user_agent: str) -> str:
    """ "Firefox on Windows": enough to know one's own device by, and no more than that is kept."""
    browser = next((name for name, sign in _BROWSERS if re.search(sign, user_agent)), "")
    system = next((name for name, sign in _SYSTEMS if re.search(sign, user_agent)), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "an unknown device"
