"""The limiter: how fast a tracker is called, and who goes first. Time passes only when the test says so."""

import asyncio
import heapq
import itertools
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import given, strategies as st

from adapters.errors import Ambiguous, NotSent, Throttled
from adapters.limiter import PATIENCE, PAUSES, RESERVE, SPARE, Bucket, Kind, Limiter

KINDS: tuple[Kind, ...] = ("write", "read", "bulk")
CALL = pytest.mark.parametrize("kind", KINDS)


class Time:
    """A clock and its sleepers."""

    def __init__(self) -> None:
        self.now = 100.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), turn))
        await turn

    async def pass_(self, seconds: float) -> None:
        """Let time pass, everybody woken in order."""
        end = self.now + seconds
        await settled()
        while self._sleepers and self._sleepers[0][0] <= end:
            self.now, _, turn = heapq.heappop(self._sleepers)
            if not turn.done():
                turn.set_result(None)
            await settled()
        self.now = end


async def settled() -> None:
    """Until nothing moves by itself: threads have answered, tasks have gone on."""
    for _ in range(20):
        await asyncio.sleep(0.001)


@pytest.fixture
def clock() -> Time:
    """Seconds that the test moves."""
    return Time()


@pytest.fixture
async def make(clock: Time) -> AsyncIterator[Callable[..., Limiter]]:
    """Makes limiters that are closed at the end."""
    made = []

    def limiter(rate: float = 1.0, burst: float = 10.0, readers: int = 2) -> Limiter:
        made.append(
            Limiter("jira", rate=rate, burst=burst, readers=readers, longest_pause=60.0, clock=clock, sleep=clock.sleep)
        )
        return made[-1]

    yield limiter
    for one in made:
        await one.close(5)


class Calls:
    """Calls that stay in their threads until they are let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._gate = threading.Event()

    def named(self, name: str) -> Callable[[], str]:
        def call() -> str:
            self.begun.append(name)
            self._gate.wait(20)
            return name

        return call

    def let_go(self) -> None:
        self._gate.set()


def failing(*errors: Exception | None) -> Callable[[], int]:
    """A call that meets these, one after another; it returns how often it was made."""
    left = list(errors)
    count = itertools.count(1)

    def call() -> int:
        made = next(count)
        if left and (error := left.pop(0)):
            raise error
        return made

    return call


class TestBucket:
    """Counting."""

    @given(
        st.floats(0.1, 100),
        st.floats(1, 200),
        st.lists(st.tuples(st.sampled_from(KINDS), st.floats(0, 20)), max_size=80),
    )
    def test_no_time_sees_more_calls_than_allowed(self, rate: float, size: float, asked: list[tuple[Kind, float]]):
        """Between any two moments there are at most a burst and what came in since; reads leave their reserve."""
        clock = Time()
        bucket = Bucket(rate, size, clock)
        taken: list[tuple[float, Kind]] = []
        for kind, pause in asked:
            clock.now += pause
            clock.now += bucket.wait(kind)
            assert bucket.wait(kind) == 0
            bucket.take()
            taken.append((clock.now, kind))

        for first, (begin, _) in enumerate(taken):
            for last in range(first, len(taken)):
                end, kind = taken[last]
                allowed = size + (end - begin) * rate
                assert last - first + 1 <= allowed + 0.001
                if last > first and kind != "write":
                    assert last - first <= max(allowed - size * RESERVE[kind], 0) + 1.001

    def test_calls_wait_for_tokens(self):
        """After a burst the next call waits for a whole token."""
        clock = Time()
        bucket = Bucket(10, 5, clock)
        for _ in range(5):
            assert bucket.wait("write") == 0
            bucket.take()

        assert bucket.wait("write") == pytest.approx(0.1)
        clock.now += 0.1
        assert bucket.wait("write") == 0

    def test_what_reads_leave_is_there_for_writes(self):
        """Reads in bulk leave four tenths of the bucket, other reads two, writes nothing."""
        bucket = Bucket(1, 10, Time())
        left: dict[str, int] = {}
        for kind in ("bulk", "read", "write"):
            while bucket.wait(kind) == 0:
                bucket.take()
                left[kind] = left.get(kind, 0) + 1

        assert left == {"bulk": 6, "read": 2, "write": 2}

    @CALL
    def test_a_tiny_bucket_lets_everything_through(self, kind: Kind):
        """A reserve never leaves less room than one call."""
        assert Bucket(1, 1, Time()).wait(kind) == 0

    @CALL
    def test_a_pause_holds_up_all_calls(self, kind: Kind):
        """Nothing goes before the tracker's time has come; a shorter pause does not cut a longer one short."""
        clock = Time()
        bucket = Bucket(10, 100, clock)
        bucket.stop(30)
        bucket.stop(5)

        assert bucket.wait(kind) == 30
        assert bucket.is_closed
        clock.now += 30
        assert bucket.wait(kind) == 0
        assert not bucket.is_closed


