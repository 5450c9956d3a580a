"""Comments of developers: the requester hears each once, and nothing that is not for them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.base import Person
from adapters.document import document, text_of
from adapters.errors import NotSent
from bot.domain.follow_messages import Comments
from bot.domain.plain_text import from_plain
from bot.usecases.own_comments import comment_as_bot, in_their_name
from bot.usecases.relay_comments import relay_comments
from bot.usecases.requester_wishes import COMMENTS
from tests.fake_world import TEAM, World
from tests.following import JON, filed, ref_of, say, swept


def _heard(world: World) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each message: to whom, and the (ticket, comment) pairs in it."""
    said = []
    for key, where, _ in world.slack.posts:
        message = world.slack.messages[key]
        assert isinstance(message, Comments)
        pairs = [(one.about.title, text_of(remark.body)) for one in message.tickets for remark in one.remarks]
        said.append((where, pairs))
    return said


async def test_a_comment_reaches_its_requester_once(world: World) -> None:
    """The next sweeps, with and without a further comment, say nothing twice."""
    link = await filed(world)
    say(world, link, "Which countries?")
    await swept(world, link)
    first = await relay_comments(world.ports, TEAM)
    await swept(world, link)
    second = await relay_comments(world.ports, TEAM)
    say(world, link, "And by when?")
    await swept(world, link)
    await relay_comments(world.ports, TEAM)

    assert (first["comments"], second["comments"]) == (1, 0)
    assert _heard(world) == [("U1", [("Page V1", "Which countries?")]), ("U1", [("Page V1", "And by when?")])]


async def test_all_comments_of_a_sweep_are_one_message(world: World) -> None:
    """Three comments on two tickets come together, in the order in which they were made."""
    links = [await filed(world, f"V{number}") for number in (1, 2)]
    say(world, links[0], "one")
    say(world, links[1], "two")
    say(world, links[0], "three")
    await swept(world, *links)
    await relay_comments(world.ports, TEAM)

    assert _heard(world) == [("U1", [("Page V1", "one"), ("Page V1", "three"), ("Page V2", "two")])]


async def test_what_is_not_for_the_requester_stays_in_the_tracker(world: World) -> None:
    """Internal comments, all of a restricted ticket, their own words and the bot's are not passed on."""
    open_one, restricted = await filed(world, "V1"), await filed(world, "V2")
    say(world, open_one, "only for developers", public=False)
    say(world, open_one, "I am the requester", Person("Mara Example", "mara@example.com"))
    say(world, restricted, "secret")
    world.tracker.edit(ref_of(restricted), restricted=True)
    await comment_as_bot(world.ports, ref_of(open_one), from_plain("A file could not be added."), "V1")
    await world.tracker.comment(ref_of(open_one), in_their_name("Mara Example", "a reply whose writer crashed"))
    await swept(world, open_one, restricted)
    result = await relay_comments(world.ports, TEAM)

    assert (result["comments"], _heard(world)) == (0, [])


async def test_comments_are_asked_for_only_where_something_changed(world: World) -> None:
    """One call for a ticket that changed, none for the others, none in the next sweep."""
    links = [await filed(world, f"V{number}") for number in range(5)]
    await swept(world, *links)
    await relay_comments(world.ports, TEAM)
    before = world.tracker.calls["comments"]
    say(world, links[2], "hello")
    await swept(world, *links)
    await relay_comments(world.ports, TEAM)
    await swept(world, *links)
    await relay_comments(world.ports, TEAM)

    assert world.tracker.calls["comments"] - before == 1


async def test_a_comment_that_came_before_a_change_was_noticed_is_not_missed(world: World) -> None:
    """Comments between the making of a ticket and its first sweep are passed on, however the ticket changed since."""
    link = await filed(world)
    say(world, link, "early")
    world.clock.time += timedelta(minutes=3)
    world.tracker.edit(ref_of(link), labels=("x",))
    await swept(world, link)
    await relay_comments(world.ports, TEAM)

    assert _heard(world) == [("U1", [("Page V1", "early")])]


async def test_a_tracker_that_is_down_delays_only_its_own_tickets(world: World) -> None:
    """What cannot be read now is read the next time; the others are passed on."""
    links = [await filed(world, f"V{number}", user=f"U{number}") for number in (1, 2)]
    for link in links:
        say(world, link, "hello")
    await swept(world, *links)
    world.tracker.fail_next("comments", NotSent("memory", "comments", "down"))
    first = await relay_comments(world.ports, TEAM)
    second = await relay_comments(world.ports, TEAM)

    assert (first["comments"], first["unread"], second["comments"]) == (1, 1, 1)
    assert sorted(where for where, _ in _heard(world)) == ["U1", "U2"]


