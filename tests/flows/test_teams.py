"""Teams, trackers and guests: who is asked what, and where a request ends up."""

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Tracker
from adapters.memory import MemoryTracker
from bot.slack.opening import REFUSAL
from sandbox.server import Sandbox
from sandbox.slack.people import Person
from tests.journey import Journey, journey

MODES = pytest.mark.parametrize("mode", ["socket", "http"])
TEAMS = """
teams:
  - {{name: Web, channel: {channel}, trackers: {{memory: {{project: WEB}}}}, request_types: [bug, quick-win]}}
  - name: Shop
    channel: C0SHOP
    trackers: {{memory: {{project: SHOP}}}}
    request_types: [quick-win, campaign]
    guests: {guests}
ops_channel: {{ops}}
"""
STORY = {"field:user_story": "As a visitor, I want prices, so that I can order."}


def teams(guests: str = "refuse") -> str:
    """A configuration of two teams."""
    return TEAMS.replace("{guests}", guests).replace("{{ops}}", "{ops}")


def shop(sandbox: Sandbox) -> None:
    """The second team's channel, and one that is nobody's."""
    people = list(sandbox.slack.users.values())
    sandbox.slack.add_channel("mar-dev-shop", people, channel_id="C0SHOP")
    sandbox.slack.add_channel("random", people, channel_id="C0RANDOM")


def meta(person: Person, key: str) -> str:
    """What the open form says of itself."""
    return str(json.loads(person.modal.content["private_metadata"]).get(key)) if person.modal else ""


def menus(person: Person) -> list[str]:
    """The menus above the fields."""
    assert person.modal is not None
    names = (str(block.get("block_id")).partition(":")[0] for block in person.modal.blocks)
    return [name for name in names if name in {"team", "request_type", "tracker"}]


def announcement(person: Person) -> str:
    """What the form says about where the ticket will be made known."""
    assert person.modal is not None
    return "".join(str(block) for block in person.modal.blocks if block.get("block_id") == "announce")


async def handed_in(at: Journey, person: Person, title: str = "A page") -> str:
    """Fill the open form in and press Submit; the project of the ticket."""
    await at.until(lambda: "field:title" in str(person.modal and person.modal.blocks))
    assert person.modal is not None
    request_id = person.modal.id
    await person.fill({"field:title": title, **STORY})
    outcome = await person.submit()
    assert (outcome.problem, outcome.errors) == (None, {})
    await at.until(lambda: person.modal is None or "Done: " in str(person.modal.blocks))
    request = await at.bot.parts.store.request(request_id)
    while request is None or request.ticket is None:
        request = await at.bot.parts.store.request(request_id)
    await person.dismiss()
    return request.ticket.key.partition("-")[0]


@MODES
async def test_outside_a_teams_channel_the_form_asks_for_the_team(tmp_path: Path, mode: str) -> None:
    """From a DM, another channel and the global shortcut; preset to the last one; in a team's channel it is settled."""
    async with journey(tmp_path, mode=mode, trackers={"memory": MemoryTracker()}, config=teams(), prepare=shop) as at:
        person = at.mara
        await person.shortcut("devrequest_new")
        await at.until(lambda: person.modal)
        assert (menus(person), meta(person, "team")) == (["team", "request_type"], "web")
        await person.act("team", "shop")
        await at.until(lambda: meta(person, "team") == "shop")
        offered = str([block for block in person.modal.blocks if "request_type" in str(block.get("block_id"))])
        assert ("campaign" in offered, "'bug'" in offered) == (True, False)
        await person.act("request_type", "quick-win")
        await at.until(lambda: "announce" in str(person.modal and person.modal.blocks))
        assert "<#C0SHOP> gets a message" in announcement(person)
        assert await handed_in(at, person) == "SHOP"
        await at.until(lambda: at.mara.messages("C0SHOP"))
        assert [post.text for post in at.mara.messages("C0SHOP")] == ["New request from Mara Example: A page"]

        for place in ("C0RANDOM", at.sandbox.slack.dm(person.user.id).id):
            await person.command(place, "/devrequest quick-win")
            await at.until(lambda: person.modal)
            assert meta(person, "team") == "shop"
            assert menus(person) == ["team", "request_type"]
            await person.dismiss()
        await person.command("C0RANDOM", "/devrequest bug It broke")  # the last team takes no bugs
        await at.until(lambda: person.modal)
        assert (meta(person, "team"), meta(person, "request_type")) == ("web", "bug")
        await person.dismiss()

        await at.open("quick-win", person)
        assert menus(person) == ["request_type"]
        assert announcement(person) == ""
        assert await handed_in(at, person) == "WEB"
        assert at.sandbox.slack.complaints == []


