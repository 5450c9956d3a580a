"""Every tracker that the bot can use. To add one: its folder, and one entry here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_settings import BaseSettings

from adapters.base import Ticket, Tracker
from adapters.memory import MemoryEnvironment, MemoryTeam, MemoryTemplate, MemoryTracker
from adapters.memory import read_payload as read_memory


@dataclass(frozen=True, slots=True)
class TrackerKind:
    """What the bot must know to offer a tracker.

    Attributes:
        name: the key in configuration and templates.
        title: the name as people write it.
        environment: its environment variables; `configured()` says whether they are set.
        team_settings: what a team says about it.
        template_settings: what a template says about it.
        factory: makes the tracker from its environment; imports the vendor's client only then.
        read_payload: a ticket from one REST payload of the vendor, for `devrequest evaluate`.
    """

    name: str
    title: str
    environment: type[BaseSettings]
    team_settings: type[BaseModel]
    template_settings: type[BaseModel]
    factory: Callable[[Any], Tracker]
    read_payload: Callable[[Mapping[str, Any]], Ticket]


def _memory(_: MemoryEnvironment) -> Tracker:
    return MemoryTracker()


KINDS: dict[str, TrackerKind] = {
    "memory": TrackerKind(
        "memory", "Memory", MemoryEnvironment, MemoryTeam, MemoryTemplate, _memory, read_payload=read_memory
    ),
}
