"""The cookies that the site sets: the cookie list is made from these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cookie:
    """A cookie the site sets: what it is for, who sets it, and how long it lives at most."""

    name: str
    why: str
    setter: str
    life: str
    necessary: bool = True


COOKIES = (
    Cookie(
        "portal_session",
        "Proves that a form you send is one we gave you, that pressing a button twice sends one enquiry, which orders"
        " you have begun to pay for here, and who you are while you are signed in.",
        "this site",
        "until you close the browser",
    ),
)
