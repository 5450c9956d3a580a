"""An engine on a simulated clock: days pass in a moment, and the process dies wherever it hurts."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from bot.domain.filling import Filling
from bot.domain.request import Submission
from bot.jobs.run import BROKEN, Again, Payload
from bot.jobs.ticket import Filing
from bot.jobs.waits import Waits
from bot.usecases.ports import Ports
from bot.usecases.reply_comment import Reply
from tests.fake_world import World


class Killed(BaseException):
    """The process is gone."""


@dataclass
class SimulatedEngine:
    """Runs a job to its end as the real one does: steps recorded as text and replayed, waits as new runs.

    Attributes:
        job: makes one run of the job of ports, waits, run and payload.
        kill_at: the process dies at this step, counted over all runs.
        kill_when: before its work, after its work, or after its record.
        boots: how many processes there were.
        since: when the process began, in seconds since 1970; long ago, unless said otherwise.
    """

    world: World
    job: Callable[[Ports, Waits, Any, Payload], Any] = Filing
    kill_at: int = -1
    kill_when: str = ""
    boots: int = 1
    since: float = 0.0
    runs: int = 0
    steps: list[str] = field(default_factory=list)
    before_run: Callable[[], None] = lambda: None
    last_payload: Payload = field(default_factory=dict)

    async def finish(self, submission: Submission | Reply | Filling, **more: Any) -> dict[str, Any]:
        """Hand it in and run until its job has ended; `more` is added to the payload."""
        payload = submission.model_dump(mode="json") | more
        while True:
            self.last_payload = payload
            self.runs += 1
            self.before_run()
            result = await self._to_the_end_of_the_run(submission.key, json.loads(json.dumps(payload)))
            if not isinstance(result, Again):
                return result
            payload = json.loads(json.dumps(result.payload))
            await self.world.clock.sleep(result.after)

    async def _to_the_end_of_the_run(self, key: str, payload: Payload) -> Any:
        recorded: list[tuple[str, str]] = []
        while True:
            try:
                run = SimulatedRun(self, key, self.runs - 1, recorded)
                return await self.job(self.world.ports, Waits(), run, payload).go()
            except Killed:
                self.boots += 1


@dataclass
class SimulatedRun:
    """One run; it dies where the engine says so."""

    engine: SimulatedEngine
    key: str
    number: int
    recorded: list[tuple[str, str]]
    position: int = 0
    attempt: str = field(default_factory=lambda: uuid4().hex)

    @property
    def since(self) -> float:
        """When the process began."""
        return self.engine.since

    async def step(self, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        here, self.position = self.position, self.position + 1
        if here < len(self.recorded):
            assert self.recorded[here][0] == name, "a replay took another way than the first run"
            return json.loads(self.recorded[here][1])
        self._die("before")
        try:
            result = json.dumps(await work())
        except Exception as error:  # noqa: BLE001 - as the engine does
            result = json.dumps({BROKEN: type(error).__name__})
        self._die("after")
        self.recorded.append((name, result))
        self.engine.steps.append(name)
        self._die("recorded", 1)
        return json.loads(result)

    async def sleep(self, seconds: float) -> None:
        await self.engine.world.clock.sleep(seconds)

    def _die(self, when: str, behind: int = 0) -> None:
        if self.engine.kill_when == when and self.engine.kill_at == len(self.engine.steps) - behind:
            self.engine.kill_at = -1
            raise Killed
