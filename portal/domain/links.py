"""Signed links and tokens, and each path that mail uses.

A token is signed, single-purpose and carries its own end. Opening one changes nothing; only the button behind it acts.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from itsdangerous import BadData, URLSafeSerializer, base64_encode

ENQUIRY_PAGE = "/enquiries/{token}"


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


class Links:
    """Makes the links that mail and redirects carry."""

    def __init__(self, tokens: Tokens, public_url: str, enquiry_days: int) -> None:
        self._tokens = tokens
        self._public_url = public_url.rstrip("/")
        self._enquiry_life = dt.timedelta(days=enquiry_days)

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
