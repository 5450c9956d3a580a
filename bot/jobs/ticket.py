"""The job behind every request: file the ticket, then tell everybody, each thing once, for as long as it takes.

The steps call use cases; here is only their order. A run that must wait for long ends as `Again`, and the next one
goes on where it ended.
"""

from functools import partial
from typing import Any

from bot.domain.request import Submission, TicketLink
from bot.jobs.attaching import FULL_TEXT, Attaching, AttachingProgress
from bot.jobs.engine import Engine
from bot.jobs.patience import Later, Try, parked_as
from bot.jobs.run import BROKEN, Again, Payload, Result, Run
from bot.jobs.waits import Waits
from bot.usecases import attach_files, file_request, submit_request, tell
from bot.usecases.handed_in_again import show_superseded
from bot.usecases.in_hand import request_in_hand
from bot.usecases.ports import Ports
from bot.usecases.post_sync import show_in_sync

KIND = submit_request.JOB


def lane(payload: Payload) -> str:
    """Requests wait in the lane of their tracker, so that one that is slow does not hold up the other."""
    return str(payload.get("submission", payload)["tracker"])


def register(engine: Engine, ports: Ports, waits: Waits | None = None) -> None:
    """Make the job known to the engine; before it is opened.

    It is submitted as `engine.submit("ticket", submission.key, submission.model_dump())`.
    """

    async def job(run: Run, payload: Payload) -> Result | Again:
        return await Filing(ports, waits or Waits(), run, payload).go()

    engine.define(KIND, job, lane=lane)


class FilingProgress(AttachingProgress):
    """What one run hands on to the next.

    Attributes:
        rejected: the tracker's refusal.
        overflow: what a limit cut off, to be attached.
        posted: the message in the team's channel.
        not_before: until then the tracker may be at work on a ticket, so that none is made; in seconds since 1970.
    """

    ticket: dict[str, Any] | None = None
    rejected: dict[str, Any] | None = None
    overflow: str | None = None
    posted: dict[str, Any] | None = None
    not_before: float | None = None


