"""A desk without a network: the listeners of the bot, a Slack that only notes what it is asked, jobs that only keep."""

import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from slack_bolt.authorization import AuthorizeResult

from adapters.document import Heading, Paragraph, Text, document, to_json
from bot.config import Config
from bot.domain.fill_form import FillForm, asked_sections
from bot.domain.fill_messages import MendedTicket
from bot.domain.home import Home
from bot.domain.plain_text import from_plain
from bot.domain.readiness import Gap
from bot.domain.request import Draft, TicketLink
from bot.domain.seen_ticket import SeenTicket, Tracked
from bot.domain.template import RequestType
from bot.slack.acks import Acks
from bot.slack.app import build_app
from bot.slack.desk import Desk
from bot.slack.forms import Forms
from bot.slack.gateway import Gateway
from bot.slack.home_tabs import HomeTabs
from bot.slack.views.fill_form import fill_view, round_trip
from bot.slack.views.home import home_view
from bot.store.sql_store import SqlStore
from bot.teams import ConfiguredTeams, ConfiguredTrackers
from bot.usecases.ports import JobState, Ports
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.slack import payloads
from sandbox.slack.events import event_callback
from sandbox.slack.model import Channel, Json, Message, User
from sandbox.slack.workspace import SlackWorkspace
from tests.databases import new_sqlite_database
from tests.fake_world import FakeFiles, FakePeople, FakeSlack, SimulatedClock
from tests.shipped import shipped_types

CONFIG = {"teams": [{"name": "Web", "channel": "C0WEB", "trackers": {"memory": {"project": "WEB"}}}]}


class QuietSlack(Gateway):
    """Notes every call.

    Attributes:
        calls: (method, arguments), in order.
        answers: method → the answer, or the exception to raise.
        responses: what was sent to response URLs.
    """

    def __init__(self) -> None:
        super().__init__("xoxb-none", "http://127.0.0.1:9/")
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, dict[str, Any] | Exception] = {"views.open": {"view": {"id": "V0OPENED"}}}
        self.responses: list[dict[str, Any]] = []

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        self.calls.append((method, arguments))
        answer = self.answers.get(method, {"ok": True})
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def form(self, method: str, **arguments: Any) -> dict[str, Any]:
        return await self.call(method, **arguments)

    async def respond(self, url: str, body: dict[str, Any]) -> bool:
        self.responses.append(body)
        return bool(url)

    def named(self, method: str) -> list[dict[str, Any]]:
        """The arguments of the calls of one method."""
        return [arguments for name, arguments in self.calls if name == method]


class Members(FakePeople):
    """Nobody is a guest."""

    async def is_outsider(self, user: str, slack_team: str, *, within: float | None = None) -> bool:
        return False


class KeptJobs:
    """Jobs that are stored and never run."""

    def __init__(self) -> None:
        self.stored: dict[str, Mapping[str, Any]] = {}

    async def submit(self, kind: str, key: str, payload: Mapping[str, Any]) -> None:
        self.stored.setdefault(key, payload)

    async def status(self, key: str) -> JobState:
        return "queued" if key in self.stored else "unknown"

    async def replay(self, key: str) -> None:
        raise NotImplementedError


@asynccontextmanager
async def a_desk(folder: Path, config: Mapping[str, Any] = CONFIG) -> AsyncIterator[tuple[Desk, QuietSlack, KeptJobs]]:
    """A desk with the shipped request types."""
    store = SqlStore.open(new_sqlite_database(folder))
    slack, jobs, clock = QuietSlack(), KeptJobs(), SimulatedClock()
    teams = ConfiguredTeams(Config.model_validate(config), shipped_types())
    trackers = ConfiguredTrackers({}, {"memory": "Memory", "jira": "Jira", "asana": "Asana"})
    ports = Ports(clock, store, FakeSlack(), Members(), FakeFiles(), teams, trackers, store.tickets, store.syncs)
    homes = HomeTabs(slack, soon=0.01)
    homes.serve(ports)
    desk = Desk(ports, jobs, slack, Forms(teams, trackers, store), Acks(slack), homes, slack_team="T0SANDBOX")
    try:
        yield desk, slack, jobs
        await desk.drain(2)
    finally:
        await desk.acks.close()
        await homes.close()
        store.close()


def an_app(desk: Desk) -> Any:
    """Bolt with all listeners; its hints for developers repeat what came in, and no report could print that."""
    logging.getLogger("slack_bolt.AsyncApp").setLevel(logging.ERROR)
    who = AuthorizeResult(enterprise_id=None, team_id="T0SANDBOX", bot_user_id="U0BOT", bot_id="B0SANDBOX")
    return build_app(desk, who, "xoxb-none", "http://127.0.0.1:9/")


