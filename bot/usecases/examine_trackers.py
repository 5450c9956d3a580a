"""Do the teams' trackers have what the configuration and the request types name? For `devrequest doctor`."""

from collections.abc import Mapping, Sequence

from adapters.base import Check, Finding
from bot.domain.draft import DUE_IDS
from bot.usecases.ports import Teams, Trackers


async def examine_trackers(teams: Teams, trackers: Trackers, files: Mapping[str, str]) -> list[Finding]:
    """Every team with every tracker and request type of it; the same finding is said once.

    A tracker with which nothing at all is right does not answer, or not to us: it is asked no more.

    Args:
        teams: the teams.
        trackers: their trackers.
        files: key of a request type → where it stands, as people are told.
    """
    findings: list[Finding] = []
    silent: set[str] = set()
    for team in teams.all():
        for name, settings in team.trackers.items():
            for kind in teams.request_types(team):
                if name in silent:
                    break
                template = kind.tracker.settings.get(name, {})
                due = next((key for key in DUE_IDS if key in kind.fields), "")
                what = Check(settings, template, kind.key, tuple(kind.fields), files.get(kind.key, ""), due)
                found = await trackers.get(name).check(what)
                findings += found
                if all(finding.severity != "ok" for finding in found):
                    silent.add(name)
    return list(_once(findings))


def _once(findings: Sequence[Finding]) -> dict[Finding, None]:
    return dict.fromkeys(findings)
