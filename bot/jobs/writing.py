"""Jobs that write one thing into a tracker, for as long as that takes, and say so where somebody waits."""

from functools import partial
from typing import Any

from bot.jobs.patience import Later, Patient, Progress
from bot.jobs.run import BROKEN, Payload, Run
from bot.jobs.waits import Waits
from bot.usecases.ports import Ports
from bot.usecases.posting import Told
from bot.usecases.tell import SHORT_WAIT

UNEXPECTED: dict[str, Any] = {"outcome": "later", "after": None, "unsure": True, "reason": ""}
"""What becomes of a failure that no use case foresaw."""
SETTLES = 2.0
"""Seconds that a tracker may take to finish what it did not answer; only then is it looked for."""


class WriteProgress(Progress):
    """What one run hands on to the next.

    Attributes:
        refused: why it cannot be written.
        told: whether its writer was told that it takes longer.
        trouble: what the operators were asked to mend.
    """

    refused: str = ""
    told: bool = False
    trouble: str = ""


class Writing(Patient):
    """One run of such a job; what is written, and what is said, is for those that derive from it."""

    progress: WriteProgress
    key: str
    at: float

    def __init__(self, ports: Ports, waits: Waits, run: Run, payload: Payload, *, kind: str) -> None:
        progress = WriteProgress.model_validate(payload.get("progress", {}))
        super().__init__(run, waits, progress, kind=kind, replayed=bool(payload.get("replayed")))
        self.ports = ports

    async def try_writing(self, may_exist: bool) -> dict[str, Any]:
        """Write it, once.

        Returns:
            `outcome` (written, later, parked, refused), `after` in seconds (None: the job's own back-off), `unsure`
            (whether it may have been written after all) and `reason` in plain words.
        """
        raise NotImplementedError

    async def note_delay(self, outcome: dict[str, Any], may_exist: bool) -> Told:
        """Tell its writer that it is safe, and the operators what they have to mend."""
        raise NotImplementedError

    async def begin(self) -> None:
        """Note which attempt this is, so that the next one knows that it was broken off."""
        begun = await self.step("begin", self._noted)
        if BROKEN in begun:
            raise Later(self.delay("begin"))
        self.progress.done.add("begin")
        self.crashed = begun["boot"] != self.run.attempt
        self.inherited = bool(begun.get("inherited"))
        if begun["earlier"] or self.replayed:
            self.progress.unsure.add("write")

    async def _noted(self) -> dict[str, Any]:
        """The attempt is noted before anything is written, should the engine's rows get lost."""
        begun = {"boot": self.run.attempt, "earlier": False, "inherited": self.at < self.run.since}
        if "begin" in self.progress.done:
            return begun
        return begun | {"earlier": await self.ports.store.mark_attempt(self.key)}

    async def write(self) -> None:
        """Until it is written, or refused."""
        while "write" not in self.progress.done:
            may_exist = self.may_exist("write")
            outcome = await self.step("write", partial(self.try_writing, may_exist))
            if BROKEN in outcome:
                outcome = UNEXPECTED
            if outcome["outcome"] in {"written", "refused"}:
                self.progress.refused = outcome["reason"] if outcome["outcome"] == "refused" else ""
                self.settled("write")
                return
            if may_exist or outcome["unsure"]:
                self.progress.unsure.add("write")
            await self._say_later(outcome)
            parked = self.waits.parked if outcome["outcome"] == "parked" else SETTLES
            await self.pause("write", max(parked, outcome["after"] or 0.0))

    async def _say_later(self, outcome: dict[str, Any]) -> None:
        """The person hears at once of what needs an operator or takes long, and of a tracker that fails twice."""
        parked = outcome["outcome"] == "parked"
        long = (outcome["after"] or 0.0) > SHORT_WAIT
        if self.progress.told or not (parked or long or self.progress.tries.get("write")):
            return
        if await self.mention("delayed", partial(self.note_delay, outcome)):
            self.progress.told = True
            self.progress.trouble = outcome["reason"] if parked else ""
