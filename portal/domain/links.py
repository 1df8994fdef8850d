"""Signed links and tokens, and each path that mail uses.

A token is signed, single-purpose and carries its own end. Opening one changes nothing; only the button behind it acts.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from itsdangerous import BadData, URLSafeSerializer, base64_encode

from portal.domain.security import ALERT_WINDOW, CAUSES, Happened
from portal.domain.working_days import LONDON

ENQUIRY_PAGE = "/enquiries/{token}"
COMPLAINT_PAGE = "/complaints/{token}"
CONFIRM_PAGE = "/register/confirm/{token}"
PASSWORD_PAGE = "/set-password/{token}"  # noqa: S105 - a path
OTHERS_PAGE = "/register/others/{token}"
INVITATION_PAGE = "/invitation/{token}"
ADDRESS_PAGE = "/address/{token}"
JOIN_PAGE = "/staff/join/{token}"
KEEP_PAGE = "/keep-account/{token}"
ORDER_PAGE = "/your-order/{token}"
PLACE_PAGE = "/your-place/{token}"
DATE_PAGE = "/your-date/{token}"
RETURN_PAGE = "/orders/return"
SIGN_IN_PAGE = "/sign-in"
FORGOTTEN_PAGE = "/forgotten-password"
CONTACTS_PAGE = "/sign-in/link"
LINK_PAGE = "/sign-in/link/{token}"
SIGN_IN_LINK_LIFE = dt.timedelta(minutes=15)
SECURITY_PAGE = "/admin/security"
JOIN_LINK_LIFE = dt.timedelta(days=7)
PASSWORD_LINK_LIFE = dt.timedelta(hours=4)

# Where a person may be led after signing in: pages that open without a token.
_ERRANDS = ("/admin", "/partner", "/sponsor", "/courses", "/enquire", "/account", "/orders", "/privacy")


def alert_page(kind: Happened, account: str, raised_at: dt.datetime) -> str:
    """The path of the security log's entries behind an alert; `account` is a reference, empty when it has none."""
    day = raised_at.astimezone(LONDON).date()
    first = (raised_at - ALERT_WINDOW).astimezone(LONDON).date()
    # The entries behind many readings stand with the trainees, not with who read.
    whose = "" if kind == Happened.MASS_READING else account
    asked = {"kind": CAUSES[kind], "account": whose, "from": first, "to": day}
    return f"{SECURITY_PAGE}?{urlencode({name: str(value) for name, value in asked.items() if value})}"


def complaint_file(reference: str) -> str:
    """The path of a complaint on the staff pages."""
    return f"/admin/complaints/{reference}"


def errand(path: str | None) -> str:
    """The path, when it is a page of ours to go on with; otherwise nothing. Never another site."""
    given = path or ""
    if not given.isprintable() or len(given) > 300 or "\\" in given:
        return ""
    try:
        parts = urlsplit(given)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or not re.match("/[^/]", given):
        return ""
    known = any(parts.path == page or parts.path.startswith(f"{page}/") for page in _ERRANDS)
    return given if known and ".." not in parts.path else ""


class BadToken(Exception):
    """Forged, altered, or made for another purpose."""


class Expired(Exception):
    """A true token whose time is over; `payload` says what it was for."""

    def __init__(self, payload: dict[str, Any]) -> None:
        super().__init__("expired")
        self.payload = payload


class _Serializer(URLSafeSerializer):
    """Without the try at compressing: a token of ours is too short to gain, and the try costs half of making one."""

    def dump_payload(self, obj: Any) -> bytes:
        """The payload as JSON in base64."""
        return base64_encode(self.serializer.dumps(obj, **self.serializer_kwargs))


