"""A team whose tickets lack something: a small world in which days pass, sweeps happen and people act."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.base import Person, Section, SectionChange, TicketChange, TicketDraft
from bot.domain.alert_lines import AlertLine, AlertMessage
from bot.domain.alerting import AlertPolicy
from bot.domain.messages import Message
from bot.domain.plain_text import from_plain
from bot.domain.request import Submission
from bot.domain.seen_ticket import Tracked
from bot.domain.template import Attributes, Field, Ready, RequestType
from bot.domain.working_time import WorkingTime
from bot.usecases.note_tickets import baseline_of, note_tickets
from bot.usecases.post_alert import post_alert
from bot.usecases.refresh_alerts import refresh_alerts
from tests.fake_world import TEAM, World, a_submission

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = WorkingTime.of("09:00-17:00", DAYS, "Europe/Berlin")
POLICY = AlertPolicy(OFFICE)
DAY = 6, 18
"""Hours in UTC around those of the office."""
STORY = "As a visitor, I want prices, so that I can order."
KIND = RequestType(
    key="landing-page",
    name="Landing page",
    description="A new page",
    body=(
        Field(
            type="textarea",
            id="user_story",
            attributes=Attributes(label="User story"),
            ready=Ready(required=True),
        ),
        Field(
            type="textarea",
            id="acceptance_criteria",
            attributes=Attributes(label="Acceptance criteria", placeholder="Given …, when …, then …"),
            aliases=("Done when",),
            ready=Ready(required=True, at_least=2),
        ),
        Field(type="textarea", id="goal", attributes=Attributes(label="Goal"), ready=Ready(required=True)),
    ),
)
HEADINGS = {"user_story": "User story", "acceptance_criteria": "Acceptance criteria", "goal": "Goal"}
READY = {"user_story": STORY, "acceptance_criteria": "- The price is shown\n- The button orders", "goal": "5 % more"}


def at(text: str) -> datetime:
    """A moment in Berlin in 2026; 9 March is a Monday, and clocks change on the 29th."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BERLIN).astimezone(UTC)


