"""The job behind what people say and do in a sync: kept, shown, and written into the tracker when it takes it."""

from functools import partial
from typing import Any

from bot.jobs.engine import Engine
from bot.jobs.patience import Later
from bot.jobs.run import Again, Payload, Result, Run
from bot.jobs.waits import Waits
from bot.jobs.writing import Writing
from bot.usecases import sync_words
from bot.usecases.ports import Ports
from bot.usecases.posting import Told
from bot.usecases.sync_words import SyncWord

KIND = sync_words.JOB


def lane(payload: Payload) -> str:
    """They wait with the requests of their tracker."""
    return SyncWord.model_validate(payload.get("word", payload)).tracker or "all"


def register(engine: Engine, ports: Ports, waits: Waits | None = None) -> None:
    """Make the job known to the engine; before it is opened."""

    async def job(run: Run, payload: Payload) -> Result | Again:
        return await SayingSo(ports, waits or Waits(), run, payload).go()

    engine.define(KIND, job, lane=lane)


class SayingSo(Writing):
    """One run of the job."""

    def __init__(self, ports: Ports, waits: Waits, run: Run, payload: Payload) -> None:
        super().__init__(ports, waits, run, payload, kind=KIND)
        self.word = SyncWord.model_validate(payload.get("word", payload))
        self.key = self.word.key
        self.progress.told = self.progress.told or self.word.told

    async def go(self) -> Result | Again:
        """Everything in order, up to the next long wait."""
        try:
            await self.begin()
            await self.must("keep", lambda: sync_words.keep_word(self.ports, self.word))
            if self.word.what == "closed":
                await self.tell("closed", partial(sync_words.close_with_word, self.ports, self.word))
                return {"state": "said"}
            if self.word.what == "feasibility":
                await self.once("show", self._show)
            await self.write()
            return await self._answer()
        except Later as later:
            progress = self.progress.model_dump(mode="json")
            return Again(
                {"word": self.word.model_dump(mode="json"), "progress": progress}, later.after * self.waits.scale
            )

    async def try_writing(self, may_exist: bool) -> dict[str, Any]:
        """See the base."""
        return await sync_words.write_word(self.ports, self.word, may_exist)

    async def note_delay(self, outcome: dict[str, Any], may_exist: bool) -> Told:
        """See the base."""
        return await sync_words.note_word_delay(self.ports, self.word, outcome, may_exist)

    async def _show(self) -> None:
        """A courtesy: whoever refreshes the message shows it, too."""
        await sync_words.show_word(self.ports, self.word)

    async def _answer(self) -> Result:
        if reason := self.progress.refused:
            await self.tell("refused", partial(sync_words.give_word_back, self.ports, self.word, reason))
            return {"state": "refused"}
        await self.once("shown", self._show)
        if self.progress.told:
            late = partial(sync_words.confirm_word, self.ports, self.word, self.progress.trouble)
            await self.tell("written", late)
        return {"state": "written"}