async def test_a_type_that_the_team_does_not_take_is_not_filed(tmp_path: Path) -> None:
    """After another team was chosen, the type has to be one of its own; the words stay."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}, config=teams(), prepare=shop) as at:
        person = at.mara
        await person.command("C0RANDOM", "/devrequest bug It broke")
        await at.until(lambda: person.modal)
        await person.act("team", "shop")
        await at.until(lambda: meta(person, "team") == "shop")
        await person.fill({"field:actual": "Nothing happens", "field:expected": "A page"})
        refused = await person.submit()

        assert refused.errors
        assert await at.bot.parts.store.requests() == []
        await person.act("request_type", "quick-win")
        await at.until(lambda: "field:user_story" in str(person.modal and person.modal.blocks))
        assert "It broke" in str(person.modal.values)  # type: ignore[union-attr]


async def test_the_tracker_can_be_chosen_where_the_type_asks(tmp_path: Path) -> None:
    """The usual one is preset; person before template before team."""
    (tmp_path / "own").mkdir()
    body = "body:\n- {type: textarea, id: user_story, attributes: {label: Story}}\n"
    (tmp_path / "own" / "asks.yaml").write_text(
        f"name: Asks\ndescription: x\ntracker: {{default: asana, ask: true}}\n{body}"
    )
    (tmp_path / "own" / "fixed.yaml").write_text(f"name: Fixed\ndescription: x\ntracker: {{default: asana}}\n{body}")
    config = """
teams:
  - name: Web
    channel: {channel}
    default_tracker: jira
    trackers: {{jira: {{project: WEB}}, asana: {{project: "1"}}}}
templates: [own]
"""
    trackers: dict[str, Tracker] = {"jira": MemoryTracker(), "asana": MemoryTracker()}
    async with journey(tmp_path, trackers=trackers, config=config) as at:

        async def file(type_: str, choose: str = "") -> str:
            person = await at.open(type_)
            if choose:
                assert meta(person, "tracker") == "asana"
                await person.act("tracker", choose)
                await at.until(lambda: meta(person, "tracker") == choose)
            await handed_in(at, person)
            return (await at.request()).submission.tracker

        assert await file("asks") == "asana"
        assert await file("asks", choose="jira") == "jira"
        assert await file("fixed") == "asana"
        assert await file("quick-win") == "jira"


async def turned_away(at: Journey, guest: Person, ts: str) -> None:
    """At first the form gives way to a kind word; from then on they only get the word, privately."""
    await guest.command(at.channel.id, "/devrequest bug A page")
    await at.until(lambda: guest.modal and "members of this workspace" in str(guest.modal.blocks))
    assert guest.modal is not None
    assert not guest.modal.content.get("submit")
    await guest.dismiss()
    await guest.command(at.channel.id, "/devrequest bug A page")
    await guest.message_shortcut("devrequest_from_message", at.channel.id, ts)

    def said() -> list[str]:
        return [m.text for m in guest.messages(at.channel.id) if m.ephemeral_to == guest.user.id]

    await at.until(lambda: len(said()) == 2)
    assert all("members of this workspace" in text for text in said())
    assert guest.modal is None


@MODES
async def test_guests_are_refused_kindly(tmp_path: Path, mode: str) -> None:
    """Guests, people of other organisations: by command, shortcut and message shortcut; nothing is stored."""

    def prepare(sandbox: Sandbox) -> None:
        shop(sandbox)
        sandbox.slack.add_user("sam", "Sam Stranger", stranger=True)
        sandbox.slack.channels["C0WEB"].members.append("W0SAM")

    async with journey(
        tmp_path, mode=mode, trackers={"memory": MemoryTracker()}, config=teams(), prepare=prepare
    ) as at:
        message = await at.mara.post(at.channel.id, "Could we have prices?")
        for user_id in (at.users["gus"].id, "W0SAM"):
            await turned_away(at, Person(at.sandbox.slack, user_id), message.ts)
        assert await at.bot.parts.store.requests() == []
        assert await at.bot.parts.store.latest_draft("T0SANDBOX", at.users["gus"].id) is None
        assert at.sandbox.slack.complaints == []


async def test_a_guest_who_slipped_in_is_refused_at_submit(tmp_path: Path) -> None:
    """Slack did not say who it is when the form opened; Submit refuses at the field and keeps the words."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        user = at.users["gus"]
        user.is_restricted = False
        guest = Person(at.sandbox.slack, user.id)
        await at.open("quick-win A page", guest)
        await guest.fill(STORY)
        people: Any = at.bot.parts.desk.ports.people
        await at.until(lambda: user.id in people._users)  # the answer on its way is of the member
        user.is_restricted = True
        people._users.clear()
        outcome = await guest.submit()

        assert list(outcome.errors.values()) == [REFUSAL]
        assert await at.bot.parts.store.requests() == []


async def test_a_team_may_take_guests(tmp_path: Path) -> None:
    """With `guests: allow` a guest files like anybody; elsewhere the form starts with that team."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}, config=teams("allow"), prepare=shop) as at:
        guest = Person(at.sandbox.slack, at.users["gus"].id)
        await guest.command("C0SHOP", "/devrequest quick-win A page")
        await at.until(lambda: guest.modal)
        assert await handed_in(at, guest) == "SHOP"

        await guest.command("C0RANDOM", "/devrequest quick-win Another")
        await at.until(lambda: guest.modal)
        assert meta(guest, "team") == "shop"
        await guest.act("team", "web")
        await at.until(lambda: meta(guest, "team") == "web")
        await guest.fill(STORY)
        refused = await guest.submit()
        [(block, text)] = refused.errors.items()
        assert (block.partition(":")[0], "members of this workspace" in text) == ("team", True)
        await guest.act("team", "shop")
        await at.until(lambda: meta(guest, "team") == "shop")
        await guest.submit()
        await at.until(lambda: len(tracker.tickets) == 2)
