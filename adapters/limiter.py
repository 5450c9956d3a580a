"""How fast a tracker is called: one limiter for everything that talks to it with one account.

- A token bucket lets calls through at the tracker's rate after a first burst. Reads never take its last share, bulk
  reads leave even more: what people do in Slack finds a token however much is being read.
- A pause that the tracker asked for (`Retry-After`) holds up all calls.
- The clients block, so each call has a thread of a pool. Reads hold one of as many places as may read side by side, and
  the pool has `SPARE` threads more: a write never waits for a read, and a read of a person not for those in bulk.
- A write asks at the last moment, in its thread, whether it may leave still (`adapters.leave`).
- A call that takes too long in all is cut off (`adapters.deadline`), so that no answer can hold a thread for good.
- Who wants something now is told when to come back (`Throttled`); a bulk read waits, and asks again after a hiccup.
  What it has to know before its first page waits as well, but finds out at once if nobody answers.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Literal, TypeVar

from adapters.deadline import Alarm
from adapters.errors import Ambiguous, NotSent, Throttled
from adapters.leave import may_leave

Kind = Literal["write", "read", "before_bulk", "bulk"]
IN_BULK: frozenset[Kind] = frozenset({"before_bulk", "bulk"})
SPARE = 2
"""Threads that reads never use."""
RESERVE: dict[Kind, float] = {"write": 0.0, "read": 0.2, "before_bulk": 0.4, "bulk": 0.4}
"""The share of a full bucket that calls of a kind leave to others."""
PATIENCE: dict[Kind, float] = {"write": 3.0, "read": 3.0, "before_bulk": 300.0, "bulk": 300.0}
"""Seconds that a call waits for its turn by itself; who would wait longer is told so at once."""
ANSWERED_WITHIN = 45.0
"""Seconds for a whole call, after which it is cut off; less than the lease of a replica."""
UPLOADED_A_SECOND = 50_000
"""Bytes; so much slower than any line that only an upload which does not move is cut off."""
ENDS_WITHIN = 2.0
"""Seconds that running calls get when the bot stops, after its jobs got theirs; then they are cut off."""
PAUSES = (1.0, 4.0, 10.0)
"""Seconds before a bulk read that failed is tried again."""
NEXT_TO_NOTHING = 1e-6
T = TypeVar("T")


def read_kind(operation: str) -> Kind:
    """The kind of a read that is no page: what `changed` asks is for nobody who waits."""
    return "before_bulk" if operation == "changed" else "read"


class Bucket:
    """A token bucket. It counts and does not wait."""

    def __init__(self, rate: float, size: float, clock: Callable[[], float]) -> None:
        """A full bucket.

        Args:
            rate: tokens that come a second.
            size: tokens that it holds.
            clock: seconds that only grow.
        """
        self.rate, self.size = rate, size
        self._clock = clock
        self._left, self._seen, self._closed_until = size, clock(), 0.0

    def wait(self, kind: Kind) -> float:
        """Seconds until there is a token for a call of this kind; 0 if there is one."""
        now = self._clock()
        self._left = min(self.size, self._left + (now - self._seen) * self.rate)
        self._seen = now
        needed = min(1 + self.size * RESERVE[kind], self.size)
        seconds = max(self._closed_until - now, (needed - self._left) / self.rate)
        return seconds if seconds > NEXT_TO_NOTHING else 0.0

    def take(self) -> None:
        """Take a token."""
        self._left -= 1

    def stop(self, seconds: float) -> None:
        """Give nothing for a while."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    @property
    def is_closed(self) -> bool:
        """Whether the tracker wants no calls now."""
        return self._closed_until - self._clock() > NEXT_TO_NOTHING


