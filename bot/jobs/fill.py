"""The job behind every change of a ticket from Slack: write it once, look, say so, for as long as it takes.

The steps call use cases; here is only their order. It waits for a tracker as patiently as the job that files requests.
"""

from functools import partial
from typing import Any

from pydantic import Field

from bot.domain.filling import Filling
from bot.jobs.attaching import FULL_TEXT, Attaching, AttachingProgress
from bot.jobs.engine import Engine
from bot.jobs.patience import Later, parked_as
from bot.jobs.run import BROKEN, Again, Payload, Result, Run
from bot.jobs.waits import Waits
from bot.usecases import attach_files, fill_gaps, tell_filling, write_filling
from bot.usecases.file_request import UNEXPECTED
from bot.usecases.ports import Ports

KIND = fill_gaps.JOB
GONE_AFTER = 2
"""A ticket that was not found is looked for a second time before it counts as gone."""
LOOK_AGAIN_AFTER = 20.0
"""Seconds until then."""
WRITES = 3
"""How often a text is written that others sweep away."""


def lane(payload: Payload) -> str:
    """Changes wait in the lane of their tracker, beside its requests."""
    return str(payload.get("filling", payload)["ticket"]["tracker"])


def register(engine: Engine, ports: Ports, waits: Waits | None = None) -> None:
    """Make the job known to the engine; before it is opened.

    It is submitted as `engine.submit("fill", filling.key, filling.model_dump(mode="json"))`.
    """

    async def job(run: Run, payload: Payload) -> Result | Again:
        return await Mending(ports, waits or Waits(), run, payload).go()

    engine.define(KIND, job, lane=lane)


class MendingProgress(AttachingProgress):
    """What one run hands on to the next.

    Attributes:
        written: the outcome of the write, once it is one.
        refused: the tracker's refusal.
        changed: whether anything was written at all.
        added: sections that were not as they had been shown.
        gaps: what the ticket lacks now.
        missed: how often the ticket was not found.
        writes: how often it was written.
    """

    written: bool = False
    refused: dict[str, Any] | None = None
    changed: bool = False
    added: list[str] = Field(default_factory=list)
    gaps: list[dict[str, Any]] | None = None
    cut: bool = False
    missed: int = 0
    writes: int = 0


