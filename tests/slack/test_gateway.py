"""Calls to Slack: sorted by what to do next, never repeated on their own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.base import Person
from bot.config import Config
from bot.domain.alerting import AlertPolicy
from bot.domain.messages import Notice, Posted, ToChannel, ToPerson, Unreachable
from bot.slack import gateway as gateway_module
from bot.slack.acks import Acks
from bot.slack.app import identity
from bot.slack.channels import channel_ids
from bot.slack.examine import examine_slack
from bot.slack.forms import Forms
from bot.slack.gateway import Gateway, SlackRefused
from bot.slack.home_tabs import HomeTabs
from bot.slack.notifier import SlackNotifier
from bot.slack.people import SlackPeople
from bot.teams import ConfiguredTrackers
from bot.usecases.ports import SlackUnavailable
from sandbox.faults import Fault
from sandbox.server import Sandbox
from sandbox.slack import SLACK_BOT_TOKEN
from tests.fake_world import TEAM
from tests.stub_server import StubServer


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A Slack with a channel, a person and a guest."""
    made = Sandbox()
    slack = made.slack
    people = [slack.add_user("mara", "Mara Example"), slack.add_user("gus", "Gus Guest", guest=True)]
    slack.add_user("sam", "Sam Stranger", stranger=True)
    slack.add_user("left", "Lea Left", deactivated=True)
    slack.add_channel("web", people, channel_id="C0WEB")
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def gateway(sandbox: Sandbox) -> AsyncIterator[Gateway]:
    """The bot's connection to it."""
    made = Gateway(SLACK_BOT_TOKEN, f"{sandbox.url}/slack/api/")
    yield made
    await made.close()


POST = "chat.postMessage"


@pytest.mark.parametrize(
    ("header", "after"), [("inf", 1.0), ("1e400", 1.0), ("nan", 1.0), ("soon", 1.0), ("-3", 1.0), ("1e12", 86_400.0)]
)
async def test_a_pause_that_nobody_can_wait_for(header: str, after: float) -> None:
    """A Retry-After that is no time does not end the job that waits for it, and one of years becomes a day."""
    slack = StubServer()
    slack.always(429, {"ok": False, "error": "ratelimited"}, Retry_After=header)
    gateway = Gateway(SLACK_BOT_TOKEN, f"{slack.url}/api/")

    with pytest.raises(SlackUnavailable) as caught:
        await gateway.call(POST, channel="C0WEB")
    await gateway.close()
    slack.stop()

    assert caught.value.after == after


@pytest.mark.parametrize(
    ("kind", "sent", "after"),
    [
        ("429", False, 7.0),
        ("500", False, 1.0),
        ("drop_after", True, 1.0),
        ("drop_before", True, 1.0),
        ("garbage", True, 1.0),
    ],
)
async def test_failures_say_whether_it_may_have_worked(
    sandbox: Sandbox, gateway: Gateway, kind: str, sent: bool, after: float
) -> None:
    """Waiting, a dropped connection, an answer that is none: one request each, and what is known of it."""
    sandbox.faults.add(Fault("slack", kind, operation=POST, times=1, seconds=7 if kind == "429" else None))
    with pytest.raises(SlackUnavailable) as caught:
        await gateway.call(POST, channel="C0WEB", text="hello")

    assert (caught.value.sent, caught.value.after) == (sent, after)
    posted = len(sandbox.slack.channels["C0WEB"].messages)
    assert posted == (1 if kind in {"drop_after", "garbage"} else 0)


async def test_channels_have_names(sandbox: Sandbox, gateway: Gateway) -> None:
    """Those that Slack tells the bot of, each asked for once; the others are called by their id."""
    sandbox.slack.add_channel("board", [], channel_id="C0BOARD", private=True).members.remove("U0BOT")
    people = people_of(gateway)
    names = [await people.channel_name(one) for one in ("C0WEB", "C0BOARD", "C0NONE", "C0BOARD", "C0WEB")]

    assert names == ["web", "C0BOARD", "C0NONE", "C0BOARD", "web"]
    assert sum("conversations.info" in line for line in sandbox.recorder.lines(["slack"])) == 3


async def test_a_workspace_on_its_way_to_enterprise() -> None:
    """What Slack refuses while it moves a workspace is tried again: that is over by itself, and nobody's to mend."""
    slack = StubServer()
    slack.always(200, {"ok": False, "error": "team_added_to_org"})
    gateway = Gateway(SLACK_BOT_TOKEN, f"{slack.url}/api/")
    with pytest.raises(SlackUnavailable):
        await gateway.call(POST, channel="C0WEB", text="hello")
    await gateway.close()
    slack.stop()