class Tokens:
    """Signs and reads tokens with the site's secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._serializers: dict[str, _Serializer] = {}

    def _serializer(self, purpose: str) -> _Serializer:
        if purpose not in self._serializers:
            self._serializers[purpose] = _Serializer(self._secret, salt=f"portal.{purpose}")
        return self._serializers[purpose]

    def sign(self, purpose: str, payload: dict[str, Any], expires_at: dt.datetime | None = None) -> str:
        """A token for one purpose. Without `expires_at` it lasts as long as the secret."""
        end = {"x": int(expires_at.timestamp())} if expires_at else {}
        return str(self._serializer(purpose).dumps(payload | end))

    def read(self, purpose: str, token: str, now: dt.datetime | None = None) -> dict[str, Any]:
        """What the token says. Raises BadToken, or Expired when its time is over at `now` (None: it has no end)."""
        try:
            payload = self._serializer(purpose).loads(token)
        except BadData:
            raise BadToken from None
        if not isinstance(payload, dict):
            raise BadToken
        if "x" in payload and (now is None or payload["x"] <= now.timestamp()):
            raise Expired(payload)
        return payload


def date_words(payload: dict[str, Any]) -> tuple[str, int, str]:
    """(place's reference, epoch, side) of what the link of a changed date says."""
    return str(payload["r"]), int(payload["e"]), str(payload["s"])


class Links:
    """Makes the links that mail and redirects carry."""

    def __init__(
        self,
        tokens: Tokens,
        public_url: str,
        *,
        enquiry_days: int,
        registration_days: int,
        invitation_days: int,
        order_days: int,
        place_days: int,
    ) -> None:
        self._tokens = tokens
        self._public_url = public_url.rstrip("/")
        self._enquiry_life = dt.timedelta(days=enquiry_days)
        self._invitation_life = dt.timedelta(days=invitation_days)
        self._registration_life = dt.timedelta(days=registration_days)
        self._order_life = dt.timedelta(days=order_days)
        self._place_life = dt.timedelta(days=place_days)

    def page(self, path: str) -> str:
        """The whole address of a page that opens without a token."""
        return self._public_url + path

    def enquiry_path(self, reference: str, epoch: int, now: dt.datetime) -> str:
        """The path of the enquirer's own page; `epoch` revokes it when the enquiry's is raised."""
        token = self._tokens.sign("enquiry", {"r": reference, "e": epoch}, now + self._enquiry_life)
        return ENQUIRY_PAGE.format(token=token)

    def enquiry_page(self, reference: str, epoch: int, now: dt.datetime) -> str:
        """The whole address of the enquirer's own page."""
        return self._public_url + self.enquiry_path(reference, epoch, now)

    def read_enquiry(self, token: str, now: dt.datetime) -> tuple[str, int]:
        """(reference, epoch) of an own page's token. Raises BadToken or Expired."""
        payload = self._tokens.read("enquiry", token, now)
        return str(payload["r"]), int(payload["e"])

    def complaint_page(self, reference: str, epoch: int, now: dt.datetime) -> str:
        """The whole address of the own page of somebody who complains; a higher epoch of the complaint revokes it."""
        token = self._tokens.sign("complaint", {"r": reference, "e": epoch}, now + self._enquiry_life)
        return self.page(COMPLAINT_PAGE.format(token=token))

    def read_complaint(self, token: str, now: dt.datetime) -> tuple[str, int]:
        """(reference, epoch) of that page's token. Raises BadToken or Expired."""
        payload = self._tokens.read("complaint", token, now)
        return str(payload["r"]), int(payload["e"])

    def confirm_page(self, key: str, registered_at: dt.datetime) -> str:
        """The whole address of the page that proves a registration's address."""
        token = self._tokens.sign("registration", {"k": key}, registered_at + self._registration_life)
        return self.page(CONFIRM_PAGE.format(token=token))

    def read_confirm(self, token: str, now: dt.datetime) -> str:
        """The registration's key. Raises BadToken or Expired."""
        return str(self._tokens.read("registration", token, now)["k"])

    def password_page(self, reference: str, version: int, now: dt.datetime) -> str:
        """The whole address of the page that sets an account's password; the next version makes it dead."""
        token = self._tokens.sign("password", {"a": reference, "v": version}, now + PASSWORD_LINK_LIFE)
        return self.page(PASSWORD_PAGE.format(token=token))

    def read_password(self, token: str, now: dt.datetime) -> tuple[str, int]:
        """(account's reference, version). Raises BadToken or Expired."""
        payload = self._tokens.read("password", token, now)
        return str(payload["a"]), int(payload["v"])

    def address_page(self, key: str, side: str, asked_at: dt.datetime) -> str:
        """The whole address of the page on which the `side` ("old" or "new") agrees to a change of address."""
        token = self._tokens.sign("address", {"k": key, "s": side}, asked_at + self._registration_life)
        return self.page(ADDRESS_PAGE.format(token=token))

    def read_address(self, token: str, now: dt.datetime) -> tuple[str, str]:
        """(key of the change, side). Raises BadToken or Expired."""
        payload = self._tokens.read("address", token, now)
        return str(payload["k"]), str(payload["s"])

    def return_address(self) -> str:
        """Where Stripe sends people back to when they have paid; Stripe puts the session's id in."""
        return self.page(f"{RETURN_PAGE}?session_id={{CHECKOUT_SESSION_ID}}")

    def order_path(self, reference: str, epoch: int, since: dt.datetime) -> str:
        """The path of the page of an order, for who ordered; `epoch` revokes it when the order's is raised."""
        token = self._tokens.sign("order", {"r": reference, "e": epoch}, since + self._order_life)
        return ORDER_PAGE.format(token=token)

    def order_page(self, reference: str, epoch: int, since: dt.datetime) -> str:
        """The whole address of the page of an order."""
        return self.page(self.order_path(reference, epoch, since))

    def read_order(self, token: str, now: dt.datetime) -> tuple[str, int]:
        """(order's reference, epoch). Raises BadToken or Expired."""
        payload = self._tokens.read("order", token, now)
        return str(payload["r"]), int(payload["e"])

    def place_page(self, reference: str, epoch: int, offered_at: dt.datetime) -> str:
        """The whole address of the page on which a learner takes their place up."""
        token = self._tokens.sign("place", {"r": reference, "e": epoch}, offered_at + self._place_life)
        return self.page(PLACE_PAGE.format(token=token))

    def read_place(self, token: str, now: dt.datetime) -> tuple[str, int]:
        """(enrolment's reference, epoch). Raises BadToken or Expired."""
        payload = self._tokens.read("place", token, now)
        return str(payload["r"]), int(payload["e"])

    def date_path(self, reference: str, epoch: int, side: str, since: dt.datetime) -> str:
        """The path of the page on which the `side` ("learner" or "payer") chooses what follows a changed date.

        `epoch` is the place's for the learner, the order's for whoever paid: when that is raised the link is dead.
        """
        said = {"r": reference, "e": epoch, "s": side}
        return DATE_PAGE.format(token=self._tokens.sign("date", said, since + self._order_life))

    def date_page(self, reference: str, epoch: int, side: str, since: dt.datetime) -> str:
        """The whole address of that page."""
        return self.page(self.date_path(reference, epoch, side, since))

    def read_date(self, token: str, now: dt.datetime) -> tuple[str, int, str]:
        """(place's reference, epoch, side). Raises BadToken or Expired."""
        return date_words(self._tokens.read("date", token, now))

    def join_page(self, reference: str, version: int, invited_at: dt.datetime) -> str:
        """The whole address of the page on which an invited member of staff gives a name and a password."""
        token = self._tokens.sign("join", {"a": reference, "v": version}, invited_at + JOIN_LINK_LIFE)
        return self.page(JOIN_PAGE.format(token=token))

    def read_join(self, token: str, now: dt.datetime) -> tuple[str, int]:
        """(account's reference, version). Raises BadToken or Expired."""
        payload = self._tokens.read("join", token, now)
        return str(payload["a"]), int(payload["v"])

    def others_path(self, key: str, invited_at: dt.datetime) -> str:
        """The path of the page of somebody who invites."""
        token = self._tokens.sign("others", {"k": key}, invited_at + self._invitation_life)
        return OTHERS_PAGE.format(token=token)

    def read_others(self, token: str, now: dt.datetime) -> str:
        """The registrant's key. Raises BadToken or Expired."""
        return str(self._tokens.read("others", token, now)["k"])

    def invitation_page(self, key: str, invited_at: dt.datetime) -> str:
        """The whole address of the page of somebody who is invited."""
        token = self._tokens.sign("invitation", {"k": key}, invited_at + self._invitation_life)
        return self.page(INVITATION_PAGE.format(token=token))

    def read_invitation(self, token: str, now: dt.datetime) -> str:
        """The invitation's key. Raises BadToken or Expired."""
        return str(self._tokens.read("invitation", token, now)["k"])

    def sign_in_page(self, reference: str, entry_id: int, versions: str, asked_at: dt.datetime) -> str:
        """The whole address of the page that signs a contact in; the entry in the log makes it good once."""
        said = {"a": reference, "e": entry_id, "v": versions}
        return self.page(LINK_PAGE.format(token=self._tokens.sign("sign-in", said, asked_at + SIGN_IN_LINK_LIFE)))

    def read_sign_in(self, token: str, now: dt.datetime) -> tuple[str, int, str]:
        """(account's reference, entry of the log, the account's versions). Raises BadToken or Expired."""
        payload = self._tokens.read("sign-in", token, now)
        return str(payload["a"]), int(payload["e"]), str(payload["v"])

    def keep_page(self, reference: str, versions: str, idle_since: dt.datetime, end: dt.datetime) -> str:
        """The whole address of the page that keeps an account unused since then, until the `end` when it is deleted."""
        said = {"a": reference, "v": versions, "s": idle_since.isoformat()}
        return self.page(KEEP_PAGE.format(token=self._tokens.sign("keep", said, end)))

    def read_keep(self, token: str, now: dt.datetime) -> tuple[str, str, dt.datetime]:
        """(account's reference, the account's versions, unused since). Raises BadToken or Expired."""
        payload = self._tokens.read("keep", token, now)
        return str(payload["a"]), str(payload["v"]), dt.datetime.fromisoformat(payload["s"])