class Mending(Attaching):
    """One run of the job."""

    progress: MendingProgress

    def __init__(self, ports: Ports, waits: Waits, run: Run, payload: Payload) -> None:
        progress = MendingProgress.model_validate(payload.get("progress", {}))
        super().__init__(run, waits, progress, kind=KIND, replayed=bool(payload.get("replayed")))
        self.ports = ports
        self.filling = Filling.model_validate(payload.get("filling", payload))

    async def go(self) -> Result | Again:
        """Everything in order, up to the next long wait."""
        try:
            await self._begin()
            while not (self.progress.written or self.progress.refused):
                await self._write()
            if self.progress.refused:
                return await self._give_back(self.progress.refused)
            return await self._tell()
        except Later as later:
            handed_on = {
                "filling": self.filling.model_dump(mode="json"),
                "progress": self.handed_on(later),
            }
            return Again(handed_on, later.after * self.waits.scale)

    async def _begin(self) -> None:
        """Note which attempt this is, so that the next one knows that it was broken off."""

        async def record() -> dict[str, Any]:
            earlier = "record" not in self.progress.done and await self.ports.store.mark_attempt(self.filling.key)
            inherited = self.filling.submitted_at < self.run.since
            return {"boot": self.run.attempt, "earlier": earlier, "inherited": inherited}

        begun = await self.step("begin", record)
        if BROKEN in begun:
            raise Later(self.delay("begin"))
        self.progress.done.add("record")
        self.crashed = begun["boot"] != self.run.attempt or begun["earlier"]
        self.inherited = bool(begun.get("inherited"))
        if self.replayed:
            self.progress.refused = None

    async def _write(self) -> None:
        """Try until it stands there or is refused, then look whether it does."""
        outcome = await self.step("write", lambda: write_filling.write(self.ports, self.filling))
        if BROKEN in outcome:
            outcome = UNEXPECTED
        match outcome["outcome"]:
            case "written":
                self._note(outcome)
                await self._look()
            case "rejected":
                self.progress.refused = outcome
            case "gone":
                self.progress.missed += 1
                if self.progress.missed >= GONE_AFTER:
                    self.progress.refused = outcome
                else:
                    await self.pause("write", LOOK_AGAIN_AFTER)
            case _:
                self.progress.changed = self.progress.changed or outcome["outcome"] == "ambiguous"
                await self._note_wait(outcome)
                parked = self.waits.parked if outcome["outcome"] == "misconfigured" else 0.0
                await self.pause("write", max(parked, outcome["after"] or 0.0))

    def _note(self, outcome: dict[str, Any]) -> None:
        self.progress.writes += 1
        # Whoever died may have written it, but not what was left as it was.
        unsure = self.crashed and bool(tell_filling.labels_of(self.filling, outcome["added"]))
        self.progress.changed = self.progress.changed or outcome["changed"] or unsure
        self.progress.added = list(dict.fromkeys([*self.progress.added, *outcome["added"]]))
        self.progress.notes = list(dict.fromkeys([*self.progress.notes, *outcome["notes"]]))

    async def _look(self) -> None:
        """Read it again; what a neighbour's write swept away is written once more."""
        added = tuple(self.progress.added)
        while True:
            looked = await self.step("look", lambda: write_filling.look_again(self.ports, self.filling, added))
            after = 0.0 if BROKEN in looked else looked["retry_after"]
            if after is None or self.progress.tries.get("look", 0) >= self.waits.link_rounds:
                break
            await self.pause("look", after)
        if BROKEN in looked:
            looked = {"lost": [], "cut": False, "gaps": None}
        self.progress.gaps = looked["gaps"]
        self.progress.cut = looked["cut"] or (bool(looked["lost"]) and self.progress.writes >= WRITES)
        self.progress.written = not looked["lost"] or self.progress.writes >= WRITES

    async def _note_wait(self, outcome: dict[str, Any]) -> None:
        """The person hears at once of what needs an operator, and of a tracker that fails twice in a row."""
        parked = outcome["outcome"] == "misconfigured"
        name = parked_as(outcome, self.progress.done) if parked else "waiting"
        if name in self.progress.done or not (parked or self.progress.tries.get("write")):
            return
        tried = {**outcome, "tries": self.progress.tries.get("write", 0)}
        told = await self.mention(name, partial(tell_filling.note_wait, self.ports, self.filling, tried))
        if told and (told["posted"] or told["unreachable"]):
            self.progress.done.add(name)

    async def _give_back(self, refusal: dict[str, Any]) -> Result:
        await self.tell("hand_back", partial(tell_filling.hand_back, self.ports, self.filling, refusal))
        return {"state": "refused"}

    async def _tell(self) -> Result:
        """The message in the channel first, since everybody sees it; then the ticket, then the person."""
        ports, filling, progress = self.ports, self.filling, self.progress
        await self.for_a_while("refresh", lambda _: write_filling.turn_green(ports, filling))
        done = {"added": progress.added, "notes": progress.notes, "gaps": progress.gaps}
        await self.once("show", lambda: tell_filling.show_written(ports, filling, done))
        if progress.changed:
            labels = tell_filling.labels_of(filling, progress.added)
            await self.attempt("who", partial(write_filling.say_who, ports, filling, labels), self.waits.link_rounds)
        files = await self._attach()
        done = {"added": progress.added, "notes": self.notes_so_far("tell", files), "gaps": progress.gaps}
        await self.must("settle", lambda: tell_filling.settle(ports, filling))
        await self.tell("tell", partial(tell_filling.tell_written, ports, filling, done))
        if lines := self.kept_promises("tell", files):
            await self.tell("files", partial(tell_filling.tell_of_files, ports, filling, lines))
        self.wait_for_due()
        return {"state": "written"}

    async def _attach(self) -> dict[str, str]:
        """Files that were added to the form, and the full text if the tracker cut it: attachment → its name."""
        ports, filling, ticket = self.ports, self.filling, self.filling.ticket.model_dump()
        files: dict[str, str] = {}
        for index, file in enumerate(attach_files.told_apart(write_filling.files_of(filling))):
            attach = partial(attach_files.attach_one, ports, filling.ticket.tracker, ticket, file)
            await self.attach(f"file:{index}", attach, "tell")
            files[f"file:{index}"] = file["name"]
        if self.progress.cut:
            text = write_filling.text_of_filling(filling)
            attach = partial(attach_files.attach_words, ports, filling.ticket.tracker, ticket, FULL_TEXT, text)
            await self.attach("text", attach, "tell")
            files["text"] = FULL_TEXT
        return files
