"""An end for every blocking call. A client's timeouts are for each read, and an answer that drips in never meets them.

While a call runs in its thread, its connections (`adapters.watched`) tell its alarm which socket they use. When the
alarm rings, that socket is shut down from outside, and whoever reads or writes there is thrown out.
"""

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

_of_thread = threading.local()


class Alarm:
    """The alarm of one call; the call runs inside of it, in one thread, and it may be rung in any other.

    Attributes:
        rung: whether the call was cut off.
    """

    def __init__(self) -> None:
        self.rung = False
        self._began: float | None = None
        self._socket: Any = None
        self._over = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        _of_thread.alarm = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _of_thread.alarm = None
        with self._lock:  # from here on the socket may serve another call
            self._over, self._socket = True, None

    def left(self, within: float) -> float:
        """Seconds until the call will have run for so long; all of them while it waits for a thread."""
        return within if self._began is None else self._began + within - time.monotonic()

    def ring(self) -> None:
        """Cut the call off; one that is over is left in peace."""
        with self._lock:
            if not self._over:
                self.rung = True
                _shut_down(self._socket)

    def uses(self, connected: Any) -> None:
        """The call sends and reads here now."""
        with self._lock:
            self._socket = connected
            if self.rung:
                _shut_down(connected)


def now_uses(connected: Any) -> None:
    """A connection tells the call of this thread, if it has an alarm, which socket it uses."""
    alarm = getattr(_of_thread, "alarm", None)
    if alarm is not None:
        alarm.uses(connected)


def _shut_down(connected: Any) -> None:
    """Past TLS, whose own way of ending takes the reader's state away under its feet."""
    connected = getattr(connected, "socket", connected)  # TLS inside TLS, as through some proxies
    if isinstance(connected, socket.socket):
        with suppress(OSError):  # closed meanwhile
            socket.socket.shutdown(connected, socket.SHUT_RDWR)
