"""What somebody sees in the app's Home: their own requests and nobody else's."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.home import GROUPS, PAGE, Home, HomeLine, NextSync, OlderTickets, Standing, in_order, pages_of
from bot.domain.request import Request
from bot.domain.seen_ticket import Tracked
from bot.domain.sync_policy import at, day_of
from bot.usecases.permissions import may_see_lists
from bot.usecases.ports import Ports, Team
from bot.usecases.requester_wishes import COMMENTS, MOVES
from bot.usecases.sync_times import coming_sync

OPENED = "home_opened"
"""The personal setting of whoever has opened the Home once; it is published for nobody else."""
MOST_TEAMS = 3
"""Teams whose meetings and older tickets are shown."""
KINDS = (COMMENTS, MOVES)


async def home_of(ports: Ports, slack_team: str, user: str, page: int = 0) -> Home:
    """A page of somebody's Home; the last one if there are fewer by now."""
    every = in_order(await ports.store.standings(slack_team, user))
    pages = pages_of(len(every))
    page = min(max(page, 0), pages - 1)
    here = every[page * PAGE : (page + 1) * PAGE]
    known = await ports.tickets.find([one.handle for one in here if one.handle])
    lines = [line for one in here if (line := await _line(ports, one, known, user)) is not None]
    groups = [one.group for one in every]
    teams = await _teams(ports, slack_team, user, every)
    return Home(
        lines=tuple(lines),
        counts=tuple((group, groups.count(group)) for group in GROUPS),
        page=page,
        pages=pages,
        syncs=await _syncs(ports, teams),
        older=await _older(ports, teams, slack_team, user),
        muted=frozenset([kind for kind in KINDS if await ports.tickets.personal(slack_team, user, kind)]),
    )


async def mute(ports: Ports, slack_team: str, user: str, kind: str, *, muted: bool) -> None:
    """Whether somebody wants to hear of comments, or of moves."""
    if kind in KINDS:
        await ports.tickets.set_personal(slack_team, user, kind, "yes" if muted else "")


async def note_opened(ports: Ports, slack_team: str, user: str) -> None:
    """From now on their Home is kept up to date."""
    if not await has_opened(ports, slack_team, user):
        await ports.tickets.set_personal(slack_team, user, OPENED, "yes")


async def has_opened(ports: Ports, slack_team: str, user: str) -> bool:
    """Whether somebody opened their Home once."""
    return bool(await ports.tickets.personal(slack_team, user, OPENED))


async def _line(ports: Ports, standing: Standing, known: Mapping[str, Tracked], user: str) -> HomeLine | None:
    request = await ports.store.request(standing.request_id)
    if request is None or request.submission.requester.id != user:
        return None
    tracked = known.get(standing.handle or "")
    missing = _missing(tracked) if tracked and standing.open else ()
    submission = request.submission
    return HomeLine(
        group=standing.group,
        request_id=submission.request_id,
        title=(tracked.ticket.title if tracked else submission.title),
        request_type=submission.request_type.name,
        state=request.state,
        tracker=ports.trackers.title(submission.tracker),
        ticket=tracked.ticket if tracked else request.ticket,
        reason=request.reason,
        handle=tracked.ticket.handle if tracked and missing else "",
        status=tracked.ticket.status if tracked else "",
        score=tracked.ticket.score if tracked else None,
        missing=missing,
        gone=tracked.gone if tracked else "",
        can_reopen=_can_reopen(request),
    )


def _missing(tracked: Tracked) -> tuple[str, ...]:
    """In words, what stops the work first; mere hints are nothing that waits on somebody."""
    gaps = [gap for gap in tracked.ticket.gaps if gap.severity != "hint"]
    return tuple(gap.message for gap in sorted(gaps, key=lambda gap: gap.severity != "must"))


def _can_reopen(request: Request) -> bool:
    """Refused, and its words not dropped yet."""
    return request.state == "rejected" and bool(request.submission.answers)


async def _teams(ports: Ports, slack_team: str, user: str, every: Sequence[Standing]) -> list[Team]:
    """The teams that the person has to do with; all, if there are few."""
    teams = list(ports.teams.all())
    if len(teams) <= MOST_TEAMS:
        return teams
    last = await ports.store.last_team(slack_team, user)
    theirs = dict.fromkeys([one.team for one in every if one.team and one.open] + ([last] if last else []))
    return [team for team_id in theirs if (team := ports.teams.get(team_id))][:MOST_TEAMS]


async def _syncs(ports: Ports, teams: Sequence[Team]) -> tuple[NextSync, ...]:
    meetings = [(team, await _next_meeting(ports, team)) for team in teams]
    return tuple(NextSync(team.name, meeting) for team, meeting in meetings if meeting)


async def _older(ports: Ports, teams: Sequence[Team], slack_team: str, user: str) -> tuple[OlderTickets, ...]:
    """Where there are any, and the person may see them."""
    counted = [(team, await ports.tickets.listed(team.id)) for team in teams if team.alerts.asks]
    shown = [
        OlderTickets(team.id, team.name, count)
        for team, count in counted
        if count and await may_see_lists(ports, team, user, slack_team)
    ]
    return tuple(shown)


async def _next_meeting(ports: Ports, team: Team) -> datetime | None:
    posted = await coming_sync(ports, team)
    if posted is None:
        return None
    return at(day_of(posted, team.sync.at, team.time_zone), team.sync.meeting, team.time_zone)
