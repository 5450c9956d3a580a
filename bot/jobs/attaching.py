"""Files on their way to a ticket, in jobs whose good news they must not withhold."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic import Field

from bot.jobs.patience import Patient, Progress, Try
from bot.usecases import attach_files
from bot.usecases.ports import Ports

FULL_TEXT = "request.md"
"""The name of the attachment that holds what a tracker's limit cut off."""
SHORTLY = 5.0
"""Seconds that the files of a run may take before its good news; those that are left follow after it."""


class AttachingProgress(Progress):
    """What one run hands on to the next.

    Attributes:
        notes: what could not be done, for the person.
        failed: name of the attachment → the sentence that says why it is missing.
        promised: names of the attachments that the good news may have called on their way.
    """

    notes: list[str] = Field(default_factory=list)
    failed: dict[str, str] = Field(default_factory=dict)
    promised: list[str] = Field(default_factory=list)


class Attaching(Patient):
    """A job that attaches files: each is tried shortly before the good news; what takes longer follows after it."""

    ports: Ports
    progress: AttachingProgress
    _spent = 0.0

    async def attach(self, name: str, attach: Try, said_in: str) -> None:
        """One short try; what cannot be attached becomes a note, never a failure of the job.

        Args:
            name: of the attachment.
            attach: tries it.
            said_in: the name of the good news; once other files took long, it goes out before this one is tried.
        """
        if self._spent > SHORTLY and not {name, said_in} & self.progress.done:
            self.progress.due.setdefault(name, 0.0)
            return

        async def timed(may_exist: bool) -> dict[str, Any]:
            began = self.ports.clock.now()
            result = await attach(may_exist)
            return {**result, "took": (self.ports.clock.now() - began).total_seconds()}

        result = await self.attempt(name, timed, self.waits.file_rounds)
        if result is not None and not result.get("ok"):
            note = str(result.get("note") or "A file could not be added to the ticket.")
            self.progress.failed[name] = note
            self.progress.notes.append(note)

    async def step(self, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        """See the base. How long a file took is part of its recorded result: between steps no clock is read."""
        result = await super().step(name, work)
        self._spent += result.get("took", 0.0) if isinstance(result, dict) else 0.0
        return result

    def notes_so_far(self, said_in: str, files: Mapping[str, str]) -> list[str]:
        """The notes for the good news, with a promise for each file that is on its way still.

        Args:
            said_in: the name of the message.
            files: name of the attachment → its name for people.
        """
        on_their_way = [name for name in files if name in self.progress.due]
        said_before = self.progress.promised if said_in in self.progress.unsure else []
        if said_in not in self.progress.done:
            self.progress.promised = list(dict.fromkeys([*said_before, *on_their_way]))
        return self.progress.notes + [attach_files.on_its_way(files[name]) for name in on_their_way]

    def kept_promises(self, said_in: str, files: Mapping[str, str]) -> list[str]:
        """How it ended for the promised files, a sentence for each; nothing before all have ended."""
        promised = self.progress.promised
        if said_in not in self.progress.done or any(name in self.progress.due for name in promised):
            return []
        return [self.progress.failed.get(name) or attach_files.there_now(files[name]) for name in promised]