async def test_a_refusal_has_slacks_code(gateway: Gateway) -> None:
    """What would be refused again is told from what may work later."""
    with pytest.raises(SlackRefused) as caught:
        await gateway.call(POST, channel="C0NOWHERE", text="hello")
    assert caught.value.code == "channel_not_found"
    with pytest.raises(SlackRefused):
        await gateway.form("users.info", user="U0NOBODY")


async def test_a_slack_that_is_not_there() -> None:
    """No connection: nothing was sent."""
    gateway = Gateway("xoxb-x", "http://127.0.0.1:9/")
    with pytest.raises(SlackUnavailable) as caught:
        await gateway.call("auth.test")
    assert caught.value.sent is False
    assert await gateway.respond("http://127.0.0.1:9/response", {"text": "x"}) is False
    assert await gateway.respond("", {"text": "x"}) is False
    await gateway.close()


async def test_pages_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cursor that comes a second time ends the list."""
    gateway = Gateway("xoxb-x", "http://127.0.0.1:9/")
    cursors = iter(["a", "b", "a", "c"])

    async def form(_: str, **arguments: Any) -> dict[str, Any]:
        return {"things": [arguments.get("cursor")], "response_metadata": {"next_cursor": next(cursors)}}

    monkeypatch.setattr(gateway, "form", form)
    assert [page async for page in gateway.pages("conversations.list", "things")] == [[None], ["a"], ["b"]]


def people_of(gateway: Gateway) -> SlackPeople:
    """Who is who, without trackers."""
    return SlackPeople(gateway, ConfiguredTrackers({}, {}), {}, {})


@pytest.mark.parametrize(
    ("channel", "kind", "times", "shared"),
    [
        ("C0PARTNER", "429", 2, True),
        ("C0WEB", "429", 2, False),
        ("C0PARTNER", "500", None, True),
        ("C0WEB", "500", None, True),
    ],
)
async def test_titles_are_withheld_while_nobody_knows_who_reads(
    sandbox: Sandbox, gateway: Gateway, channel: str, kind: str, times: int | None, shared: bool
) -> None:
    """A Slack that does not say is asked again; in vain, the channel counts as shared with another organisation."""
    slack = sandbox.slack
    slack.add_channel("partner", list(slack.users.values()), channel_id="C0PARTNER", shared=True)
    people, pauses = people_of(gateway), list[float]()

    async def wait(seconds: float) -> None:
        pauses.append(seconds)

    people._sleep = wait
    seconds = None if kind == "500" else 1
    sandbox.faults.add(Fault("slack", kind, operation="conversations.info", times=times, seconds=seconds))

    assert await people.is_shared(channel) is shared
    assert len(pauses) == (times or 3)
    assert max(pauses) <= 10
    sandbox.faults.clear()
    assert await people.is_shared(channel) is (channel == "C0PARTNER")


async def test_somebody_whom_slack_does_not_find_now_is_not_unknown(sandbox: Sandbox, gateway: Gateway) -> None:
    """To those who have to be sure it says so; what was known before is believed meanwhile."""
    people, mara = people_of(gateway), Person("Mara", "mara@example.com")
    sandbox.faults.add(Fault("slack", "429", operation="users.lookupByEmail", times=2, seconds=7))
    assert await people.in_slack(mara, "jira") is None
    with pytest.raises(SlackUnavailable) as caught:
        await people.in_slack(mara, "jira", sure=True)
    assert caught.value.after == 7
    assert await people.in_slack(mara, "jira", sure=True) == "U0MARA"
    assert await people.in_slack(Person("X", "nobody@example.com"), "jira", sure=True) is None


@pytest.mark.parametrize(
    ("user", "outside"), [("U0MARA", False), ("U0GUS", True), ("W0SAM", True), ("U0LEFT", True), ("U0NOBODY", True)]
)
async def test_who_is_an_outsider(gateway: Gateway, user: str, outside: bool) -> None:
    """Guests, people of other organisations, those who left and those whom Slack does not show us."""
    assert await people_of(gateway).is_outsider(user, "T0SANDBOX") is outside


@pytest.mark.parametrize("kind", ["429", "500", "drop_before"])
async def test_nobody_is_an_outsider_while_slack_does_not_say(sandbox: Sandbox, gateway: Gateway, kind: str) -> None:
    """A member's request matters more than a guest's; it is asked again."""
    sandbox.faults.add(Fault("slack", kind, operation="users.info", times=1))
    people = people_of(gateway)

    assert await people.is_outsider("U0GUS", "T0SANDBOX") is False
    assert await people.is_outsider("U0GUS", "T0SANDBOX") is True


@pytest.mark.parametrize("code", ["user_not_visible", "user_not_found"])
async def test_whom_slack_hides_is_an_outsider(code: str) -> None:
    """People of organisations that we share a channel with may not be visible to our token at all."""
    stub = StubServer("/api")
    stub.always(200, {"ok": False, "error": code})
    gateway = Gateway(SLACK_BOT_TOKEN, f"{stub.url}/api/")
    people = people_of(gateway)

    assert await people.is_outsider("U0FAR", "T0SANDBOX") is True
    assert (await people.requester("U0FAR")).name == "U0FAR"
    assert len(stub.requests) == 1
    await gateway.close()
    stub.stop()


@pytest.mark.parametrize(
    ("enterprise", "teams", "outside"),
    [("E0OURS", ["T0OTHER"], False), ("E0OURS", ["T0OTHER", "T0SANDBOX"], False), ("E0THEIRS", ["T0OTHER"], True)],
)
async def test_people_of_the_same_grid_organisation_are_members(
    enterprise: str, teams: list[str], outside: bool
) -> None:
    """Whichever of its workspaces they are in; `enterprise_user` is there for people of a Grid organisation."""
    user = {"id": "W0FAR", "team_id": "T0OTHER", "enterprise_user": {"enterprise_id": enterprise, "teams": teams}}
    stub = StubServer("/api")
    home = {"ok": True, "url": "https://acme.slack.com/", "team_id": "T0SANDBOX", "enterprise_id": "E0OURS"}
    stub.always(200, home | {"user": user})
    gateway = Gateway(SLACK_BOT_TOKEN, f"{stub.url}/api/")
    await identity(gateway)

    assert await people_of(gateway).is_outsider("W0FAR", "T0SANDBOX") is outside
    await gateway.close()
    stub.stop()


async def test_people_are_asked_for_once(sandbox: Sandbox, gateway: Gateway) -> None:
    """Ten questions at once are one call; a slow Slack keeps nobody waiting, and its answer is used the next time."""
    people = people_of(gateway)
    sandbox.faults.add(Fault("slack", "latency", operation="users.info", seconds=0.8))
    assert await people.is_outsider("U0GUS", "T0SANDBOX", within=0.0) is False
    first = await asyncio.gather(*(people.is_outsider("U0GUS", "T0SANDBOX") for _ in range(10)))
    assert first == [False] * 10
    assert (await people.requester("U0GUS")).name == "Gus Guest"
    assert await people.is_outsider("U0GUS", "T0SANDBOX", within=0.0) is True
    calls = sandbox.recorder.lines(["slack"])
    assert sum("users.info" in line for line in calls) == 1


async def notifier_of(gateway: Gateway) -> SlackNotifier:
    """The bot's voice."""
    trackers = ConfiguredTrackers({}, {})
    return SlackNotifier(gateway, Forms(None, trackers, None), people_of(gateway), Acks(gateway), HomeTabs(gateway))  # type: ignore[arg-type]


