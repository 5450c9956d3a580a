"""Connections of urllib3 that can be cut off from outside (`adapters.deadline`). Imported with an SDK, not before."""

from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from adapters.deadline import now_uses


class _Told:
    """Tells the call's alarm of its socket: of a kept one before a request, of a new one once it is connected."""

    sock: Any

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]  # of the connection that this is mixed into
        now_uses(self.sock)

    def request(self, *arguments: Any, **named: Any) -> None:
        if self.sock is not None:
            now_uses(self.sock)
        super().request(*arguments, **named)  # type: ignore[misc]


class _Plain(_Told, HTTPConnection):
    pass


class _Secure(_Told, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


def watch(manager: Any) -> None:
    """Let what a pool manager connects be cut off; one with connections of its own (SOCKS) stays as it is."""
    if type(manager) in {PoolManager, ProxyManager}:
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