class TestTurns:
    """Who goes first."""

    @CALL
    async def test_calls_return_what_they_found(self, make: Callable[..., Limiter], kind: Kind):
        """What runs in a thread comes back, be it an error."""
        limiter = make()

        assert await limiter.run("get", lambda: "found", kind) == "found"
        with pytest.raises(Ambiguous):
            await limiter.run("create", failing(Ambiguous("jira", "create", "lost")), kind)

    async def test_reads_leave_threads_to_writes(self, make: Callable[..., Limiter]):
        """With more reads under way than there are places, writes go through at once."""
        limiter, slow = make(burst=100), Calls()
        reads = [asyncio.create_task(limiter.run("get", slow.named("read"), "read")) for _ in range(5)]
        bulk = [asyncio.create_task(limiter.run("changed", slow.named("bulk"), "bulk")) for _ in range(5)]
        await settled()

        assert len(slow.begun) == limiter.readers
        writes = [asyncio.create_task(limiter.run("create", threading.get_ident, "write")) for _ in range(SPARE)]
        assert len(await asyncio.gather(*writes)) == SPARE
        slow.let_go()
        await asyncio.gather(*reads, *bulk)
        assert limiter.threads == limiter.readers + SPARE

    async def test_people_read_before_what_is_read_in_bulk(self, make: Callable[..., Limiter]):
        """A read that came later than many in bulk gets the next place."""
        limiter = make(burst=100, readers=1)
        slow, after = Calls(), Calls()
        after.let_go()
        running = asyncio.create_task(limiter.run("changed", slow.named("first"), "bulk"))
        await settled()
        waiting = [
            asyncio.create_task(limiter.run("x", after.named(name), kind))
            for name, kind in (("bulk 1", "bulk"), ("bulk 2", "bulk"), ("get 1", "read"), ("get 2", "read"))
        ]
        await settled()
        slow.let_go()
        await asyncio.gather(running, *waiting)

        assert after.begun == ["get 1", "get 2", "bulk 1", "bulk 2"]

    async def test_a_place_is_kept_until_its_thread_is_free(self, make: Callable[..., Limiter]):
        """Those who gave up do not make room for more reads than there are places."""
        limiter, slow = make(), Calls()
        given_up = [asyncio.create_task(limiter.run("get", slow.named("read"), "read")) for _ in range(2)]
        await settled()
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
        late = asyncio.create_task(limiter.run("get", slow.named("late"), "read"))
        await settled()

        assert slow.begun == ["read", "read"]
        slow.let_go()
        assert await late == "late"

    async def test_who_gives_up_waiting_leaves_no_hole(self, make: Callable[..., Limiter]):
        """A place goes past those who wait no longer."""
        limiter, slow = make(readers=1), Calls()
        running = asyncio.create_task(limiter.run("get", slow.named("first"), "read"))
        await settled()
        impatient = asyncio.create_task(limiter.run("get", slow.named("impatient"), "read"))
        patient = asyncio.create_task(limiter.run("get", slow.named("patient"), "read"))
        await settled()
        impatient.cancel()
        slow.let_go()

        assert await asyncio.gather(running, patient) == ["first", "patient"]
        assert slow.begun == ["first", "patient"]
        assert await limiter.run("get", lambda: "again", "read") == "again"


