"""What the tests of sweeps share: tickets by hand, two teams, a second tracker."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.base import Section, Ticket
from adapters.document import Document, document
from adapters.memory import MemoryTracker
from adapters.sections import section_blocks
from bot.domain.plain_text import from_plain
from bot.domain.seen_ticket import Tracked
from bot.domain.template import Attributes, Field, Ready, RequestType
from bot.usecases.ports import Team
from bot.usecases.sweep_readiness import Read, sweep_team
from tests.fake_world import TEAM, World

PAGE_TYPE = RequestType(
    key="landing-page",
    name="Landing page",
    description="A new page",
    labels=("landing-page",),
    body=(
        Field(type="textarea", id="user_story", attributes=Attributes(label="User story"), ready=Ready(required=True)),
        Field(type="textarea", id="audience", attributes=Attributes(label="Audience"), ready=Ready(required=True)),
    ),
)
GROWTH = replace(TEAM, id="growth", name="Growth", channel="C0GROWTH", trackers={"memory": {"project": "GROW"}})
STORY = {"User story": "As a visitor, I want prices, so that I can order."}
WHOLE = STORY | {"Audience": "Returning visitors in Germany"}


def stricter(kind: RequestType) -> RequestType:
    """The same request type, which now needs a goal too."""
    goal = {"type": "textarea", "id": "goal", "attributes": {"label": "Goal"}, "ready": {"required": True}}
    return RequestType.from_json(kind.to_json() | {"body": [*kind.to_json()["body"], goal]})


def replace_ready(kind: RequestType, section: str, **values: Any) -> RequestType:
    """The same request type with other rules for a section."""
    body = kind.to_json()["body"]
    changed = [field | {"ready": field["ready"] | values} if field["id"] == section else field for field in body]
    return RequestType.from_json(kind.to_json() | {"body": changed})


class SecondTracker(MemoryTracker):
    """Another tracker in memory."""

    name = "second"

    def _keep(self, ticket: Ticket) -> Ticket:
        return super()._keep(replace(ticket, ref=replace(ticket.ref, tracker="second")))


def text(sections: Mapping[str, str]) -> Document:
    """Headings and what stands below them."""
    parts = (Section(heading, from_plain(body)) for heading, body in sections.items())
    return document(*(block for part in parts for block in section_blocks(part)))


def with_two_trackers(world: World) -> SecondTracker:
    """The team works in both of them."""
    second = SecondTracker(clock=world.clock.now)
    world.ports.trackers.trackers["second"] = second  # type: ignore[attr-defined]
    world.teams.teams = [replace(TEAM, trackers={"memory": {"project": "MEM"}, "second": {"project": "MEM"}})]
    return second


def by_hand(
    tracker: MemoryTracker, title: str, sections: Mapping[str, str] = STORY, project: str = "MEM", **values: Any
) -> Ticket:
    """A ticket that somebody wrote in the tracker, with the label of the request type; it lacks its audience."""
    return tracker.add(title, text(sections), project, **({"labels": ("landing-page",)} | values))


def edit(tracker: MemoryTracker, ticket: Ticket, **values: Any) -> None:
    """What somebody changes in the tracker itself."""
    kept = tracker._kept[ticket.ref.id]
    kept.ticket = replace(kept.ticket, **({"updated": tracker._clock()} | values))


async def sweep(world: World, team: Team | None = None) -> dict[str, Read]:
    """One sweep of the first team, or another."""
    return await sweep_team(world.ports, team or world.teams.teams[0])


async def stored(world: World, team: str = "web") -> dict[str, Tracked]:
    """Title → what is remembered of a team's tickets."""
    return {one.ticket.title: one async for page in world.ports.tickets.of_team(team, "all") for one in page}


def later(world: World, **passed: float) -> datetime:
    """Let time pass."""
    world.clock.time += timedelta(**passed)
    return world.clock.time
