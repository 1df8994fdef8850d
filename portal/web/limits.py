"""How often one network may ask for what costs something. In memory, or in Redis when many machines share it."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

ONE_HOME = 64


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
