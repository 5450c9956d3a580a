"""What would be said about a team's tickets now, and why nothing about the others; for whoever wants to see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.alerting import ChannelPost, Decision, channel_post
from bot.domain.seen_ticket import Tracked
from bot.usecases.asking import Asking, Decided
from bot.usecases.ports import Ports, Team
from bot.usecases.post_alert import moments_of, pairs_of, posts_of_late


class Foreseen(NamedTuple):
    """A ticket that lacks something.

    Attributes:
        missing: what it lacks, one sentence each.
        who: the name of who would be asked; empty for the channel, and where nobody is.
    """

    tracked: Tracked
    decision: Decision
    missing: tuple[str, ...]
    who: str = ""


@dataclass(frozen=True, slots=True)
class Foresight:
    """What would be posted.

    Attributes:
        said: the tickets of the one message, in its order, those behind "n more" last.
        unsaid: the others, each with the reason.
        full: the day has had its messages: nothing is said before then.
        restricted: tickets that are never named.
    """

    said: tuple[Foreseen, ...] = ()
    unsaid: tuple[Foreseen, ...] = ()
    full: Decision | None = None
    restricted: int = 0


async def foresee_alerts(ports: Ports, team: Team) -> Foresight:
    """Decide about the team's tickets as they are stored. Nothing is posted, and no history changes."""
    asking, now, restricted = Asking(ports, team, sure=False), ports.clock.now(), 0
    decided: list[Decided] = []
    async for page in ports.tickets.of_team(team.id, "asking"):
        restricted += sum(one.ticket.restricted for one in page)
        decided += await asking.decided([one for one in page if not one.ticket.restricted], now, named=False)
    due = [one.tracked for one in decided if one.decision.speaks]
    named = await asking.decided(due, now, named=True)
    posts = moments_of(await posts_of_late(ports, team, now))
    post = channel_post(pairs_of(named), posts, now, team.alerts)
    by_id = {one.asked.id: one for one in named}
    said = [by_id[ticket.id] for ticket, _ in post.all] if isinstance(post, ChannelPost) else []
    left = [one for one in decided if not one.decision.speaks] + [one for one in named if one not in said]
    return Foresight(
        said=await _foreseen(ports, said),
        unsaid=await _foreseen(ports, left),
        full=post if isinstance(post, Decision) else None,
        restricted=restricted,
    )


async def _foreseen(ports: Ports, decided: Sequence[Decided]) -> tuple[Foreseen, ...]:
    names: dict[str, str] = {}
    for user in {one.decision.ask for one in decided if one.decision.ask}:
        names[user] = (await ports.people.requester(user)).name or user
    return tuple(
        Foreseen(
            one.tracked,
            one.decision,
            tuple(gap.message for gap in one.asked.gaps),
            names.get(one.decision.ask or "", ""),
        )
        for one in decided
    )
