"""How often one network may ask for what costs something. In memory, or in Redis when many machines share it."""

from __future__ import annotations

import logging
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse

from portal.domain.enquiry import same_mailbox
from portal.web.parts import parts

log = logging.getLogger("portal.limits")

ONE_HOME = 64
LETTERS = parse("10/day")
NAMINGS = parse("10/day")


class Bucket(StrEnum):
    """Which letters to a mailbox are counted together: no form uses up the links that let somebody in."""

    FORMS = "letters"
    SIGN_IN_LINKS = "sign-in-links"
    PASSWORD_LINKS = "password-links"  # noqa: S105 - the name of a count


def network(address: str) -> str:
    """Whom an address counts for: itself, or for IPv6 the /64 that one home or office has to choose from."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or IPv6Address(int(found) >> ONE_HOME << ONE_HOME))


limiter = Limiter(lambda: network(get_remote_address()), headers_enabled=True, retry_after="delta-seconds")


def may_write_to(address: str, bucket: Bucket = Bucket.FORMS) -> bool:
    """Count a letter to an address that anybody could have typed; False when it has had enough of them for a day.

    It counts whether or not the address has an account, so that nobody can tell.

    What is counted is a keyed digest of the address, so that neither the memory nor Redis holds it. When it can't be
    counted the letter is sent.
    """
    return not limiter.enabled or _count(LETTERS, bucket.value, parts().vault.digest("letters", same_mailbox(address)))


def may_name_learner(order: str) -> bool:
    """Count a learner named for an order; False when enough were today: each gets a letter they did not ask for."""
    return not limiter.enabled or _count(NAMINGS, "learners", order)


def _count(limit: RateLimitItem, what: str, key: str) -> bool:
    try:
        return bool(limiter.limiter.hit(limit, what, key))
    except Exception:
        log.exception("letter_not_counted")
        return True
