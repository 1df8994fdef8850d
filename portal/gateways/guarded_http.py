"""HTTP whose every connection is under a deadline: a neighbour that drips bytes is cut off in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from portal.gateways.deadline import Deadline

_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def within(deadline: Deadline) -> Iterator[None]:
    """Whatever is asked for inside ends with this deadline."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def session(*, direct: bool) -> requests.Session:
    """A session of connections that are kept open between requests, each guarded anew for every request.

    `direct`: past any proxy that the environment names, which can't reach a sandbox on this machine.
    """
    made = requests.Session()
    made.trust_env = not direct
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Adapter())
    return made


def _guard(connection: HTTPConnection) -> None:
    deadline = _deadline.get()
    if deadline is not None and connection.sock is not None:
        deadline.guard(connection.sock)


class _Plain(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _guard(self)

    def request(self, *args: Any, **kwargs: Any) -> None:
        _guard(self)  # one that was kept open
        super().request(*args, **kwargs)


class _Tls(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _guard(self)

    def request(self, *args: Any, **kwargs: Any) -> None:
        _guard(self)
        super().request(*args, **kwargs)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _Tls


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}