@pytest.mark.parametrize("to", [ToChannel("C0WEB"), ToPerson("U0MARA")])
async def test_a_message_whose_answer_was_lost_is_found(sandbox: Sandbox, gateway: Gateway, to: Any) -> None:
    """In a channel and in a DM: looked for by its key before it is sent again."""
    notifier = await notifier_of(gateway)
    sandbox.faults.add(Fault("slack", "drop_after", operation=POST, times=1))
    with pytest.raises(SlackUnavailable):
        await notifier.post("key:1", to, Notice("hello"), may_exist=False)
    again = await notifier.post("key:1", to, Notice("hello"), may_exist=True)
    other = await notifier.post("key:2", to, Notice("other"), may_exist=True)

    assert isinstance(again, Posted)
    assert isinstance(other, Posted)
    assert again.permalink
    channel = sandbox.slack.channels["C0WEB"] if isinstance(to, ToChannel) else sandbox.slack.dm("U0MARA")
    assert [message.text for message in channel.messages.values()] == ["hello", "other"]


@pytest.mark.parametrize("to", [ToChannel("C0WEB"), ToPerson("U0MARA")])
async def test_a_message_that_comes_late_is_waited_for(
    sandbox: Sandbox, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, to: Any
) -> None:
    """Slack finishes what it did not answer in time; whoever asks before that is told how long to wait."""
    monkeypatch.setattr(gateway_module, "TIMEOUT", 0.2)
    monkeypatch.setattr(gateway_module, "SETTLES", 0.8)
    notifier = await notifier_of(gateway)
    late = Fault("slack", "latency", operation=POST, seconds=0.6)
    sandbox.faults.add(late)
    with pytest.raises(SlackUnavailable) as caught:
        await notifier.post("key:1", to, Notice("hello"), may_exist=False)
    sandbox.faults.remove(late)
    assert (caught.value.after, caught.value.pending) == (0.8, True)
    for may_exist in (True, False):  # too early: it has not come yet
        with pytest.raises(SlackUnavailable) as early:
            await notifier.post("key:1", to, Notice("hello"), may_exist=may_exist)
        assert 0 < early.value.after < 0.8
    with pytest.raises(SlackUnavailable):
        await notifier.find("key:1", to, sandbox.clock.now())
    other = await notifier.post("key:2", to, Notice("other"), may_exist=False)
    await asyncio.sleep(early.value.after)
    again = await notifier.post("key:1", to, Notice("hello"), may_exist=True)

    assert isinstance(other, Posted)
    assert isinstance(again, Posted)
    channel = sandbox.slack.channels["C0WEB"] if isinstance(to, ToChannel) else sandbox.slack.dm("U0MARA")
    assert sorted(message.text for message in channel.messages.values()) == ["hello", "other"]


