"""Do the teams' trackers have what the configuration and the request types name? For `devrequest doctor`."""

from collections.abc import Mapping

from adapters.base import Check, Finding, Settings
from bot.domain.draft import DUE_IDS
from bot.domain.template import RequestType
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
                found = await trackers.get(name).check(_check(settings, name, kind, files))
                findings += found
                if all(finding.severity != "ok" for finding in found):
                    silent.add(name)
    return list(dict.fromkeys(findings))


def _check(team: Settings, tracker: str, kind: RequestType, files: Mapping[str, str]) -> Check:
    """What a tracker is told of a team and a request type."""
    fields = kind.fields.values()
    return Check(
        team,
        kind.tracker.settings.get(tracker, {}),
        kind.key,
        tuple(kind.fields),
        files.get(kind.key, ""),
        issue_type=kind.type,
        due_field=next((key for key in DUE_IDS if key in kind.fields), ""),
        required=tuple(field.id for field in fields if field.required and not field.when),
        options={field.id: field.option_labels for field in fields if field.option_labels},
    )