@pytest.mark.parametrize("lost", ["answer", "post"])
async def test_slack_that_fails_makes_nobody_hear_it_twice(world: World, lost: str) -> None:
    """Whether the message arrived or not, the next try ends with one, and a comment made meanwhile is in another."""
    link = await filed(world)
    say(world, link, "one")
    await swept(world, link)
    setattr(world.slack, "swallow" if lost == "answer" else "away", 1)
    assert (await relay_comments(world.ports, TEAM))["retry_after"] is not None
    say(world, link, "two")
    await swept(world, link)
    await relay_comments(world.ports, TEAM)
    await relay_comments(world.ports, TEAM)

    assert _heard(world) == [("U1", [("Page V1", "one")]), ("U1", [("Page V1", "two")])]


async def test_a_batch_that_was_begun_goes_out_whole(world: World) -> None:
    """After a crash, a ticket of the batch that cannot be read holds it back, or its comments would be lost."""
    links = [await filed(world, f"V{number}") for number in (1, 2)]
    for link in links:
        say(world, link, "hello")
    await swept(world, *links)
    world.slack.away = 1
    await relay_comments(world.ports, TEAM)
    world.tracker.fail_next("comments", NotSent("memory", "comments", "down"))
    held = await relay_comments(world.ports, TEAM)
    await relay_comments(world.ports, TEAM)

    assert (held["comments"], held["unread"]) == (0, 1)
    assert _heard(world) == [("U1", [("Page V1", "hello"), ("Page V2", "hello")])]


async def test_a_crash_after_the_message_repeats_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies between Slack's answer and our note says nothing again."""
    link = await filed(world)
    say(world, link, "one")
    await swept(world, link)

    async def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("bot.usecases.relay_comments._settle", dies)
        with pytest.raises(KeyboardInterrupt):
            await relay_comments(world.ports, TEAM)
    say(world, link, "two")
    await swept(world, link)
    await relay_comments(world.ports, TEAM)
    await relay_comments(world.ports, TEAM)

    assert _heard(world) == [("U1", [("Page V1", "one")]), ("U1", [("Page V1", "two")])]


async def test_who_muted_comments_hears_none_and_no_backlog_later(world: World) -> None:
    """What came while they were muted is not brought up when they listen again."""
    link = await filed(world)
    await world.ports.tickets.set_personal("T1", "U1", COMMENTS, "yes")
    say(world, link, "while muted")
    await swept(world, link)
    await relay_comments(world.ports, TEAM)
    await world.ports.tickets.set_personal("T1", "U1", COMMENTS, "")
    say(world, link, "after")
    await swept(world, link)
    muted_by_team = replace(TEAM, alerts=replace(TEAM.alerts, mute=frozenset({"U1"})))
    await relay_comments(world.ports, TEAM)
    say(world, link, "muted by the team")
    await swept(world, link)
    await relay_comments(world.ports, muted_by_team)

    assert _heard(world) == [("U1", [("Page V1", "after")])]


async def test_a_comment_without_text_is_passed_on_as_such(world: World) -> None:
    """A picture alone is a comment, too."""
    link = await filed(world)
    world.tracker.say(ref_of(link), JON, document())
    await swept(world, link)

    assert (await relay_comments(world.ports, TEAM))["comments"] == 1


async def test_a_comment_in_somebodys_name_is_looked_for_before_it_is_written_again(world: World) -> None:
    """After a lost answer the comment that is there is taken; the same words said twice are two comments."""
    link = await filed(world)
    body, since = in_their_name("Mara Example", "Yes."), world.clock.now()
    first = await comment_as_bot(world.ports, ref_of(link), body, "one")
    world.tracker.fail_next("comment", NotSent("memory", "comment", "the answer was lost"), after=True)
    with pytest.raises(NotSent):
        await comment_as_bot(world.ports, ref_of(link), body, "two")
    second = await comment_as_bot(world.ports, ref_of(link), body, "two", since)

    assert first.id != second.id
    assert len(await world.tracker.comments(ref_of(link))) == 2
    assert text_of(body) == "Mara Example (from Slack): Yes."
