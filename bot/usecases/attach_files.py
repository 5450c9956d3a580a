"""The files of a request go to its ticket, one by one; a file that fails never fails the ticket."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from adapters.base import File, TicketRef
from adapters.document import Link, Paragraph, Text, document
from adapters.errors import NotSent, Throttled, TrackerError
from bot.domain.answers import shown_fields
from bot.domain.request import Submission
from bot.domain.template import FILES
from bot.usecases.ports import FileUnavailable, Ports

Attached = dict[str, Any]
"""`name`, `ok`, `note` (one sentence for the requester, empty if all is well), `retry_after` (seconds or None)."""


def file_answers(submission: Submission) -> list[dict[str, Any]]:
    """All files of a request, in the order of the form."""
    files: list[dict[str, Any]] = []
    for field in shown_fields(submission.request_type, submission.answers):
        answer = submission.answers.get(field.id)
        if field.type in FILES and isinstance(answer, list):
            files += [dict(entry) for entry in answer if isinstance(entry, Mapping)]
    return files


async def attach_file(
    ports: Ports, submission: Submission, ticket: Mapping[str, Any], index: int, may_exist: bool
) -> Attached:
    """Stream one file from Slack to the ticket; with `may_exist` it is looked for on the ticket first."""
    answer = file_answers(submission)[index]
    name = str(answer.get("name") or "file")
    try:
        async with ports.files.open(answer) as file:
            tracker = ports.trackers.get(submission.tracker)
            await tracker.attach(TicketRef(**ticket), file, may_exist=may_exist)
    except FileUnavailable as error:
        return _failed(name, str(error))
    except (NotSent, Throttled) as error:
        return _failed(name, "the tracker did not take it", getattr(error, "after", 30.0))
    except (TrackerError, KeyError):
        return _failed(name, "the tracker refused it")
    return {"name": name, "ok": True, "note": "", "retry_after": None}


async def note_failed_file(
    ports: Ports, submission: Submission, ticket: Mapping[str, Any], index: int, note: str
) -> None:
    """Say on the ticket which file is missing, why, and where it is in Slack."""
    answer = file_answers(submission)[index]
    link = str(answer.get("permalink") or "")
    where = (Text(" It is still in Slack: "), Link(link, (Text(str(answer.get("name") or link)),))) if link else ()
    try:
        await ports.trackers.get(submission.tracker).comment(
            TicketRef(**ticket), document(Paragraph((Text(note), *where)))
        )
    except (TrackerError, KeyError):
        return  # the requester is told in any case


async def attach_text(
    ports: Ports, submission: Submission, ticket: Mapping[str, Any], name: str, text: str, may_exist: bool
) -> Attached:
    """Attach a text as a file, such as the full request where the tracker's limit forced a cut."""
    content = text.encode()

    async def once() -> AsyncIterator[bytes]:
        yield content

    try:
        file = File(name, "text/markdown", len(content), once())
        await ports.trackers.get(submission.tracker).attach(TicketRef(**ticket), file, may_exist=may_exist)
    except (NotSent, Throttled) as error:
        return _failed(name, "the tracker did not take it", getattr(error, "after", 30.0))
    except (TrackerError, KeyError):
        return _failed(name, "the tracker refused it")
    return {"name": name, "ok": True, "note": "", "retry_after": None}


def _failed(name: str, reason: str, retry_after: float | None = None) -> Attached:
    note = f"The file {name} could not be added to the ticket: {reason.rstrip('.')}."
    return {"name": name, "ok": False, "note": note, "retry_after": retry_after}