async def test_a_reply_is_found_in_its_thread(sandbox: Sandbox, gateway: Gateway) -> None:
    """Replies are not in the channel's history."""
    notifier = await notifier_of(gateway)
    root = await notifier.post("root", ToChannel("C0WEB"), Notice("root"), may_exist=False)
    assert isinstance(root, Posted)
    thread = ToChannel("C0WEB", root.ts)
    sandbox.faults.add(Fault("slack", "drop_after", operation=POST, times=1))
    with pytest.raises(SlackUnavailable):
        await notifier.post("reply", thread, Notice("reply"), may_exist=False)
    await notifier.post("reply", thread, Notice("reply"), may_exist=True)

    assert len(sandbox.slack.channels["C0WEB"].messages) == 2


async def test_without_the_scope_to_find_the_direct_messages(sandbox: Sandbox, gateway: Gateway) -> None:
    """Somebody whose message may not have arrived hears it rather twice than never, as where none may be read."""
    notifier = await notifier_of(gateway)
    sandbox.slack.app.scopes -= {"im:write"}
    said = await notifier.post("key:1", ToPerson("U0MARA"), Notice("hello"), may_exist=True)

    assert isinstance(said, Posted)
    assert isinstance(await notifier.find("key:2", ToPerson("U0MARA"), sandbox.clock.now()), Unreachable)


async def test_where_nobody_can_be_reached(sandbox: Sandbox, gateway: Gateway) -> None:
    """An archived channel, and a person who left: a reason and what to do, never an exception."""
    notifier = await notifier_of(gateway)
    sandbox.slack.channels["C0WEB"].is_archived = True
    closed = await notifier.post("a", ToChannel("C0WEB"), Notice("x"), may_exist=False)
    left = await notifier.post("b", ToPerson("U0LEFT"), Notice("x"), may_exist=True)

    assert isinstance(closed, Unreachable)
    assert (closed.reason, "unarchive" in closed.fix) == ("is_archived", True)
    assert isinstance(left, Unreachable)
    assert left.fix


