"""The job behind every reply to a comment: write it, for as long as that takes, and say so where somebody waits."""

from functools import partial
from typing import Any

from bot.jobs.engine import Engine
from bot.jobs.patience import Later
from bot.jobs.run import Again, Payload, Result, Run
from bot.jobs.waits import Waits
from bot.jobs.writing import Writing
from bot.usecases import reply_comment
from bot.usecases.ports import Ports
from bot.usecases.posting import Told
from bot.usecases.reply_comment import Reply

KIND = reply_comment.JOB


def lane(payload: Payload) -> str:
    """Replies wait with the requests of their tracker."""
    return str(payload.get("reply", payload)["ticket"]["tracker"])


def register(engine: Engine, ports: Ports, waits: Waits | None = None) -> None:
    """Make the job known to the engine; before it is opened."""

    async def job(run: Run, payload: Payload) -> Result | Again:
        return await Replying(ports, waits or Waits(), run, payload).go()

    engine.define(KIND, job, lane=lane)


class Replying(Writing):
    """One run of the job."""

    def __init__(self, ports: Ports, waits: Waits, run: Run, payload: Payload) -> None:
        super().__init__(ports, waits, run, payload, kind=KIND)
        self.reply = Reply.model_validate(payload.get("reply", payload))
        self.key, self.at = self.reply.key, self.reply.at

    async def go(self) -> Result | Again:
        """Everything in order, up to the next long wait."""
        try:
            await self.begin()
            await self.write()
            return await self._answer()
        except Later as later:
            progress = self.progress.model_dump(mode="json")
            return Again({"reply": self.reply.model_dump(), "progress": progress}, later.after * self.waits.scale)

    async def try_writing(self, may_exist: bool) -> dict[str, Any]:
        """See the base."""
        return await reply_comment.write_reply(self.ports, self.reply, may_exist)

    async def note_delay(self, outcome: dict[str, Any], may_exist: bool) -> Told:
        """See the base."""
        return await reply_comment.note_reply_delay(self.ports, self.reply, outcome, may_exist)

    async def _answer(self) -> Result:
        if reason := self.progress.refused:
            await self.tell("refused", partial(reply_comment.give_back, self.ports, self.reply, reason))
            return {"state": "refused"}
        await self.once("show", partial(reply_comment.show_written, self.ports, self.reply))
        if self.progress.told:
            late = partial(reply_comment.confirm_late, self.ports, self.reply, self.progress.trouble)
            await self.tell("written", late)
        return {"state": "written"}