@dataclass
class AlertWorld(World):
    """The world of one team; the first sweep was a week ago.

    Attributes:
        policy: when the team is asked.
        observe: whether it only watches.
    """

    policy: AlertPolicy = field(default_factory=lambda: POLICY)
    observe: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.clock.time = at("03-09T09:00")
        self.set_policy()

    def set_policy(self, **values: Any) -> None:
        """Change the team's policy; `observe` and others of the team stay as they are."""
        self.policy = replace(self.policy, **values)
        self.team = replace(TEAM, alerts=self.policy, observe=self.observe)
        self.teams.teams, self.teams.types = [self.team], [KIND]

    async def swept_before(self) -> None:
        """The first sweep was complete a week ago."""
        state = await self.ports.tickets.sweep(self.team.id, "memory")
        before = (self.clock.now() - timedelta(days=7)).timestamp()
        await self.ports.tickets.save_sweep(self.team.id, "memory", state.model_copy(update={"baseline": before}))

    async def file(self, number: int = 1, *, requester: str | None = "U0MARA", **sections: str) -> str:
        """A ticket made by the bot, or by hand without a requester; its handle. Three sections are wanted.

        Sections are given by their id or by their heading.
        """
        title = sections.pop("title", f"Page {number}")
        labels = tuple(sections.pop("labels", "landing-page").split())
        reporter = sections.pop("reporter", "")
        request_id = f"V{number}" if requester else f"hand-{number}"
        if requester:
            request = a_submission(request_id, requester={"id": requester}, template=KIND.to_json())
            await self.store.record(Submission.model_validate(request))
        draft = TicketDraft(
            request_id=request_id,
            request_type=KIND.key,
            title=title,
            sections=tuple(Section(HEADINGS.get(key, key), from_plain(text), key) for key, text in sections.items()),
            labels=labels,
            reporter=Person(reporter, f"{reporter}@example.com", reporter) if reporter else None,
            team=self.team.trackers["memory"],
        )
        created = await self.tracker.create(draft)
        return f"memory:{created.ref.id}"

    async def edit(self, handle: str, **change: Any) -> None:
        """Somebody edits the ticket in the tracker: sections by id, or `state`, `assignee`."""
        ticket = next(one for one in self.tracker.tickets if f"memory:{one.ref.id}" == handle)
        sections = tuple(
            SectionChange(Section(HEADINGS[key], from_plain(change.pop(key)), key)) for key in HEADINGS if key in change
        )
        await self.tracker.update(ticket.ref, TicketChange(sections=sections, **change))

    async def look(self) -> list[Tracked]:
        """A sweep reads everything."""
        baseline = await baseline_of(self.ports, self.team, "memory")
        return await note_tickets(self.ports, self.team, list(self.tracker.tickets), baseline)

    async def sweep(self) -> dict[str, Any]:
        """A sweep: read, alert, refresh; tried again while Slack is away."""
        await self.look()
        return await self.say()

    async def say(self) -> dict[str, Any]:
        """What comes after the reading."""
        for work in (post_alert, refresh_alerts):
            while (result := await work(self.ports, self.team))["retry_after"] is not None:
                await self.clock.sleep(result["retry_after"])
            if work is post_alert:
                posted = result
        return posted | {"refreshed": result}

    async def at(self, moment: datetime) -> dict[str, Any]:
        """Time passes until then; a sweep."""
        self.clock.time = moment
        return await self.sweep()

    async def pass_hours(self, until: datetime) -> list[datetime]:
        """Sweeps on every hour until then, at night on every third; when something was posted in the channel."""
        said = []
        while self.clock.time < until:
            hours = 1 if DAY[0] <= self.clock.time.hour < DAY[1] else 3 - self.clock.time.hour % 3
            self.clock.time = self.clock.time.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
            if (await self.sweep())["posted"]:
                said.append(self.clock.time)
        return said

    async def tracked(self, handle: str) -> Tracked:
        """What is remembered of a ticket."""
        return (await self.ports.tickets.find([handle]))[handle]

    async def change_history(self, handle: str, **values: Any) -> None:
        """What a person's own action does to the history of a ticket."""

        def work(known: Mapping[str, Tracked]) -> list[Tracked]:
            return [one.model_copy(update={"history": replace(one.history, **values)}) for one in known.values()]

        await self.ports.tickets.change([handle], work)

    @property
    def alerts(self) -> list[AlertMessage]:
        """The channel's messages, as they were posted."""
        keys = [key for key, where, _ in self.slack.posts if where == self.team.channel]
        return [message for key in keys if isinstance(message := self.slack.messages[key], AlertMessage)]

    @property
    def now_shown(self) -> list[AlertMessage]:
        """The channel's messages, as they stand now."""
        keys = [key for key, where, _ in self.slack.posts if where == self.team.channel]
        stamps = {self.slack.taken[key].ts: self.slack.messages[key] for key in keys}
        stamps |= {ts: message for ts, message in self.slack.edits if ts not in self.slack.deleted}
        return [message for message in stamps.values() if isinstance(message, AlertMessage)]

    @property
    def changes(self) -> list[tuple[str, AlertMessage]]:
        """The edits that changed what a message of the channel shows; a look whether it is there changes nothing."""
        stood = {self.slack.taken[message.key].ts: message.digest for message in self.alerts}
        changed = []
        for ts, message in self.slack.edits:
            if isinstance(message, AlertMessage) and message.digest != stood.get(ts):
                changed.append((ts, message))
                stood[ts] = message.digest
        return changed

    def line(self, handle: str, message: int = -1) -> AlertLine:
        """The line of a ticket in a message of the channel, as it stands now; the newest message by default."""
        return next(line for line in self.now_shown[message].lines if line.handle == handle)

    def direct(self, user: str) -> list[Message]:
        """What was said to somebody directly."""
        return [self.slack.messages[key] for key, where, _ in self.slack.posts if where == user]
