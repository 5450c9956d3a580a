"""Do the teams' trackers have what the configuration and the request types name? For `devrequest doctor`."""

from collections.abc import Sequence

from adapters.base import Check, Finding
from bot.usecases.ports import Teams, Trackers


async def examine_trackers(teams: Teams, trackers: Trackers) -> list[Finding]:
    """Every team with every tracker and request type of it; the same finding is said once."""
    findings: list[Finding] = []
    for team in teams.all():
        for name, settings in team.trackers.items():
            tracker = trackers.get(name)
            for kind in teams.request_types(team):
                template = kind.tracker.settings.get(name, {})
                what = Check(settings, template, kind.name, tuple(kind.fields))
                findings += await tracker.check(what)
    return list(_once(findings))


def _once(findings: Sequence[Finding]) -> dict[Finding, None]:
    return dict.fromkeys(findings)