class Filing(Attaching):
    """One run of the job."""

    progress: FilingProgress

    def __init__(self, ports: Ports, waits: Waits, run: Run, payload: Payload) -> None:
        progress = FilingProgress.model_validate(payload.get("progress", {}))
        super().__init__(run, waits, progress, kind=KIND, replayed=bool(payload.get("replayed")))
        self.ports = ports
        self.submission = Submission.model_validate(payload.get("submission", payload))

    async def go(self) -> Result | Again:
        """Everything in order, up to the next long wait."""
        request_in_hand.set(self.submission.request_id)
        try:
            if not await self._begin():
                await self.once("superseded", lambda: show_superseded(self.ports, self.submission))
                return {"state": "superseded"}
            if self.progress.ticket is None and self.progress.rejected is None:
                await self._file()
            if self.progress.ticket is None:
                return await self._give_back(self.progress.rejected or {})
            return await self._tell_everybody(self.progress.ticket)
        except Later as later:
            handed_on = {"submission": self.submission.model_dump(), "progress": self.handed_on(later)}
            return Again(handed_on, later.after * self.waits.scale)

    async def _begin(self) -> bool:
        """Note which attempt this is, so that the next one knows that it was broken off; False: it is no more.

        It is no more if another form of the same refused request came first.
        """
        begun = await self.step("begin", self._record)
        if BROKEN in begun:
            raise Later(self.delay("begin"))
        self.progress.done.add("record")
        self.crashed = begun["boot"] != self.run.attempt
        self.inherited = bool(begun.get("inherited"))
        if begun["earlier"] or self.replayed:
            self.progress.unsure.add("create")
        if self.replayed:
            self.progress.rejected = None
        return not begun.get("superseded")

    async def _record(self) -> dict[str, Any]:
        """Our own rows; the attempt is noted before any request leaves, should the engine's rows get lost."""
        begun = {"boot": self.run.attempt, "earlier": False, "inherited": self.submission.submitted_at < self.run.since}
        if "record" in self.progress.done:
            return begun
        if not await file_request.record(self.ports, self.submission):
            return begun | {"superseded": True}
        return begun | {"earlier": await self.ports.store.mark_attempt(self.submission.key)}

    async def _file(self) -> None:
        """Try until there is a ticket or a refusal; a try that may have succeeded is followed by a look-up."""
        while True:
            may_exist = self.may_exist("create")
            outcome = await self.step("create", partial(self._create, may_exist))
            if BROKEN in outcome:
                outcome = file_request.UNEXPECTED
            if outcome["outcome"] == "created":
                self.progress.ticket = outcome["ticket"]
                self.progress.notes = outcome["notes"]
                self.progress.overflow = outcome["overflow"]
                return
            if outcome["outcome"] == "rejected":
                self.progress.rejected = outcome
                return
            if self.is_unsure("create") or outcome["outcome"] == "ambiguous":
                self.progress.unsure.add("create")
            self.progress.not_before = outcome.get("not_before") or self.progress.not_before
            await self._note_delay(outcome)
            parked = self.waits.parked if outcome["outcome"] == "misconfigured" else 0.0
            longest = self.waits.look if outcome["outcome"] == "unseen" or "not_before" in outcome else None
            await self.pause("create", max(parked, outcome["after"] or 0.0), longest=longest)

    async def _create(self, may_exist: bool) -> dict[str, Any]:
        if self.progress.tries.get("create"):
            await self.ports.store.mark_attempt(self.submission.key)  # counts; the first is noted in `_record`
        once = not self.is_unsure("create")
        return await file_request.create_or_find(
            self.ports, self.submission, may_exist, self.progress.not_before, once=once
        )

    async def _note_delay(self, outcome: dict[str, Any]) -> None:
        """People hear at once of what needs an operator or will take long, and of a tracker that fails twice."""
        parked = outcome["outcome"] == "misconfigured"
        name = parked_as(outcome, self.progress.done) if parked else "waiting"
        long = "not_before" in outcome or (outcome["after"] or 0.0) > tell.SHORT_WAIT
        if name in self.progress.done or not (parked or long or self.progress.tries.get("create")):
            return
        tried = {**outcome, "tries": self.progress.tries.get("create", 0)}
        told = await self.mention(name, partial(tell.note_delay, self.ports, self.submission, tried))
        if told and (told["posted"] or told["unreachable"]):
            self.progress.done.add(name)

    async def _give_back(self, refusal: dict[str, Any]) -> Result:
        reason, problems = str(refusal["reason"]), tell.problems_of(refusal)
        await self.must(
            "refuse",
            lambda: file_request.finish(self.ports, self.submission, "rejected", None, reason, problems),
        )
        post: Try = partial(tell.hand_back, self.ports, self.submission, refusal)
        await self.tell("hand_back", post)
        while self.progress.late:
            self.wait_for_channels()
            await self.tell("hand_back", post)
        return {"state": "rejected"}

    async def _tell_everybody(self, ticket: dict[str, Any]) -> Result:
        link = TicketLink.model_validate(ticket)
        notes = self.progress.notes
        await self.once("show", lambda: tell.show_result(self.ports, self.submission, ticket, notes))
        await self.must("finish", lambda: file_request.finish(self.ports, self.submission, "created", link, ""))
        await self._messages(ticket)
        if self.submission.request_type.agenda:
            show: Try = lambda _: show_in_sync(self.ports, self.submission.team)  # noqa: E731
            await self.attempt("sync", show, self.waits.link_rounds)
        while self.progress.late or self.progress.due:
            self.wait_for_due()
            self.wait_for_channels()
            await self._messages(ticket)
        return {"state": "created", "ticket": link.key}

    async def _messages(self, ticket: dict[str, Any]) -> None:
        """The channel first; whoever cannot be reached now is left for later and does not hold up the others.

        Each file is tried shortly before the confirmation; one that takes longer follows after it.
        """
        ports, submission = self.ports, self.submission
        held: list[Later] = []
        told = await self._tell_or_hold("announce", partial(tell.announce, ports, submission, ticket), held)
        self.progress.posted = told["posted"] or self.progress.posted
        if submission.source:
            await self._tell_or_hold("source", partial(tell.answer_source, ports, submission, ticket), held)
        try:
            await self._attach_all(ticket)
            await self._confirm(ticket)
            if self.progress.posted:
                await self._link_back(ticket, self.progress.posted)
            await self._tell_of_files(ticket)
        except Later as later:
            held.append(later)
        if held:
            raise Later(max(later.after for later in held))

    async def _tell_or_hold(self, name: str, post: Try, held: list[Later]) -> dict[str, Any]:
        """Post one message; a long wait that Slack asks for is noted, to be made when the others have heard."""
        try:
            return await self.tell(name, post)
        except Later as later:
            held.append(later)
            return {"posted": None}

    async def _confirm(self, ticket: dict[str, Any]) -> None:
        """The requester gets the link, and hears which files are on their way still."""
        waits_for = self.progress.late.get("announce", "")  # of a thread that cannot be answered nobody has to hear
        notes = self.notes_so_far("confirm", self._files())
        await self.tell("confirm", partial(tell.confirm, self.ports, self.submission, ticket, notes, waits_for))

    async def _tell_of_files(self, ticket: dict[str, Any]) -> None:
        """How it ended for the files that the confirmation had called on their way."""
        if lines := self.kept_promises("confirm", self._files()):
            await self.tell("files", partial(tell.tell_of_files, self.ports, self.submission, ticket, lines))

    def _files(self) -> dict[str, str]:
        """What is attached, by the name of its step → its name for people."""
        answers = attach_files.file_answers(self.submission)
        files = {f"file:{index}": str(answer["name"]) for index, answer in enumerate(answers)}
        return files | ({"text": FULL_TEXT} if self.progress.overflow else {})

    async def _attach_all(self, ticket: dict[str, Any]) -> None:
        ports, submission = self.ports, self.submission
        for index in range(len(attach_files.file_answers(submission))):
            name = f"file:{index}"
            await self.attach(name, partial(attach_files.attach_file, ports, submission, ticket, index), "confirm")
            if reason := self.progress.failed.get(name):
                note = partial(attach_files.note_failed_file, ports, submission, ticket, index, reason)
                await self.attempt(f"file_note:{index}", note, self.waits.file_rounds)
        if text := self.progress.overflow:
            attach = partial(attach_files.attach_text, ports, submission, ticket, FULL_TEXT, text)
            await self.attach("text", attach, "confirm")

    async def _link_back(self, ticket: dict[str, Any], posted: dict[str, Any]) -> None:
        """The message in the channel is named on the ticket, if that can be done."""
        link = partial(tell.link_back, self.ports, self.submission, ticket, posted)
        await self.for_a_while("link", link)
