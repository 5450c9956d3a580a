"""A ticket that a request became moves: its thread in the channel says so, and the requester hears of it, each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.follow_messages import Moved, Moves, Named
from bot.domain.messages import Message, ToChannel, ToPerson
from bot.domain.news import Move, batch_of
from bot.domain.seen_ticket import SeenTicket, Tracked
from bot.usecases.ports import Ports, Team
from bot.usecases.posting import ANNOUNCED, post_once, watch_channel
from bot.usecases.requester_wishes import MOVES, listens

CHANNEL_LOST = frozenset(
    {
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
    }
)
"""Why nothing at all can be posted to a channel; other reasons concern one thread."""


@dataclass(frozen=True, slots=True)
class _Telling:
    """A ticket and the move that is being told."""

    ticket: SeenTicket
    move: Move


async def follow_tickets(ports: Ports, team: Team) -> dict[str, Any]:
    """Tell of every move that nobody was told of yet. Safe to run again, and after a crash at any point.

    Returns:
        `moved`: tickets whose move was told now; `retry_after`: seconds, if Slack could not be reached.
    """
    told, retry_after = 0, None
    for batch in _batches(await _noted(ports, team)):
        retry_after = await _tell(ports, team, batch)
        if retry_after is not None:
            break  # Slack is away: the others are told when it is back
        await _settle(ports, batch)
        told += len(batch)
    return {"moved": told, "retry_after": retry_after}


async def _noted(ports: Ports, team: Team) -> list[_Telling]:
    """What is to be told, noted on the tickets: from here on it is told as it is now, whatever happens meanwhile."""
    pages = ports.tickets.of_team(team.id, "news")
    handles = [one.ticket.handle async for page in pages for one in page if one.moving or one.moved]

    def note(known: Mapping[str, Tracked]) -> list[Tracked]:
        new = [(one, move) for one in known.values() if one.has_news and not one.moving and (move := one.moved)]
        batch = batch_of([f"{one.ticket.handle} {move} {one.ticket.updated}" for one, move in new])
        return [one.model_copy(update={"moving": move.model_copy(update={"batch": batch})}) for one, move in new]

    await ports.tickets.change(handles, note)
    known = await ports.tickets.find(handles)
    return [_Telling(one.ticket, one.moving) for one in known.values() if one.moving]


def _batches(every: Sequence[_Telling]) -> list[list[_Telling]]:
    """What one person is told together."""
    batches: dict[tuple[str, str], list[_Telling]] = {}
    for one in every:
        batches.setdefault((one.move.batch, one.ticket.requester or ""), []).append(one)
    return [batches[key] for key in sorted(batches)]


async def _tell(ports: Ports, team: Team, batch: Sequence[_Telling]) -> float | None:
    """The threads, then the requester; seconds to wait if Slack could not be reached."""
    for one in batch:
        retry_after = await _tell_thread(ports, team, one)
        if retry_after is not None:
            return retry_after
    first = batch[0]
    requester = first.ticket.requester or ""
    if not await listens(ports, team, first.ticket, MOVES):
        return None
    message = Moves(tuple(_moved(ports, one) for one in batch))
    heard = await post_once(
        ports, f"moved:{first.move.batch}:{requester}", ToPerson(requester), message, may_exist=False
    )
    return None if heard["retry_after"] is None else float(heard["retry_after"])


async def _tell_thread(ports: Ports, team: Team, one: _Telling) -> float | None:
    """Below the message that announced the request; what the tracker restricts is not for everybody there."""
    anchor = await ports.store.post(f"{ANNOUNCED}{one.ticket.request_id}")
    if anchor is None or one.ticket.restricted:
        return None
    key = f"moved:{one.ticket.handle}:{one.move.batch}"
    message: Message = _moved(ports, one)
    heard = await post_once(ports, key, ToChannel(anchor.channel, anchor.ts), message, may_exist=False)
    if heard["posted"] or heard["unreachable"] in CHANNEL_LOST:
        name = f"the channel of team {team.name}"
        await watch_channel(ports, anchor.channel, name, heard, about=str(one.ticket.request_id))
    return None if heard["retry_after"] is None else float(heard["retry_after"])


async def _settle(ports: Ports, batch: Sequence[_Telling]) -> None:
    """Everybody knows; what happened meanwhile is told the next time."""
    said = {one.ticket.handle: one.move for one in batch}

    def settle(known: Mapping[str, Tracked]) -> list[Tracked]:
        return [
            tracked.model_copy(
                update={
                    "moving": None,
                    "told_status": said[handle].category,
                    "told_blocked": said[handle].blocked,
                }
            )
            for handle, tracked in known.items()
            if tracked.moving == said[handle]
        ]

    await ports.tickets.change(list(said), settle)


def named(ports: Ports, ticket: SeenTicket) -> Named:
    """The ticket as messages name it."""
    return Named(ticket.title, ticket, ports.trackers.title(ticket.tracker))


def _moved(ports: Ports, one: _Telling) -> Moved:
    return Moved(named(ports, one.ticket), one.move.happened, one.move.status)
