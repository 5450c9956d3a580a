"""Files on their way to a ticket, in jobs whose good news they must not withhold."""

from collections.abc import Mapping

from pydantic import Field

from bot.jobs.patience import Patient, Progress, Try
from bot.usecases import attach_files


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
    """A job that attaches files: each is tried shortly before the good news; one that takes longer follows after it."""

    progress: AttachingProgress

    async def attach(self, name: str, attach: Try) -> None:
        """One short try; what cannot be attached becomes a note, never a failure of the job."""
        result = await self.attempt(name, attach, self.waits.file_rounds)
        if result is not None and not result.get("ok"):
            note = str(result.get("note") or "A file could not be added to the ticket.")
            self.progress.failed[name] = note
            self.progress.notes.append(note)

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
