"""Doing things once, in jobs that take as long as they must: what is repeated, how soon, and what is remembered."""

import zlib
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Any

from pydantic import BaseModel

from bot.jobs.run import BROKEN, Run
from bot.jobs.waits import Waits

MOST_PARKED = 5
"""Things to mend that operators hear of for one job."""
MENTIONED = 3
"""Tries of a message that the rest of a job does not wait for, before it is left for later."""
Try = Callable[[bool], Awaitable[dict[str, Any]]]
"""Tries something once; its argument says whether an earlier try may have succeeded."""


class Progress(BaseModel):
    """What one run hands on to the next.

    Attributes:
        done: names of the things that need not be done again.
        tries: name → how often it was tried in vain.
        unsure: names of the things whose last try may have succeeded after all.
        late: messages that could not be posted, name → why; sent as soon as they can be.
        patience: seconds spent on waiting for Slack and its channels.
        due: what is tried again later while the rest goes on, name → seconds from the end of this run.
    """

    done: set[str] = set()
    tries: dict[str, int] = {}
    unsure: set[str] = set()
    late: dict[str, str] = {}
    patience: float = 0.0
    due: dict[str, float] = {}


def parked_as(outcome: dict[str, Any], done: Collection[str]) -> str:
    """The name of the word about what an operator has to mend: once that is mended, something else may be wrong.

    Args:
        outcome: of the try.
        done: what was said before; of a tracker that says something else each time enough is said.
    """
    name = f"parked:{zlib.crc32(str(outcome['reason']).encode()):08x}"
    said = sorted(one for one in done if one.startswith("parked"))
    return name if len(said) < MOST_PARKED else said[0]


