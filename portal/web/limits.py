"""How often one network may ask for what costs something. In memory, or in Redis when many machines share it."""

from __future__ import annotations

import logging
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse

from portal.domain.enquiry import same_mailbox
from portal.web.parts import parts

log = logging.getLogger("portal.limits")

ONE_HOME = 64
LETTERS = parse("10/day")
WRONG_CODES = parse("20/hour")


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
    if not limiter.enabled:
        return True
    key = parts().vault.digest("letters", same_mailbox(address))
    try:
        return bool(limiter.limiter.hit(LETTERS, bucket.value, key))
    except Exception:
        log.exception("letter_not_counted")
        return True


def may_try_code() -> bool:
    """False when so many wrong access codes came from this network that it must wait; a whole class shares one."""
    if not limiter.enabled:
        return True
    try:
        return bool(limiter.limiter.test(WRONG_CODES, "wrong codes", network(get_remote_address())))
    except Exception:
        log.exception("code_not_counted")
        return True


def count_wrong_code() -> None:
    """Count an access code that opened nothing."""
    if not limiter.enabled:
        return
    try:
        limiter.limiter.hit(WRONG_CODES, "wrong codes", network(get_remote_address()))
    except Exception:
        log.exception("code_not_counted")