class TestWaiting:
    """Who waits, and who is told to come back."""

    async def test_calls_beyond_the_burst_come_at_the_rate(self, make: Callable[..., Limiter], clock: Time):
        """Each waits for its token, in the order in which they came."""
        limiter, done = make(rate=1.0, burst=2.0), []

        async def write(number: int) -> None:
            done.append(await limiter.run("create", lambda: number, "write"))

        tasks = [asyncio.create_task(write(number)) for number in range(4)]
        await settled()
        at_once = list(done)
        await clock.pass_(1)
        then = list(done)
        await clock.pass_(1)
        await asyncio.gather(*tasks)

        assert (at_once, then, done) == ([0, 1], [0, 1, 2], [0, 1, 2, 3])

    async def test_who_would_wait_too_long_is_told_at_once(self, make: Callable[..., Limiter]):
        """With a long queue ahead a call is not queued; it says when to come back."""
        limiter = make(rate=1.0, burst=1.0)
        await limiter.run("create", lambda: None, "write")
        queued = [asyncio.create_task(limiter.run("create", lambda: None, "write")) for _ in range(3)]
        await settled()

        with pytest.raises(Throttled) as caught:
            await limiter.run("create", lambda: None, "write")

        assert (caught.value.tracker, caught.value.operation) == ("jira", "create")
        assert caught.value.after == pytest.approx(4)
        for task in queued:
            task.cancel()
        await asyncio.gather(*queued, return_exceptions=True)

    @pytest.mark.parametrize("kind", ["write", "read"])
    async def test_a_pause_of_the_tracker_is_told_to_all(self, make: Callable[..., Limiter], clock: Time, kind: Kind):
        """After a 429 nobody calls; who asks meanwhile hears how long it still takes."""
        limiter = make()
        with pytest.raises(Throttled):
            await limiter.run("get", failing(Throttled("jira", "get", "too many", 429, after=30)), "read")
        clock.now += 10

        with pytest.raises(Throttled) as caught:
            await limiter.run("create", failing(AssertionError("called")), kind)

        assert caught.value.after == pytest.approx(20)
        clock.now += 20
        assert await limiter.run("create", lambda: "done", kind) == "done"

    async def test_no_answer_holds_up_calls_for_ever(self, make: Callable[..., Limiter], clock: Time):
        """A pause is cut to the longest that is believed."""
        limiter = make()
        with pytest.raises(Throttled):
            await limiter.run("get", failing(Throttled("jira", "get", "too many", 429, after=9999)), "read")

        clock.now += 60
        assert await limiter.run("get", lambda: "done", "read") == "done"

    async def test_a_read_in_bulk_waits_out_a_pause(self, make: Callable[..., Limiter], clock: Time):
        """It goes on by itself when the tracker's time has come, not before."""
        limiter = make()
        call = failing(Throttled("jira", "changed", "too many", 429, after=30))
        task = asyncio.create_task(limiter.run("changed", call, "bulk"))
        await clock.pass_(29.9)
        before = task.done()
        await clock.pass_(0.2)

        assert not before
        assert await task == 2

    async def test_a_pause_that_comes_while_waiting_for_a_place_counts(self, make: Callable[..., Limiter], clock: Time):
        """What was queued before the 429 is not sent into the pause."""
        limiter = make(readers=1)
        released = threading.Event()

        def refused() -> Any:
            released.wait(20)
            raise Throttled("jira", "changed", "too many", 429, after=30)

        first = asyncio.create_task(limiter.run("get", refused, "read"))
        await settled()
        sent = []
        second = asyncio.create_task(limiter.run("changed", lambda: sent.append(clock.now), "bulk"))
        await settled()
        released.set()
        with pytest.raises(Throttled):
            await first
        await clock.pass_(29)
        assert sent == []
        await clock.pass_(2)
        await second

        assert sent == [pytest.approx(130)]

    async def test_a_read_in_bulk_gives_up_on_a_very_long_pause(self, make: Callable[..., Limiter]):
        """Hours are the caller's to wait."""
        call = failing(Throttled("jira", "changed", "too many", 429, after=PATIENCE["bulk"] + 1))

        with pytest.raises(Throttled):
            await make().run("changed", call, "bulk")

    async def test_a_read_in_bulk_is_tried_again(self, make: Callable[..., Limiter], clock: Time):
        """One lost page does not end a long listing; a tracker that stays away does."""
        limiter, lost = make(), NotSent("jira", "changed", "the connection broke")
        task = asyncio.create_task(limiter.run("changed", failing(lost, lost), "bulk"))
        await clock.pass_(sum(PAUSES))
        assert await task == 3

        task = asyncio.create_task(limiter.run("changed", failing(*[lost] * 9), "bulk"))
        await clock.pass_(sum(PAUSES) + 1)
        with pytest.raises(NotSent):
            await task

    @pytest.mark.parametrize("kind", ["write", "read"])
    async def test_other_calls_are_made_once(self, make: Callable[..., Limiter], kind: Kind):
        """Nothing else is tried again behind anybody's back."""
        with pytest.raises(NotSent):
            await make().run("get", failing(NotSent("jira", "get", "no connection")), kind)

    async def test_while_reads_in_bulk_wait_people_find_tokens(self, make: Callable[..., Limiter], clock: Time):
        """However many pages are asked for, a create goes at once."""
        limiter = make(rate=1.0, burst=10.0)
        pages = [asyncio.create_task(limiter.run("changed", lambda: "page", "bulk")) for _ in range(30)]
        await settled()

        assert sum(task.done() for task in pages) == 6
        assert await limiter.run("get", lambda: "ticket", "read") == "ticket"
        assert await limiter.run("create", lambda: "made", "write") == "made"
        await clock.pass_(60)
        assert await asyncio.gather(*pages) == ["page"] * 30


class TestEnd:
    """Closing."""

    async def test_running_calls_are_waited_for(self, make: Callable[..., Limiter]):
        """What is under way when the bot stops still ends, for a while."""
        limiter, slow = make(), Calls()
        write = asyncio.create_task(limiter.run("create", slow.named("made"), "write"))
        await settled()
        closing = asyncio.create_task(limiter.close(20))
        await settled()
        early = closing.done()
        slow.let_go()
        await closing

        assert not early
        assert await write == "made"

    async def test_work_of_our_own_needs_no_token(self, make: Callable[..., Limiter]):
        """Reading a file into memory calls nobody."""
        limiter = make(rate=0.001, burst=1.0)
        await limiter.run("attach", lambda: None, "write")

        assert await limiter.in_thread(lambda: "read") == "read"
