"""The second step of signing in: a code that changes every half minute (RFC 6238), or a recovery code."""

from __future__ import annotations

import datetime as dt
import secrets

import pyotp

from portal.domain.references import ALPHABET

SECONDS = 30
VAULT = "totp"  # what the vault calls a secret that is in use
RECOVERY_CODES = 10


def new_secret() -> str:
    """What an authenticator app and the portal share: 32 letters, 160 bits."""
    return pyotp.random_base32()


def address(secret: str, email: str, company: str) -> str:
    """What the app reads from the square picture (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=company)


def in_groups(secret: str) -> str:
    """The secret in fours, to be typed in."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def matching_step(secret: str, code: str, now: dt.datetime, used: int | None) -> int | None:
    """The half minute whose code this is; None when it is wrong, or not newer than the last one `used`.

    The half minute before and the one after count as well, for clocks that go wrong.
    """
    digits = "".join(letter for letter in code if letter.isdecimal())
    present = int(now.timestamp()) // SECONDS
    codes = pyotp.TOTP(secret)
    for step in (present - 1, present, present + 1):
        if step > (used or 0) and secrets.compare_digest(codes.at(step * SECONDS).encode(), digits.encode()):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes, each to be used once when the app is lost: "7K3M9-QTD4X", 45 bits."""
    letters = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    return [f"{code[:5]}-{code[5:]}" for code in letters]


def plain_recovery_code(typed: str) -> str:
    """A recovery code as it is counted, however it was typed."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())
