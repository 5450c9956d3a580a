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
        self.key, self.at = self.word.key, self.word.at
        self.progress.told = self.progress.told or self.word.told

    async def go(self) -> Result | Again:
        """Everything in order, up to the next long wait."""
        try:
            await self.begin()
            await self.must("keep", lambda: sync_words.keep_word(self.ports, self.word))
            if self.word.what == "closed":
                return await self._close()
            if self.word.what == "feasibility":
                await self.attempt("show", self._show, self.waits.link_rounds)
            await self.write()
            return await self._answer()
        except Later as later:
            handed_on = {"word": self.word.model_dump(mode="json"), "progress": self.handed_on(later)}
            return Again(handed_on, later.after * self.waits.scale)

    async def try_writing(self, may_exist: bool) -> dict[str, Any]:
        """See the base."""
        return await sync_words.write_word(self.ports, self.word, may_exist)

    async def note_delay(self, outcome: dict[str, Any], may_exist: bool) -> Told:
        """See the base."""
        return await sync_words.note_word_delay(self.ports, self.word, outcome, may_exist)

    async def _show(self, _: bool) -> dict[str, Any]:
        return await sync_words.show_word(self.ports, self.word)

    async def _close(self) -> Result:
        """The summary goes to the thread; if nothing can be posted there, whoever typed it hears that it waits."""
        post = partial(sync_words.close_with_word, self.ports, self.word)
        heard = await self.tell("closed", post)
        while "closed" in self.progress.late:
            await self.tell("kept", partial(sync_words.say_kept, self.ports, self.word, heard["fix"]))
            self.wait_for_channels()
        if "kept" in self.progress.done:
            await self.tell("written", partial(sync_words.confirm_word, self.ports, self.word, ""))
        return {"state": "said"}

    async def _answer(self) -> Result:
        """How it ended, for whoever waits for it; the line is shown as soon as Slack takes it."""
        if reason := self.progress.refused:
            await self.tell("refused", partial(sync_words.give_word_back, self.ports, self.word, reason))
        else:
            await self.attempt("shown", self._show, self.waits.link_rounds)
            self.progress.due.pop("show", None)  # this one shows the same
            if self.progress.told:
                late = partial(sync_words.confirm_word, self.ports, self.word, self.progress.trouble)
                await self.tell("written", late)
        self.wait_for_due()
        return {"state": "refused" if reason else "written"}
