"""The vault: small secrets are locked with the site's data keys, and only then stored.

Several keys make a ring: the first one locks, all of them open, so that a key can be replaced without losing anything.
Format: Fernet (AES-128-CBC with HMAC-SHA256), https://github.com/fernet/spec.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from hmac import new as hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from portal.domain.enquiry import email_key


class CanNotOpen(Exception):
    """None of the keys opens it."""


class Vault:
    """Locks and opens texts with a ring of keys; and makes numbers that stand for texts, with the site's secret."""

    def __init__(self, keys: Iterable[str], secret: str) -> None:
        self._ring = MultiFernet([Fernet(key) for key in keys])
        self._secret = secret.encode()

    def digest(self, purpose: str, text: str) -> str:
        """A number that stands for the text, the same each time, and that only this secret could make."""
        return hmac(self._secret, f"{purpose}:{text}".encode(), sha256).hexdigest()

    def mailbox(self, address: str) -> str:
        """The number that tries at an address are counted under, whether or not it has an account."""
        return self.digest("mailbox", email_key(address))

    def lock(self, purpose: str, text: str) -> str:
        """The text, so that nobody without a key can read it, and that it opens for this purpose only."""
        return self._ring.encrypt(f"{purpose}\0{text}".encode()).decode()

    def lock_undated(self, purpose: str, text: str) -> str:
        """As `lock`, but for the time, which else stands readable in what is locked (a part of the format)."""
        return self._ring.encrypt_at_time(f"{purpose}\0{text}".encode(), 0).decode()

    def open(self, purpose: str, locked: str) -> str:
        """The text again. Raises CanNotOpen, also for what was locked for another purpose."""
        try:
            found, _, text = self._ring.decrypt(locked).decode().partition("\0")
        except (InvalidToken, ValueError):
            raise CanNotOpen from None
        if found != purpose:
            raise CanNotOpen
        return text

    def lock_again(self, locked: str) -> str:
        """The same under the first key of the ring. Raises CanNotOpen."""
        try:
            return self._ring.rotate(locked).decode()
        except (InvalidToken, ValueError):
            raise CanNotOpen from None


def is_key(text: str) -> bool:
    """True for 32 random bytes in URL-safe base64, as `Fernet.generate_key()` makes them."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True
