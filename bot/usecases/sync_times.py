"""When a team's next sync is; and for `devrequest doctor`, whether the times of syncs are such that they can help."""

from collections.abc import Sequence
from datetime import datetime

from adapters.base import Finding
from bot.domain.sync_policy import coming_day, next_sync
from bot.usecases.ports import Ports, Team


async def coming_sync(ports: Ports, team: Team) -> datetime | None:
    """When the next one is posted, in UTC; None if none is in sight. Who asks early moves none."""
    now = ports.clock.now()
    first = await ports.syncs.first_day(team.id, coming_day(team.sync, team.time_zone, now))
    return next_sync(team.sync, team.time_zone, now, first, team.alerts.working.holidays)


def late_agendas(teams: Sequence[Team]) -> list[Finding]:
    """A warning for each team whose agenda is posted when its meeting has begun already.

    It is no error: a team may want it so, and the sync runs as it is told.
    """
    return [
        Finding(
            "warning",
            f"The agenda of team {team.name} is posted at {team.sync.at}, and its meeting begins at "
            f"{team.sync.meeting}.",
            "Set sync.at to a time before sync.meeting, in the configuration of that team.",
        )
        for team in teams
        if team.sync.at >= team.sync.meeting
    ]
