"""How often one address may ask for what costs something. In memory, or in Redis when many machines share it."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, headers_enabled=True, retry_after="delta-seconds")
