"""What pages and commands are handed, made once by `create_app`."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from config import Settings
from portal.domain.documents import Seller
from portal.domain.links import Links, Tokens
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.gateways.documents import Drawer
from portal.services.payments import Till


@dataclass(frozen=True)
class Parts:
    """The joined parts of one application; without payments it has no till."""

    settings: Settings
    clock: Clock
    tokens: Tokens
    links: Links
    vault: Vault
    seller: Seller
    drawer: Drawer
    till: Till | None


def parts() -> Parts:
    """The parts of the application that answers this request."""
    found = current_app.extensions["portal"]
    assert isinstance(found, Parts)
    return found
