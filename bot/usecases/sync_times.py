"""Are the times of the syncs such that they can help? For `devrequest doctor`."""

from collections.abc import Sequence

from adapters.base import Finding
from bot.usecases.ports import Team


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
