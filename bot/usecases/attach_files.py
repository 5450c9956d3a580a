"""The files of a request go to its ticket, one by one; a file that fails never fails the ticket."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.base import File, TicketRef
from adapters.document import Paragraph, document
from adapters.errors import (
    Ambiguous,
    Misconfigured,
    NotFound,
    NotSent,
    Rejected,
    Throttled,
    TrackerError,
    Unsupported,
)
from bot.domain.answers import shown_fields
from bot.domain.plain_text import inlines
from bot.domain.request import Submission
from bot.domain.template import FILES
from bot.usecases.file_request import pause_after
from bot.usecases.in_hand import request_in_hand
from bot.usecases.own_comments import SKEW, comment_as_bot
from bot.usecases.ports import FileUnavailable, Ports

RETRY_AFTER = 30.0
"""Seconds before a file is tried again whose tracker did not answer."""
SHOWN_START, SHOWN_END = 60, 30
"""Characters of a long file name that people are shown; at its end is what tells it from others."""
LONGEST_NAME, LONGEST_STEM, LONGEST_ENDING = 200, 150, 20
"""Characters of a file's name that arrive everywhere, and those of its parts that are kept beside a number."""

Attached = dict[str, Any]
"""`name`, `ok`, `note` (one sentence for the requester, empty if all is well), `retry_after` (seconds or None)."""


def file_answers(submission: Submission) -> list[dict[str, Any]]:
    """All files of a request, in the order of the form, each with a name of its own."""
    files: list[dict[str, Any]] = []
    for field in shown_fields(submission.request_type, submission.answers):
        answer = submission.answers.get(field.id)
        if field.type in FILES and isinstance(answer, list):
            files += [dict(entry) for entry in answer if isinstance(entry, Mapping)]
    return told_apart(files)


def told_apart(files: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The files with a number in the names that are taken, since on the ticket a file is known by name and size.

    Every screenshot may be an `image.png`; the second becomes `image (2).png`, in each of the job's tries.
    """
    taken: set[str] = set()
    named = []
    for file in files:
        name = str(file.get("name") or "file")
        stem, dot, ending = name.rpartition(".")
        if not stem or len(ending) > LONGEST_ENDING:
            stem, dot, ending = name, "", ""
        number = 1
        while _as_stored(name) in taken:
            number += 1
            name = f"{stem[:LONGEST_STEM]} ({number}){dot}{ending}"
        taken.add(_as_stored(name))
        named.append({**file, "name": name})
    return named


def _as_stored(name: str) -> str:
    """What is left of a name wherever it is stored: trackers replace characters, and cut what is long."""
    return re.sub(r"[^\w.() -]", "_", name.casefold())[:LONGEST_NAME].strip()


async def attach_file(
    ports: Ports, submission: Submission, ticket: Mapping[str, Any], index: int, may_exist: bool
) -> Attached:
    """Stream one file from Slack to the ticket; with `may_exist` it is looked for on the ticket first."""
    request_in_hand.set(submission.request_id)
    return await attach_one(ports, submission.tracker, ticket, file_answers(submission)[index], may_exist)


async def attach_one(
    ports: Ports, tracker: str, ticket: Mapping[str, Any], answer: Mapping[str, Any], may_exist: bool
) -> Attached:
    """Stream one file from Slack to a ticket, whatever it was handed in with; see `attach_file`."""
    name, link = str(answer.get("name") or "file"), str(answer.get("permalink") or "")
    try:
        async with ports.files.open(answer) as file:
            await ports.trackers.get(tracker).attach(TicketRef(**ticket), file, may_exist=may_exist)
    except FileUnavailable as error:
        # it may be gone from Slack, or hidden from this app only: where it was is all that is certain
        return _failed(name, str(error), error.after, link, "Its link in Slack")
    except (TrackerError, KeyError) as error:
        return _refused(name, error, link)
    return _attached(name)


async def note_failed_file(
    ports: Ports, submission: Submission, ticket: Mapping[str, Any], index: int, note: str, may_exist: bool
) -> dict[str, Any]:
    """Say on the ticket which file is missing, why, and where it is in Slack; with `may_exist` it is looked for first.

    Returns:
        `retry_after`: seconds, or None if there is nothing more to do. The requester is told in any case.
    """
    request_in_hand.set(submission.request_id)
    since = datetime.fromtimestamp(submission.submitted_at, UTC) - SKEW if may_exist else None
    try:
        comment = document(Paragraph(inlines(note)))
        await comment_as_bot(ports, TicketRef(**ticket), comment, f"file:{submission.request_id}:{index}", since)
    except (NotFound, Rejected, Unsupported, KeyError):
        return {"retry_after": None}
    except TrackerError as error:
        return {"retry_after": pause_after(error, RETRY_AFTER)}
    return {"retry_after": None}


def on_its_way(name: str) -> str:
    """To the requester, of a file that was not taken at once."""
    return f"The file {_in_short(name)} is not on the ticket yet. I keep trying, and tell you how it ends."


def there_now(name: str) -> str:
    """To the requester, who was told that it was on its way."""
    return f"The file {_in_short(name)} is on the ticket now."


def _in_short(name: str) -> str:
    """The name for a sentence that has more to say: why the file is missing, and where it is."""
    return name if len(name) <= SHOWN_START + SHOWN_END else f"{name[:SHOWN_START]}…{name[-SHOWN_END:]}"


async def attach_text(
    ports: Ports, submission: Submission, ticket: Mapping[str, Any], name: str, text: str, may_exist: bool
) -> Attached:
    """Attach a text as a file, such as the full request where the tracker's limit forced a cut."""
    request_in_hand.set(submission.request_id)
    return await attach_words(ports, submission.tracker, ticket, name, text, may_exist)


async def attach_words(
    ports: Ports, tracker: str, ticket: Mapping[str, Any], name: str, text: str, may_exist: bool
) -> Attached:
    """Attach a text as a file to a ticket, whatever it was written in; see `attach_text`."""
    content = text.encode()

    async def once() -> AsyncIterator[bytes]:
        yield content

    try:
        file = File(name, "text/markdown", len(content), once())
        await ports.trackers.get(tracker).attach(TicketRef(**ticket), file, may_exist=may_exist)
    except (TrackerError, KeyError) as error:
        return _refused(name, error)
    return _attached(name)


def _refused(name: str, error: TrackerError | KeyError, link: str = "") -> Attached:
    """What the tracker did to a file; what may pass, or be mended, is tried again."""
    match error:
        case NotSent() | Ambiguous() | Throttled():
            return _failed(name, "the tracker did not take it", pause_after(error, RETRY_AFTER), link)
        case Misconfigured():
            return _failed(name, "the tracker did not let me add it", RETRY_AFTER, link)
        case Rejected(status=None | 413):
            return _failed(name, error.reason, None, link)  # our own words, as nothing was sent, or nobody read it
        case _:
            return _failed(name, "the tracker refused it", None, link)


def _attached(name: str) -> Attached:
    return {"name": name, "ok": True, "note": "", "retry_after": None}


def _failed(
    name: str, reason: str, retry_after: float | None, link: str = "", said: str = "It is still in Slack"
) -> Attached:
    where = f" {said}: {link}" if link else ""
    note = f"The file {_in_short(name)} could not be added to the ticket: {reason.rstrip('.')}.{where}"
    return {"name": name, "ok": False, "note": note, "retry_after": retry_after}
