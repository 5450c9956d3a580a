"""A weekly sync that was not posted: noted, and whoever runs the bot hears of one that was missed."""

from datetime import date, timedelta

from bot.domain.days import with_year
from bot.domain.messages import OpsNotice
from bot.domain.sync_policy import WEEK, left_out
from bot.domain.sync_post import SyncPost
from bot.usecases.ports import Ports, Team
from bot.usecases.posting import Told, tell_operators, told
from bot.usecases.sync_agenda import sync_key

TOO_LATE = "too_late"
"""Why one was not posted that should have been; any other reason is one to leave it out."""


async def note_missed(ports: Ports, team: Team, day: date, why: str, *, tried: bool = False) -> Told:
    """Note that the sync of a day was not posted; the operators hear of one that came too late.

    Of one that is left out nobody hears, but the one before it may have been missed, while no process ran. Nor does
    anybody of one that somebody had posted by hand before its time.

    Args:
        ports: the world.
        team: whose sync it is.
        day: where the team is.
        why: `TOO_LATE`, or why it is left out.
        tried: whether it was to be posted in time, and Slack did not take it.
    """
    await _noted(ports, team, day, why)
    if why == TOO_LATE:
        return told() if await _is_posted(ports, team, day) else await _told(ports, team, day, tried=tried)
    missed = await _missed_before(ports, team, day)
    if missed is None:
        return told()
    await _noted(ports, team, missed, TOO_LATE)
    return await _told(ports, team, missed)


async def _missed_before(ports: Ports, team: Team, day: date) -> date | None:
    """The newest sync before a day that is left out, if it was neither posted nor left out; None if all is well."""
    first = await ports.syncs.first_day(team.id, day)
    for weeks in range(1, team.sync.every_weeks + 1):
        before = day - weeks * WEEK
        if before < first:
            return None
        if left_out(team.sync, before, first, team.alerts.working.holidays) is None:
            latest = await ports.syncs.latest(team.id, before=day)
            was_there = latest is not None and latest.day > before - timedelta(days=before.weekday() + 1)
            return None if was_there or await ports.syncs.post(sync_key(team, before)) else before
    return None


async def _noted(ports: Ports, team: Team, day: date, why: str) -> None:
    key = sync_key(team, day)
    if await ports.syncs.post(key) is None:
        await ports.syncs.save_post(SyncPost(key=key, team=team.id, day=day, channel=team.channel, skipped=why))


async def _is_posted(ports: Ports, team: Team, day: date) -> bool:
    known = await ports.syncs.post(sync_key(team, day))
    return bool(known and known.posted_at)


async def _told(ports: Ports, team: Team, day: date, *, tried: bool = False) -> Told:
    key = sync_key(team, day)
    headline = f"The sync of team {team.name} on {with_year(day, team.language)} was not posted."
    reason = "Slack did not take it in time." if tried else "I was not running in time."
    fix = f"{reason} `devrequest sync` posts it now; the next one covers the time since the last."
    return await tell_operators(ports, f"ops:{key}", f"ops:{key}", OpsNotice(headline, fix))
