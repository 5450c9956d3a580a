"""What developers say on a ticket that a request became reaches its requester, once.

Only public comments leave the tracker, and nothing at all of a ticket that it restricts. A tracker is asked for
comments only where something changed since the last ones.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.base import Comment, Person
from adapters.errors import NotFound, TrackerError
from bot.domain.follow_messages import Commented, Comments, Remark
from bot.domain.messages import ToPerson
from bot.domain.news import Relay, batch_of
from bot.domain.seen_ticket import SeenTicket, Tracked
from bot.usecases.follow_tickets import named
from bot.usecases.own_comments import is_own
from bot.usecases.ports import Ports, Team
from bot.usecases.posting import post_once
from bot.usecases.requester_wishes import COMMENTS, listens

AT_ONCE = 8
"""Tickets whose comments are read side by side."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Read:
    """The comments of a ticket.

    Attributes:
        remarks: those that its requester is to hear of.
        until: all that were made until then were looked at, in seconds since 1970.
    """

    tracked: Tracked
    remarks: tuple[Remark, ...]
    until: float


async def relay_comments(ports: Ports, team: Team) -> dict[str, Any]:
    """Pass on what nobody passed on yet. Safe to run again, and after a crash at any point.

    Returns:
        `comments`: how many were passed on now; `unread`: tickets whose comments could not be read now, which is tried
        again the next time; `retry_after`: seconds, if Slack could not be reached.
    """
    pages = ports.tickets.of_team(team.id, "news")
    due = [one async for page in pages for one in page if one.relaying or one.may_have_comments]
    places = asyncio.Semaphore(AT_ONCE)
    read = [one for one in await asyncio.gather(*(_read(ports, one, places) for one in due)) if one]
    told, retry_after = 0, None
    unread = _unread_batches(due, read)
    for name, batch in _batches(await _noted(ports, read)):
        if name in unread:
            continue  # it was noted before a crash: it goes out whole, or later
        retry_after = await _tell(ports, team, batch)
        if retry_after is not None:
            break
        await _settle(ports, batch)
        told += sum(len(one.remarks) for one in batch)
    return {"comments": told, "unread": len(due) - len(read), "retry_after": retry_after}


async def _read(ports: Ports, tracked: Tracked, places: asyncio.Semaphore) -> _Read | None:
    """The comments that are due: those of a batch that is under way, or all new ones; None if they cannot be read."""
    ticket, since = tracked.ticket, tracked.comments_until or 0.0
    until = tracked.relaying.until if tracked.relaying else None
    if ticket.restricted:
        return _Read(tracked, (), until or ticket.updated)
    try:
        async with places:
            found = await ports.trackers.get(ticket.tracker).comments(ticket.ref, datetime.fromtimestamp(since, UTC))
    except NotFound:
        found = []  # whether it is gone is for the sweep to say
    except (TrackerError, KeyError) as error:
        log.warning("comments of a ticket in %s not read: %s", ticket.tracker, type(error).__name__)
        return None
    new = [one for one in found if since < one.created.timestamp() <= (until or float("inf"))]
    remarks = [_remark(one) for one in new if one.public and await _is_news(ports, ticket, one)]
    latest = max((one.created.timestamp() for one in new), default=since)
    return _Read(tracked, tuple(remarks), until or max(latest, ticket.updated))


async def _is_news(ports: Ports, ticket: SeenTicket, comment: Comment) -> bool:
    """Whether somebody else than the requester wrote it, or the bot for them."""
    if await is_own(ports, ticket.ref, comment):
        return False
    return not await _same_person(ports, comment.author, ticket)


async def _same_person(ports: Ports, author: Person, ticket: SeenTicket) -> bool:
    requester = await ports.people.in_tracker(ticket.requester or "", ticket.tracker)
    if author.id and requester.id:
        return author.id == requester.id
    return bool(author.email and requester.email and author.email == requester.email)


async def _noted(ports: Ports, read: Sequence[_Read]) -> list[_Read]:
    """What is to be passed on, noted on the tickets as a batch that does not change any more.

    What brought nothing is done with here.
    """
    found = {one.tracked.ticket.handle: one for one in read}
    fresh = [f"{handle} {one.until}" for handle, one in found.items() if one.remarks and not one.tracked.relaying]
    batch = batch_of(fresh)

    def note(known: Mapping[str, Tracked]) -> list[Tracked]:
        changed = []
        for handle, tracked in known.items():
            one = found[handle]
            if tracked.relaying != one.tracked.relaying or tracked.comments_until != one.tracked.comments_until:
                continue  # somebody else passes them on
            if not one.remarks:
                changed.append(tracked.model_copy(update={"relaying": None, "comments_until": one.until}))
            elif not tracked.relaying:
                changed.append(tracked.model_copy(update={"relaying": Relay(until=one.until, batch=batch)}))
        return changed

    await ports.tickets.change(list(found), note)
    known = await ports.tickets.find(list(found))
    return [
        _Read(tracked, found[handle].remarks, found[handle].until)
        for handle, tracked in known.items()
        if tracked.relaying and tracked.relaying.until == found[handle].until
    ]


def _unread_batches(due: Sequence[Tracked], read: Sequence[_Read]) -> set[str]:
    """The names of batches that hold a ticket whose comments could not be read."""
    known = {one.tracked.ticket.handle for one in read}
    return {one.relaying.batch for one in due if one.relaying and one.ticket.handle not in known}


def _batches(every: Sequence[_Read]) -> list[tuple[str, list[_Read]]]:
    """What one person is told together, with the name of its batch."""
    batches: dict[tuple[str, str], list[_Read]] = {}
    for one in every:
        relaying = one.tracked.relaying
        batches.setdefault((relaying.batch if relaying else "", one.tracked.ticket.requester or ""), []).append(one)
    return [(key[0], batches[key]) for key in sorted(batches)]


async def _tell(ports: Ports, team: Team, batch: Sequence[_Read]) -> float | None:
    """One message to the requester; seconds to wait if Slack could not be reached."""
    first = batch[0].tracked
    requester = first.ticket.requester or ""
    if first.relaying is None or not await listens(ports, team, first.ticket, COMMENTS):
        return None
    message = Comments(
        tuple(Commented(named(ports, one.tracked.ticket), one.tracked.ticket.handle, one.remarks) for one in batch)
    )
    key = f"comments:{first.relaying.batch}:{requester}"
    heard = await post_once(ports, key, ToPerson(requester), message, may_exist=False)
    return None if heard["retry_after"] is None else float(heard["retry_after"])


async def _settle(ports: Ports, batch: Sequence[_Read]) -> None:
    """They were passed on."""
    said = {one.tracked.ticket.handle: one.tracked.relaying for one in batch}

    def settle(known: Mapping[str, Tracked]) -> list[Tracked]:
        return [
            tracked.model_copy(update={"relaying": None, "comments_until": tracked.relaying.until})
            for handle, tracked in known.items()
            if tracked.relaying and tracked.relaying == said[handle]
        ]

    await ports.tickets.change(list(said), settle)


def _remark(comment: Comment) -> Remark:
    return Remark(comment.author.name, comment.body, comment.created)