async def test_a_permalink_that_slack_does_not_say_is_made(sandbox: Sandbox, gateway: Gateway) -> None:
    """In Slack's own form, for a message and for a reply; one failure would else keep the link off the ticket."""
    await identity(gateway)
    notifier = await notifier_of(gateway)
    sandbox.faults.add(Fault("slack", "500", operation="chat.getPermalink", times=2))
    root = await notifier.post("root", ToChannel("C0WEB"), Notice("root"), may_exist=False)
    assert isinstance(root, Posted)
    reply = await notifier.post("reply", ToChannel("C0WEB", root.ts), Notice("reply"), may_exist=False)
    assert isinstance(reply, Posted)
    address = f"https://{sandbox.slack.team['domain']}.slack.com/archives/C0WEB/p"

    assert root.permalink == address + root.ts.replace(".", "")
    assert reply.permalink == f"{address}{reply.ts.replace('.', '')}?thread_ts={root.ts}&cid=C0WEB"


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        ("restricted_action_thread_only_channel", "allow the app to post there"),
        ("restricted_action_non_threadable_channel", "allow threads there"),
        ("token_revoked", "SLACK_BOT_TOKEN"),
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("some_new_code", "some_new_code"),
    ],
)
async def test_every_refusal_says_what_to_mend(code: str, fix: str) -> None:
    """Operators hear what they can do, and of a reason that is new at least its name."""
    stub = StubServer("/api")
    stub.always(200, {"ok": False, "error": code})
    gateway = Gateway(SLACK_BOT_TOKEN, f"{stub.url}/api/")
    refused = await (await notifier_of(gateway)).post("key:1", ToChannel("C0WEB"), Notice("x"), may_exist=False)

    assert isinstance(refused, Unreachable)
    assert (refused.reason, fix in refused.fix, refused.hopeless) == (code, True, False)
    await gateway.close()
    stub.stop()


@pytest.mark.parametrize("to", [ToChannel("C0WEB"), ToPerson("U0MARA")])
async def test_a_message_is_found_by_its_key(sandbox: Sandbox, gateway: Gateway, to: Any) -> None:
    """With its link; nothing is sent to find out, and what is older than the question is not looked at."""
    notifier = await notifier_of(gateway)
    now = sandbox.clock.now()
    posted = await notifier.post("key:1", to, Notice("hello"), may_exist=False)

    assert await notifier.find("key:1", to, now) == posted
    assert await notifier.find("key:2", to, now) is None
    assert await notifier.find("key:1", to, now + timedelta(hours=1)) is None
    assert sum("chat.postMessage" in line for line in sandbox.recorder.lines(["slack"])) == 1


async def test_a_channel_that_cannot_be_looked_into(
    sandbox: Sandbox, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks is told that nobody can say, and what to mend; for lack of a scope, too."""
    notifier = await notifier_of(gateway)
    sandbox.slack.channels["C0WEB"].is_private = True
    sandbox.slack.channels["C0WEB"].members.remove("U0BOT")
    outside = await notifier.find("key:1", ToChannel("C0WEB"), sandbox.clock.now())

    async def refused(*_: Any, **__: Any) -> Any:
        raise SlackRefused("conversations.history", "missing_scope")

    monkeypatch.setattr(gateway, "form", refused)
    blind = await notifier.find("key:1", ToChannel("C0WEB"), sandbox.clock.now())

    assert isinstance(outside, Unreachable)
    assert "/invite" in outside.fix
    assert isinstance(blind, Unreachable)
    assert (blind.reason, "scopes" in blind.fix) == ("missing_scope", True)


@pytest.mark.parametrize(
    ("lead", "wrong"),
    [
        ("U0MARA", ""),
        ("U0LEFT", "U0LEFT, the escalate_to of team Web, has left."),
        ("U0LEAD", "U0LEAD, the escalate_to of team Web, is nobody whom Slack knows."),
    ],
)
async def test_whether_who_is_asked_last_is_there(sandbox: Sandbox, gateway: Gateway, lead: str, wrong: str) -> None:
    """An id that was copied from an example or that left would be asked in vain, unseen."""
    team = replace(TEAM, name="Web", channel="C0WEB", alerts=AlertPolicy(escalate_to=lead))

    found = await examine_slack(gateway, None, [team], "C0WEB")

    assert [(finding.severity, finding.message) for finding in found if finding.severity != "ok"] == (
        [("warning", wrong)] if wrong else []
    )


@pytest.mark.parametrize(("named", "asked"), [("#web", 1), ("web", 1), ("C0WEB", 0)])
async def test_a_channel_may_be_named_without_its_mark(
    sandbox: Sandbox, gateway: Gateway, named: str, asked: int
) -> None:
    """YAML takes what stands behind a # without quotes for a comment, so people leave it out."""
    team = {"name": "Web", "channel": named, "trackers": {"memory": {}}}

    known = await channel_ids(gateway, Config.model_validate({"teams": [team], "ops_channel": "C0OPS"}))

    assert known.get("web") == ("C0WEB" if asked else None)
