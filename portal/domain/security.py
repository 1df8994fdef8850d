"""The front door: what the security log holds, and when too many tries have been made."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

LONGEST_PATH = 2_000  # of a longer address the beginning is looked at


class Happened(StrEnum):
    """Each kind of entry in the security log."""

    SIGN_IN = "sign_in"
    SIGN_IN_BY_RECOVERY_CODE = "sign_in_by_recovery_code"
    LINK_ASKED = "link_asked"
    LINK_USED = "link_used"
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
    ACCOUNT_KEPT = "account_kept"
    INVITED = "invited"
    UNDERTAKING_ACCEPTED = "undertaking_accepted"
    ROLES_CHANGED = "roles_changed"
    REMOVED = "removed"
    READER_NAMED = "reader_named"
    READER_UNNAMED = "reader_unnamed"
    SUPPORT_READ = "support_read"
    ACCESS_REVIEWED = "access_reviewed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    PASSWORD_LINK_BY_STAFF = "password_link_by_staff"  # noqa: S105
    SUSPICIOUS_ADDRESS = "suspicious_address"
    CONTENT_CHANGED = "content_changed"
    EXPORTED = "exported"
    ORDER_SETTLED = "order_settled"
    LEARNER_NAMED = "learner_named"
    SECOND_STEP_ON = "second_step_on"
    SECOND_STEP_OFF = "second_step_off"
    MANY_LOCKED = "many_locked"
    MASS_EXPORT = "mass_export"
    MASS_READING = "mass_reading"
    CONTACT_MOVED = "contact_moved"
    ALERTS_SEEN = "alerts_seen"
    PLACE_HELD = "place_held"
    ORDER_READDRESSED = "order_readdressed"
    ORDER_CANCELLED = "order_cancelled"
    REFUND_ASKED = "refund_asked"
    TROUBLE_SETTLED = "trouble_settled"
    CODE_ISSUED = "code_issued"
    CODE_STOPPED = "code_stopped"
    PLACE_SUSPENDED = "place_suspended"
    PLACE_RESUMED = "place_resumed"
    PLACE_ENDED = "place_ended"
    DATE_CHOSEN = "date_chosen"


SAID = {
    Happened.SIGN_IN: "Signed in",
    Happened.SIGN_IN_BY_RECOVERY_CODE: "Signed in with a recovery code",
    Happened.LINK_ASKED: "Asked for a link to sign in",
    Happened.LINK_USED: "Asked for a link to sign in, which was used",
    Happened.SIGN_IN_BY_LINK: "Signed in by a link",
    Happened.PASSWORD_RIGHT: "Entered the right password",
    Happened.SIGN_IN_FAILED: "Wrong password or code",
    Happened.SIGN_IN_REFUSED: "Not let in, after too many tries",
    Happened.LOCKED: "Closed for 15 minutes, after ten wrong tries",
    Happened.SIGN_OUT: "Signed out",
    Happened.SIGN_OUT_EVERYWHERE: "Signed out everywhere",
    Happened.PASSWORD_ASKED: "Asked for a link for a new password",
    Happened.PASSWORD_SET: "Set a password",
    Happened.ADDRESS_CHANGED: "Changed the email address",
    Happened.ACCOUNT_KEPT: "Kept the account, by the link in our letter",
    Happened.INVITED: "Invited, to the staff or as a contact",
    Happened.UNDERTAKING_ACCEPTED: "Accepted the undertaking",
    Happened.ROLES_CHANGED: "Given other roles",
    Happened.REMOVED: "Removed, from the staff or as a contact",
    Happened.READER_NAMED: "Named to read what trainees tell about support",
    Happened.READER_UNNAMED: "May no longer read what trainees tell about support",
    Happened.SUPPORT_READ: "What they told about support was opened by staff",
    Happened.ACCESS_REVIEWED: "Looked through who can see what",
    Happened.SUSPENDED: "Suspended",
    Happened.RESUMED: "Resumed",
    Happened.PASSWORD_LINK_BY_STAFF: "Sent a link for a new password, by staff",
    Happened.SUSPICIOUS_ADDRESS: "Asked for what only an attacker looks for",
    Happened.CONTENT_CHANGED: "Changed what the site says",
    Happened.EXPORTED: "Downloaded a list",
    Happened.ORDER_SETTLED: "Settled something about an order",
    Happened.LEARNER_NAMED: "Named another learner for a place",
    Happened.SECOND_STEP_ON: "Turned the second step on",
    Happened.SECOND_STEP_OFF: "Turned the second step off",
    Happened.MANY_LOCKED: "Alert: many accounts closed",
    Happened.MASS_EXPORT: "Alert: a lot downloaded",
    Happened.MASS_READING: "Alert: many support needs opened",
    Happened.CONTACT_MOVED: "Alert: a contact changed the address",
    Happened.ALERTS_SEEN: "Looked at the alerts",
    Happened.PLACE_HELD: "Had a place kept",
    Happened.ORDER_READDRESSED: "Put the address of an order’s letters right, or ended its links",
    Happened.ORDER_CANCELLED: "Cancelled an order",
    Happened.REFUND_ASKED: "Gave money back",
    Happened.TROUBLE_SETTLED: "Settled what was wrong with an order",
    Happened.CODE_ISSUED: "Issued an access code",
    Happened.CODE_STOPPED: "Stopped an access code",
    Happened.PLACE_SUSPENDED: "A course was closed for a while, by staff",
    Happened.PLACE_RESUMED: "A course was opened again, by staff",
    Happened.PLACE_ENDED: "A place was ended, by staff",
    Happened.DATE_CHOSEN: "Chose what follows a date that we changed",
}
"""What staff read for each kind of entry."""


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


FOR_READERS = Happened.SUPPORT_READ
"""The entries whose owner has told a support need: they name them to the named readers, and to nobody else."""

ALERTS = {
    Happened.MANY_LOCKED: "Many accounts were closed by wrong passwords",
    Happened.MASS_EXPORT: "Somebody downloaded a lot",
    Happened.MASS_READING: "Somebody opened many support needs",
    Happened.CONTACT_MOVED: "A contact changed the address and was removed",
}
"""The kinds of entry that somebody must look at, each as a sentence."""

CAUSES = {
    Happened.MANY_LOCKED: Happened.LOCKED,
    Happened.MASS_EXPORT: Happened.EXPORTED,
    Happened.MASS_READING: Happened.SUPPORT_READ,
    Happened.CONTACT_MOVED: Happened.REMOVED,
}
"""For each alert, the kind of the entries behind it."""

ALERT_WINDOW = dt.timedelta(hours=1)
LOCKED_FOR_AN_ALERT = 5
ROWS_FOR_AN_ALERT = 500
EXPORTS_FOR_AN_ALERT = 3
READINGS_FOR_AN_ALERT = 10


def too_many_locked(accounts: int) -> str:
    """What is alarming about so many accounts closed within the window; empty when nothing is."""
    return f"{accounts} accounts within an hour" if accounts >= LOCKED_FOR_AN_ALERT else ""


def too_much_exported(rows: int, exports: int) -> str:
    """What is alarming about an export of so many rows, the last of so many within the window."""
    if rows >= ROWS_FOR_AN_ALERT:
        return f"{rows:,} rows at once"
    return f"{exports} lists within an hour" if exports >= EXPORTS_FOR_AN_ALERT else ""


def too_many_read(trainees: int) -> str:
    """What is alarming about one person opening the support needs of so many trainees within the window."""
    return f"{trainees} trainees within an hour" if trainees >= READINGS_FOR_AN_ALERT else ""


# What only somebody asks for who tries doors: what it is, and the sign of it in a path in small letters.
_SUSPICIOUS = (
    ("a way out of the folder", r"(^|/)\.\.(/|$)"),
    ("a settings file", r"/\.(env|aws|ssh|docker|npmrc|htaccess|htpasswd|ds_store|vscode)([./_-]|$)"),
    ("the code’s history", r"/\.(git|svn|hg)([/_]|$)"),
    ("WordPress", r"/(wp-login|wp-admin|wp-content|wp-includes|wp-json|wp-config|xmlrpc|wordpress)([./]|$)"),
    ("a database’s pages", r"/(phpmyadmin|pma|adminer|mysqladmin|dbadmin)([./-]|$)"),
    ("the system’s files", r"/(etc/(passwd|shadow|hosts)|proc/self|windows/win\.ini)"),
    ("old server programs", r"/(cgi-bin|boaform|hnap1|actuator|solr|server-status)([./]|$)"),
    ("another system’s program", r"\.(php[3-8]?|phtml|aspx?|jsp|cgi|pl|exe|dll)(/|$)"),
    ("a copy of the data", r"/[^/]*\.(sql|sqlite3?|bak|dump)(\.(gz|zip|xz))?$"),
)
_PATTERNS = tuple((name, re.compile(sign)) for name, sign in _SUSPICIOUS)
SUSPICION_WINDOW = dt.timedelta(minutes=1)


def suspicion(path: str) -> str:
    """What an address is after that only an attacker asks for, as the name of a kind; empty for any other address.

    `path` is as the server decoded it, once; a second coat of coding is taken off here.
    """
    plain = unquote(path[:LONGEST_PATH]).replace("\\", "/").casefold()
    return next((name for name, pattern in _PATTERNS if pattern.search(plain)), "")


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
