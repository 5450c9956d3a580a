"""How the sweeps of all teams stand, in numbers."""

from dataclasses import dataclass

from bot.usecases.ports import Ports


@dataclass(frozen=True, slots=True)
class SweepGauges:
    """One tracker of a team.

    Attributes:
        swept_ago: seconds since it was last read to the end; None if it never was.
        unread_for: seconds for which it cannot be read; 0 while it can.
        frozen: whether nothing is called gone, since too much is missing at once.
        open: open tickets.
        asking: those of them that lack something and that nobody works on.
    """

    team: str
    tracker: str
    swept_ago: float | None
    unread_for: float
    frozen: bool
    open: int
    asking: int


async def sweep_gauges(ports: Ports) -> list[SweepGauges]:
    """Of every team and tracker in the configuration."""
    now = ports.clock.now().timestamp()
    counts = await ports.tickets.counts()
    found = []
    for team in ports.teams.all():
        for tracker in team.trackers:
            state = await ports.tickets.sweep(team.id, tracker)
            open_, asking = counts.get((team.id, tracker), (0, 0))
            found.append(
                SweepGauges(
                    team=team.id,
                    tracker=tracker,
                    swept_ago=None if state.swept_at is None else max(0.0, now - state.swept_at),
                    unread_for=0.0 if state.failed_since is None else max(0.0, now - state.failed_since),
                    frozen=bool(state.frozen),
                    open=open_,
                    asking=asking,
                )
            )
    return found