async def real_payloads(desk: Desk) -> dict[str, Json]:
    """One payload of each kind that Slack sends to the bot, as the sandbox would."""
    workspace = SlackWorkspace(Clock(), Faults())
    mara = workspace.add_user("mara", "Mara Example")
    channel = workspace.add_channel("web", [mara], channel_id="C0WEB")
    kind = desk.ports.teams.request_type("landing-page")
    assert kind is not None
    answers: dict[str, Any] = {"title": "Spring sale", "launch_date": "2030-01-01", "ab_test": "Yes"}
    answers["user_story"] = {"rich": to_json(from_plain("As a visitor, I want prices, so that I can order."))}
    draft = Draft(id="", slack_team="T0SANDBOX", user=mara.id, request_type=kind.key, template_hash=kind.hash)
    draft = draft.model_copy(update={"channel": channel.id, "team": "web", "answers": answers})
    view = workspace.windows.open(workspace.issued.new_trigger(mara.id), await desk.forms.view(draft))
    message = _message(workspace, channel, mara)
    home = workspace.windows.publish(mara.id, home_view(Home()))
    opened = {"type": "app_home_opened", "user": mara.id, "channel": "D0MARA", "tab": "home", "event_ts": "1.0"}
    muted = {"type": "button", "block_id": home.blocks[-1]["block_id"], "action_id": "home_mute:mute_comments"}
    filling = workspace.windows.open(workspace.issued.new_trigger(mara.id), await _fill_view(desk, kind))
    typed = {"type": "plain_text_input", "block_id": "field:goal", "action_id": "answer.text", "value": "More"}
    pressed = {"type": "button", "block_id": "b", "action_id": "reopen_form", "value": "V0OLD"}
    return {
        "command": payloads.slash_command(workspace, mara, channel, "/devrequest", "landing-page Spring sale"),
        "shortcut": payloads.shortcut(workspace, mara, "devrequest_new"),
        "message_action": payloads.message_action(workspace, mara, channel, message, "devrequest_from_message"),
        "typed": payloads.block_actions(workspace, mara, view, [typed]),
        "pressed": payloads.block_actions(workspace, mara, message, [pressed]),
        "suggestion": payloads.block_suggestion(workspace, mara, view, "field:goal", "answer.external.00000000", "a"),
        "submission": payloads.view_submission(workspace, mara, view, []),
        "closed": payloads.view_closed(workspace, mara, view, cleared=True),
        "filled": payloads.view_submission(workspace, mara, filling, []),
        "filling": payloads.block_actions(workspace, mara, filling, [typed]),
        "menu": payloads.block_actions(workspace, mara, message, [_chosen("ticket_menu", "not_needed:memory:1")]),
        "comment": payloads.block_actions(workspace, mara, filling, [_chosen("use_comment", "4:17")]),
        "home": payloads.block_actions(workspace, mara, home, [muted]),
        "event": event_callback(workspace, opened | {"view": workspace.windows.json(home)}),
    }


def _chosen(action: str, value: str) -> Json:
    """An option of a menu, chosen."""
    option = {"text": {"type": "plain_text", "text": "x"}, "value": value}
    return {"type": "overflow", "block_id": "b", "action_id": action, "selected_option": option}


async def _fill_view(desk: Desk, kind: RequestType) -> Json:
    """The form with what a ticket lacks, of a ticket that is known."""
    seen = SeenTicket(tracker="memory", id="1", key="MEM-1", url="", team="web", title="x", request_type=kind.key)
    await desk.ports.tickets.change(["memory:1"], lambda _: [Tracked(ticket=seen)])
    gaps = [Gap(key, "section.missing", "It is missing.") for key in ("goal", "acceptance_criteria")]
    sections = asked_sections(
        kind, gaps, document(Heading((Text("Campaign goal"),)), Paragraph((Text("So so"),))), round_trip
    )
    ticket = MendedTicket("memory:1", "x", TicketLink(tracker="memory", id="1", key="MEM-1", url=""), "Memory")
    return fill_view(FillForm(seen, "Memory", kind, sections), ticket)


def _message(workspace: SlackWorkspace, channel: Channel, user: User) -> Message:
    """A message that somebody wrote."""
    message = Message(channel.id, workspace.issued.new_ts(), user.id, "Could we <https://example.com|have> a page?")
    channel.messages[message.ts] = message
    return message


JUNK: list[Any] = [None, 0, -1.5, True, "", "x" * 300, "\ud800", "\x00", [], [None], {}, {"id": 1}, {"a": []}, [[{}]]]
"""What may stand where something else belongs."""


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of a payload."""
    found = [here] if here else []
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        found += paths(entry, (*here, key))
    return found


def mutated(payload: Json, path: tuple[Any, ...], junk: Any, *, remove: bool) -> Json:
    """The payload with one place changed or taken out."""
    copy: Json = json.loads(json.dumps(payload))
    place: Any = copy
    for key in path[:-1]:
        place = place[key]
    if remove:
        del place[path[-1]]
    else:
        place[path[-1]] = junk
    return copy
