"""Leaving a ticket in peace for a while: a date, which changes nothing about when it is asked for afterwards."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.seen_ticket import Tracked
from bot.domain.sync_policy import at
from bot.usecases.ports import Ports, Team, today
from bot.usecases.sync_times import coming_sync

Span = Literal["1d", "3d", "sync"]
DAYS: Mapping[Span, int] = {"1d": 1, "3d": 3}


async def snooze(ports: Ports, team: Team, handle: str, span: Span) -> datetime | None:
    """Ask for nothing about one ticket until a day has come, or until the next sync.

    Args:
        ports: the world.
        team: whose ticket it is.
        handle: of a ticket that is known.
        span: `1d` is until tomorrow, `3d` until the day in three days, `sync` until the next weekly sync. A day begins
            when the team begins to work; one on which it does not is followed by the next.

    Returns:
        Until when, in UTC; None if no sync is in sight, and nothing was changed.
    """
    until = await _until(ports, team, span)
    if until is None:
        return None

    def snoozed(known: Mapping[str, Tracked]) -> list[Tracked]:
        return [one.model_copy(update={"history": replace(one.history, snoozed_until=until)}) for one in known.values()]

    await ports.tickets.change([handle], snoozed)
    return until


async def _until(ports: Ports, team: Team, span: Span) -> datetime | None:
    day = today(ports.clock, team)
    if span in DAYS:
        then = day + timedelta(days=DAYS[span])
        return team.alerts.working.opening_after(then - timedelta(days=1)) or at(then, "00:00", team.time_zone)
    return await coming_sync(ports, team)
