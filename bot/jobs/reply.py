"""The job behind every reply to a comment: write it, for as long as that takes, and say so where somebody waits."""

from functools import partial
from typing import Any

from bot.jobs.engine import Engine
from bot.jobs.patience import Later, Patient, Progress
from bot.jobs.run import BROKEN, Again, Payload, Result, Run, boot
from bot.jobs.waits import Waits
from bot.usecases import reply_comment
from bot.usecases.ports import Ports
from bot.usecases.reply_comment import Reply

KIND = reply_comment.JOB
UNEXPECTED: dict[str, Any] = {"outcome": "later", "after": None, "unsure": True, "reason": ""}
"""What becomes of a failure that no use case foresaw."""
SETTLES = 2.0
"""Seconds that a tracker may take to finish what it did not answer; only then is the comment looked for."""


def lane(payload: Payload) -> str:
    """Replies wait with the requests of their tracker."""
    return str(payload.get("reply", payload)["ticket"]["tracker"])


def register(engine: Engine, ports: Ports, waits: Waits | None = None) -> None:
    """Make the job known to the engine; before it is opened."""

    async def job(run: Run, payload: Payload) -> Result | Again:
        return await Replying(ports, waits or Waits(), run, payload).go()

    engine.define(KIND, job, lane=lane)


class ReplyProgress(Progress):
    """What one run hands on to the next.

    Attributes:
        refused: why it cannot be written.
        told: whether its writer was told that it takes longer.
        trouble: what the operators were asked to mend.
    """

    refused: str = ""
    told: bool = False
    trouble: str = ""


class Replying(Patient):
    """One run of the job."""

    progress: ReplyProgress

    def __init__(self, ports: Ports, waits: Waits, run: Run, payload: Payload) -> None:
        progress = ReplyProgress.model_validate(payload.get("progress", {}))
        super().__init__(run, waits, progress, kind=KIND, replayed=bool(payload.get("replayed")))
        self.ports = ports
        self.reply = Reply.model_validate(payload.get("reply", payload))

    async def go(self) -> Result | Again:
        """Everything in order, up to the next long wait."""
        try:
            await self._begin()
            await self._write()
            return await self._answer()
        except Later as later:
            progress = self.progress.model_dump(mode="json")
            return Again({"reply": self.reply.model_dump(), "progress": progress}, later.after * self.waits.scale)

    async def _begin(self) -> None:
        """Note which process runs this, so that a replay after a crash knows that there was one."""
        begun = await self.step("begin", self._noted)
        if BROKEN in begun:
            raise Later(self.delay("begin"))
        self.progress.done.add("begin")
        self.crashed = begun["boot"] != boot()
        if begun["earlier"] or self.replayed:
            self.progress.unsure.add("write")

    async def _noted(self) -> dict[str, Any]:
        """The attempt is noted before anything is written, should the engine's rows get lost."""
        if "begin" in self.progress.done:
            return {"boot": boot(), "earlier": False}
        return {"boot": boot(), "earlier": await self.ports.store.mark_attempt(self.reply.key)}

    async def _write(self) -> None:
        while "write" not in self.progress.done:
            may_exist = self.may_exist("write")
            outcome = await self.step("write", partial(reply_comment.write_reply, self.ports, self.reply, may_exist))
            if BROKEN in outcome:
                outcome = UNEXPECTED
            if outcome["outcome"] in {"written", "refused"}:
                self.progress.refused = outcome["reason"] if outcome["outcome"] == "refused" else ""
                self.settled("write")
                return
            if may_exist or outcome["unsure"]:
                self.progress.unsure.add("write")
            await self._note_delay(outcome)
            parked = self.waits.parked if outcome["outcome"] == "parked" else SETTLES
            await self.pause("write", max(parked, outcome["after"] or 0.0))

    async def _note_delay(self, outcome: dict[str, Any]) -> None:
        """The person hears at once of what needs an operator, and of a tracker that fails twice in a row."""
        parked = outcome["outcome"] == "parked"
        if self.progress.told or not (parked or self.progress.tries.get("write")):
            return
        may_exist = self.may_exist("delayed")
        note = partial(reply_comment.note_reply_delay, self.ports, self.reply, outcome, may_exist)
        told = await self.step("delayed", note)
        if BROKEN in told or told["retry_after"] is not None:
            self.progress.unsure.add("delayed")  # said at the next try
        else:
            self.progress.told = True
            self.progress.trouble = outcome["reason"] if parked else ""

    async def _answer(self) -> Result:
        if reason := self.progress.refused:
            await self.tell("refused", partial(reply_comment.give_back, self.ports, self.reply, reason))
            return {"state": "refused"}
        await self.once("show", partial(reply_comment.show_written, self.ports, self.reply))
        if self.progress.told:
            late = partial(reply_comment.confirm_late, self.ports, self.reply, self.progress.trouble)
            await self.tell("written", late)
        return {"state": "written"}