class Later(Exception):
    """The run ends here, to be continued after so many seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(after)
        self.after = after


class Patient:
    """One run of a job: its steps, repeated as needed.

    Attributes:
        crashed: this run was begun before and broken off, so that more may have been done than was recorded.
        replayed: an operator wants to see it again; everything may exist already.
        inherited: it was handed in before this process began, which may have been given a database of an earlier day:
            things are looked for before they are made, if only once.
    """

    def __init__(self, run: Run, waits: Waits, progress: Progress, *, kind: str, replayed: bool) -> None:
        self.run = run
        self.waits = waits
        self.progress = progress
        self.kind = kind
        self.replayed = replayed
        self.crashed = False
        self.inherited = False
        self._left_in_place = waits.in_place_rounds

    def may_exist(self, name: str) -> bool:
        """Whether an earlier try of it may have succeeded, so that it is looked for before it is made."""
        return self.inherited or self.is_unsure(name)

    def is_unsure(self, name: str) -> bool:
        """The same, apart from what only a database that was put back would not know."""
        return self.crashed or self.replayed or name in self.progress.unsure

    def settled(self, name: str) -> None:
        """It need not be done again."""
        self.progress.done.add(name)
        self.progress.late.pop(name, None)

    async def step(self, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        """A recorded step of this kind of job; an index after a colon does not show in its name."""
        return await self.run.step(f"{self.kind}.{name.partition(':')[0]}", work)

    async def once(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """A courtesy: tried once."""
        if name not in self.progress.done:
            await self.step(name, work)
            self.settled(name)

    async def must(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Harmless to repeat, so it is repeated until it is done."""
        while name not in self.progress.done:
            if await self.step(name, work) is None:
                self.settled(name)
            else:
                await self.pause(name)

    async def for_a_while(self, name: str, work: Try) -> None:
        """Tried again until it is done, or was tried in vain often enough: it never holds up the rest for ever."""
        while name not in self.progress.done:
            result: dict[str, Any] = await self.step(name, partial(work, self.may_exist(name)))
            after = 0.0 if BROKEN in result else result["retry_after"]
            if after is None or self.progress.tries.get(name, 0) >= self.waits.link_rounds:
                self.settled(name)
            else:
                self.progress.unsure.add(name)
                await self.pause(name, after)

    async def attempt(self, name: str, work: Try, rounds: int) -> dict[str, Any] | None:
        """One short try of something that must not hold up the rest; what needs longer is noted in `due`.

        Args:
            name: of the thing.
            work: tries it; its result says in `retry_after` when to try again, None if there is no need to.
            rounds: after so many tries in vain it is settled, too.

        Returns:
            Its last result once it is settled by this call; None before, and after.
        """
        while name not in self.progress.done and self.progress.due.get(name, 0.0) <= 0:
            result: dict[str, Any] = await self.step(name, partial(work, self.may_exist(name))) or {}
            after = 0.0 if BROKEN in result else result.get("retry_after")
            if after is None or self.progress.tries.get(name, 0) >= rounds:
                self.progress.due.pop(name, None)
                self.settled(name)
                return result
            self.progress.unsure.add(name)
            try:
                await self.pause(name, after)
            except Later as later:
                self.progress.due[name] = later.after
        return None

    def wait_for_due(self) -> None:
        """Until the first of what is tried again later; nothing is due, nothing is waited for."""
        if self.progress.due:
            raise Later(max(0.0, min(self.progress.due.values())))

    def handed_on(self, later: Later) -> dict[str, Any]:
        """What the next run is told, which begins after this wait."""
        self.progress.due = {name: left - later.after for name, left in self.progress.due.items()}
        return self.progress.model_dump(mode="json")

    async def tell(self, name: str, post: Try) -> dict[str, Any]:
        """Post one message; a channel that cannot be posted to is noted in `late`, unless it never can be."""
        while name not in self.progress.done:
            told = await self.step(name, partial(post, self.may_exist(name)))
            if BROKEN in told:
                told = {"posted": None, "unreachable": "", "retry_after": 0.0}
            if told.get("hopeless"):
                self.settled(name)
                return dict(told)
            if told["unreachable"]:
                self.progress.late[name] = told["unreachable"]
                return dict(told)
            if told["retry_after"] is None:
                self.settled(name)
                return dict(told)
            self.progress.unsure.add(name)
            if self.progress.patience > self.waits.give_up_posts:
                self.settled(name)
            else:
                await self.pause(name, told["retry_after"], patience=True)
        return {"posted": None}

    async def mention(self, name: str, post: Try) -> dict[str, Any] | None:
        """Say at once what the rest does not wait for, such as that it is going to take long.

        A Slack that is busy for a moment is asked again in place: the next try of the rest may be far away.

        Returns:
            What became of it; None if Slack did not take it, so that it is to be said at the next try of the rest.
        """
        for left in reversed(range(MENTIONED)):
            told = await self.step(name, partial(post, self.may_exist(name)))
            after = self.waits.first if BROKEN in told else told["retry_after"]
            if after is None:
                return dict(told)
            self.progress.unsure.add(name)
            if not left or after > self.waits.in_place:
                return None
            await self.run.sleep(after * self.waits.scale)
        return None

    def wait_for_channels(self) -> None:
        """Until somebody invites the bot; after a month nobody will."""
        if self.progress.patience > self.waits.give_up_posts:
            for name in list(self.progress.late):
                self.settled(name)
            return
        delay = self.delay("late", self.waits.unreachable)
        self.progress.patience += delay
        raise Later(delay)

    async def pause(
        self, name: str, at_least: float = 0.0, *, patience: bool = False, longest: float | None = None
    ) -> None:
        """Before the next try: short waits in place, long ones as a new run."""
        delay = max(at_least, self.delay(name, longest))
        if patience:
            self.progress.patience += delay
        if delay > self.waits.in_place or not self._left_in_place:
            raise Later(delay)
        self._left_in_place -= 1
        await self.run.sleep(delay * self.waits.scale)

    def delay(self, name: str, longest: float | None = None) -> float:
        """Count a try in vain; the seconds before the next."""
        tries = self.progress.tries.get(name, 0)
        self.progress.tries[name] = tries + 1
        return self.waits.backoff(f"{self.run.key}:{name}", tries, longest)
