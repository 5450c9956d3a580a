"""Every tracker that the bot can use. To add one: its folder, one entry here, and see docs/trackers/README.md."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from adapters import memory
from adapters.asana.mapping import read_payload as read_asana_payload
from adapters.asana.settings import AsanaEnvironment, AsanaTeam, AsanaTemplate
from adapters.base import Ticket, Tracker
from adapters.environment import TrackerEnvironment
from adapters.jira.mapping import read_payload as read_jira_payload
from adapters.jira.settings import JiraEnvironment, JiraTeam, JiraTemplate


@dataclass(frozen=True, slots=True)
class TrackerKind:
    """What the bot must know to offer a tracker.

    Attributes:
        name: the key in configuration and templates.
        title: the name as people write it.
        environment: its environment variables; `missing()` says which are not set.
        team_settings: what a team says about it.
        template_settings: what a template says about it.
        factory: makes the tracker from its environment, be it empty; imports the vendor's client only then.
        read_payload: a ticket from one REST payload of the vendor, for `devrequest evaluate`.
    """

    name: str
    title: str
    environment: type[TrackerEnvironment]
    team_settings: type[BaseModel]
    template_settings: type[BaseModel]
    factory: Callable[[Any], Tracker]
    read_payload: Callable[[Mapping[str, Any]], Ticket]


def _asana(environment: AsanaEnvironment) -> Tracker:
    from adapters.asana.tracker import AsanaTracker

    return AsanaTracker(environment)


def _jira(environment: JiraEnvironment) -> Tracker:
    from adapters.jira.tracker import JiraTracker

    return JiraTracker(environment)


KINDS: dict[str, TrackerKind] = {
    "asana": TrackerKind(
        name="asana",
        title="Asana",
        environment=AsanaEnvironment,
        team_settings=AsanaTeam,
        template_settings=AsanaTemplate,
        factory=_asana,
        read_payload=read_asana_payload,
    ),
    "jira": TrackerKind(
        name="jira",
        title="Jira",
        environment=JiraEnvironment,
        team_settings=JiraTeam,
        template_settings=JiraTemplate,
        factory=_jira,
        read_payload=read_jira_payload,
    ),
    "memory": TrackerKind(
        name="memory",
        title="Memory",
        environment=memory.MemoryEnvironment,
        team_settings=memory.MemoryTeam,
        template_settings=memory.MemoryTemplate,
        factory=memory.MemoryTracker.from_environment,
        read_payload=memory.read_payload,
    ),
}