class Places:
    """Places for reads. Whoever waits gets one in turn, those in bulk after all others."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: dict[bool, deque[asyncio.Future[None]]] = {False: deque(), True: deque()}

    async def acquire(self, *, bulk: bool) -> None:
        """Wait for a place."""
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting[bulk].append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given and given up in the same moment
                self.release()
            raise

    def release(self) -> None:
        """Give a place back, or on to the next who waits."""
        for queue in self._waiting.values():
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self._free += 1


class Limiter:
    """Runs blocking calls to one tracker in threads, each when it is its turn."""

    def __init__(
        self,
        tracker: str,
        *,
        rate: float,
        burst: float,
        readers: int,
        longest_pause: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Nothing runs yet.

        Args:
            tracker: its name, for errors.
            rate: calls a second.
            burst: calls that may come at once after a quiet time.
            readers: reads that may run side by side.
            longest_pause: seconds for which one answer can hold up all calls, whatever it says.
            clock: seconds that only grow.
            sleep: waits for some seconds of that clock.
        """
        self.readers = readers
        self._tracker = tracker
        self._longest_pause = longest_pause
        self._sleep = sleep
        self._bucket = Bucket(rate, burst, clock)
        self._places = Places(readers)
        self._threads = ThreadPoolExecutor(readers + SPARE, thread_name_prefix=tracker)
        self._turns: dict[Kind, asyncio.Lock] = {kind: asyncio.Lock() for kind in RESERVE}
        self._queued: dict[Kind, int] = dict.fromkeys(RESERVE, 0)
        self._running: dict[Future[Any], Alarm] = {}

    @property
    def threads(self) -> int:
        """How many calls can run at the same time."""
        return self.readers + SPARE

    async def run(self, operation: str, call: Callable[[], T], kind: Kind, *, upload: int = 0) -> T:
        """What a blocking call returns.

        Args:
            operation: of the port, for errors.
            call: runs in a thread; it raises errors of `adapters.errors`.
            kind: of the call. Those in bulk must be reads: they may be made again.
            upload: bytes that it sends, which take their time.

        Raises:
            Ambiguous, NotSent: it took too long in all.
            Throttled: its turn would not come within `PATIENCE`, or the tracker said so.
        """
        within = ANSWERED_WITHIN + upload / UPLOADED_A_SECOND
        for pause in PAUSES if kind in IN_BULK else ():
            try:
                return await self._once(operation, call, kind, within)
            except NotSent:
                if kind != "bulk":
                    raise
                await self._sleep(pause)
            except Throttled as error:
                if error.after > PATIENCE["bulk"]:
                    raise
        return await self._once(operation, call, kind, within)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do something that blocks and calls nobody."""
        return await asyncio.wrap_future(self._submitted(work, Alarm(), ANSWERED_WITHIN))

    async def close(self, seconds: float = ENDS_WITHIN) -> None:
        """Wait that long for what is running, then cut it off and let go of the threads; what waits is not done."""
        running = [asyncio.wrap_future(future) for future in tuple(self._running)]
        if running:
            _, hanging = await asyncio.wait(running, timeout=seconds)
            self._threads.shutdown(wait=False, cancel_futures=True)  # else what waits for a thread would begin now
            for alarm in tuple(self._running.values()):
                alarm.ring()
            if hanging:
                await asyncio.wait(hanging, timeout=1.0)
        self._threads.shutdown(wait=False)

    async def _once(self, operation: str, call: Callable[[], T], kind: Kind, within: float) -> T:
        await self._token(operation, kind)
        alarm = Alarm()
        if kind == "write":
            call = partial(self._if_it_may, operation, call, may_leave.get())
        guarded = partial(self._guarded, operation, call, kind, alarm)
        if kind == "write":
            return await asyncio.wrap_future(self._submitted(guarded, alarm, within))
        await self._places.acquire(bulk=kind in IN_BULK)
        if self._bucket.is_closed:  # while it waited for its place
            self._places.release()
            return await self._once(operation, call, kind, within)
        return await asyncio.wrap_future(self._submitted(guarded, alarm, within, self._places.release))

    def _if_it_may(self, operation: str, call: Callable[[], T], may: Callable[[], bool]) -> T:
        """A write: whatever it waited for, a turn or a thread, its process may have been stopped meanwhile."""
        if not may():
            raise NotSent(self._tracker, operation, "this process was silent, and others may be at it")
        return call()

    def _guarded(self, operation: str, call: Callable[[], T], kind: Kind, alarm: Alarm) -> T:
        """The call, in its thread; whatever it makes of being cut off means that no answer came in time."""
        with alarm:
            try:
                return call()
            except Exception as error:
                if not alarm.rung:
                    raise
                reason = "no answer in time"
                if kind == "write":
                    raise Ambiguous(self._tracker, operation, reason, pending=True) from error
                raise NotSent(self._tracker, operation, reason) from error

    async def _token(self, operation: str, kind: Kind) -> None:
        """Wait for a token, first come first served among calls of a kind."""
        expected = self._bucket.wait(kind) + self._queued[kind] / self._bucket.rate
        self._queued[kind] += 1
        try:
            self._bear(operation, kind, expected)
            async with self._turns[kind]:
                while wait := self._bucket.wait(kind):
                    self._bear(operation, kind, wait)
                    await self._sleep(wait)
                self._bucket.take()
        finally:
            self._queued[kind] -= 1

    def _bear(self, operation: str, kind: Kind, seconds: float) -> None:
        if seconds > PATIENCE[kind]:
            reason = "we have used up what the tracker allows for now"
            raise Throttled(self._tracker, operation, reason, after=seconds)

    def _submitted(
        self, call: Callable[[], T], alarm: Alarm, within: float, then: Callable[[], None] = lambda: None
    ) -> "Future[T]":
        """Begin a call. When its thread is free, be it that the caller gave up long ago, `then` is called."""
        loop = asyncio.get_running_loop()

        def look() -> None:
            if (left := alarm.left(within)) > 0:  # it waited for its thread
                timers.append(loop.call_later(left, look))
            else:
                alarm.ring()

        timers = [loop.call_later(within, look)]

        def ended(done: Future[T]) -> None:
            with suppress(RuntimeError):  # the loop is gone, and with it all who wait
                loop.call_soon_threadsafe(settled, done)

        def settled(done: Future[T]) -> None:
            timers[-1].cancel()
            error = None if done.cancelled() else done.exception()
            if isinstance(error, Throttled):
                self._bucket.stop(min(error.after, self._longest_pause))
            then()

        future = self._threads.submit(call)
        self._running[future] = alarm
        future.add_done_callback(lambda done: self._running.pop(done, None))
        future.add_done_callback(ended)
        return future
