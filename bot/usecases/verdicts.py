"""By what the tickets of a team are judged."""

from bot.domain.verdicts import TeamRules, Verdicts
from bot.usecases.ports import Ports, Team


def rules_for(ports: Ports, team: Team) -> TeamRules:
    """The rules for the tickets of a team, as they are now."""
    types = tuple(ports.teams.request_types(team))
    return TeamRules(team.id, types, team.checks_off, team.dictionary, ports.teams.judged_by())


def verdicts_of(ports: Ports, team: Team) -> Verdicts:
    """For the tickets of a team."""
    return Verdicts(rules_for(ports, team))
