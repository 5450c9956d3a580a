"""How ready a team's tickets are, day by day, for the chart in its sync."""

from collections import Counter
from datetime import timedelta

from bot.usecases.ports import Ports, Team, today


async def note_readiness(ports: Ports, team: Team) -> dict[str, float]:
    """Count a team's open tickets, once a day where the team is; a day without any is left out.

    Returns:
        What was noted: `open`, `ready` (nothing is missing), `started` (though something is missing), `typed` (whose
        request type is known or guessed) and `score` (the mean of those), each also by tracker as in `open.jira`;
        empty if nothing was.
    """
    day = today(ports.clock, team)
    if day in await ports.tickets.readiness(team.id, day - timedelta(days=1)):
        return {}
    counts: Counter[str] = Counter()
    async for page in ports.tickets.of_team(team.id, "open"):
        for tracked in page:
            ticket = tracked.ticket
            counts.update(_counted("open", ticket.tracker))
            if ticket.score is None:
                continue
            counts.update(_counted("typed", ticket.tracker))
            counts.update(dict.fromkeys(_counted("score", ticket.tracker), ticket.score))
            if not ticket.gaps:
                counts.update(_counted("ready", ticket.tracker))
            elif ticket.status_category == "in_progress":
                counts.update(_counted("started", ticket.tracker))
    if not counts:
        return {}
    noted: dict[str, float] = {name: count for name, count in counts.items() if not name.startswith("score")}
    for name, total in counts.items():
        if name.startswith("score"):
            noted[name] = round(total / counts[name.replace("score", "typed")], 1)
    await ports.tickets.save_readiness(team.id, day, noted)
    return noted


def _counted(name: str, tracker: str) -> tuple[str, str]:
    """Once in all and once for its tracker."""
    return name, f"{name}.{tracker}"
