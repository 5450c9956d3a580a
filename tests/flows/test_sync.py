"""The weekly sync in a workspace: posted, worked with, closed, compared with the next one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.base import Person as TrackerPerson, TicketDraft
from adapters.document import text_of
from adapters.errors import NotSent
from adapters.memory import MemoryTracker
from bot.slack.views.sync_forms import DECISIONS, OWNER, SENTENCE, VERDICT
from bot.usecases.post_sync import post_sync, read_trackers, remind
from sandbox.faults import Fault
from sandbox.slack import posting
from sandbox.slack.model import Message
from sandbox.slack.mrkdwn import read_message
from sandbox.slack.people import Person
from tests.journey import Journey, journey

TEAM = {"project": "WEB"}


@asynccontextmanager
async def a_team(folder: Path) -> AsyncIterator[tuple[Journey, MemoryTracker]]:
    """A team with a launch in ten days and an action item of Mara's."""
    tracker = MemoryTracker(people=[TrackerPerson("Mara Example", "mara@example.com", "M1")])
    async with journey(folder, trackers={"memory": tracker}) as at:
        soon = (at.sandbox.clock.now() + timedelta(days=10)).date()
        await tracker.create(_draft("V91", "landing-page", "Winter launch", due=soon))
        owner = TrackerPerson("Mara Example", "mara@example.com", "M1")
        await tracker.create(_draft("V92", "action-item", "Ask legal", assignee=owner))
        yield at, tracker


def _draft(request_id: str, kind: str, title: str, **more: object) -> TicketDraft:
    return TicketDraft(request_id=request_id, request_type=kind, title=title, labels=(kind,), team=TEAM, **more)  # type: ignore[arg-type]


async def posted(at: Journey) -> Message:
    """Mara types `/devrequest sync now`; the post."""
    await at.mara.command(at.channel.id, "/devrequest sync now")
    await at.until(lambda: any("Marketing-Dev Sync" in post.text for post in at.posts()))
    post = next(post for post in at.posts() if "Marketing-Dev Sync" in post.text)
    await at.until(lambda: len(thread(at, post)) == 2)
    return post


def words(at: Journey, message: Message) -> str:
    """What a reader sees of a message."""
    return read_message(at.sandbox.slack, message).text


def thread(at: Journey, post: Message) -> list[str]:
    """What a reader sees of its replies."""
    replies = [m for m in at.channel.messages.values() if m.thread_ts == post.ts and m.ts != post.ts]
    return [words(at, reply) for reply in replies]


async def test_the_sync_is_posted_once_with_its_thread(tmp_path: Path) -> None:
    """Launch and action item stand in the post; asked for again it is shown anew, not posted again."""
    async with a_team(tmp_path) as (at, _):
        post = await posted(at)
        text = words(at, post)
        assert "Winter launch" in text
        assert "Ask legal" in text
        await at.mara.command(at.channel.id, "/devrequest sync now")
        await at.until(lambda: any("was posted already" in words(at, m) for m in at.mara.messages(at.channel.id)))
        assert len([one for one in at.posts() if "Marketing-Dev Sync" in one.text]) == 1

        posting.remove(at.sandbox.slack, at.channel, at.channel.messages[post.ts])
        await at.mara.command(at.channel.id, "/devrequest sync now")
        await at.until(lambda: any("its message was deleted" in words(at, m) for m in at.mara.messages(at.channel.id)))


async def test_the_schedule_and_two_people_at_the_same_moment_post_once(tmp_path: Path) -> None:
    """Their jobs are several, the message is one, with one set of replies."""
    async with a_team(tmp_path) as (at, _):
        at.sandbox.faults.add(Fault("slack", "latency", "chat.postMessage", seconds=0.5))
        engine, day = at.bot.parts.engine, at.sandbox.clock.now().date()
        moment = at.sandbox.clock.now().timestamp()
        payload = {"team": "web", "day": day.isoformat(), "due": moment, "asked": True}
        keys = [f"sync:web:{day}", *(f"sync:web:{day}:asked:{number}" for number in range(2))]
        await asyncio.gather(*(engine.submit("sync", key, payload) for key in keys))
        for key in keys:
            for _ in range(400):
                if await engine.status(key) == "done":
                    break
                await asyncio.sleep(0.05)
            assert await engine.status(key) == "done"
        [post] = [one for one in at.posts() if "Marketing-Dev Sync" in one.text]
        assert len(thread(at, post)) == 2


async def test_a_preview_is_for_one_person(tmp_path: Path) -> None:
    """`/devrequest sync` shows the agenda and its thread to whoever asks, and to nobody else."""
    async with a_team(tmp_path) as (at, _):
        await at.mara.command(at.channel.id, "/devrequest sync")
        await at.until(lambda: any("Numbers" in words(at, m) for m in at.mara.messages(at.channel.id)))
        post, *thread = [words(at, m) for m in at.mara.messages(at.channel.id)][-3:]
        assert "Winter launch" in post
        assert [one.partition("\n")[0] for one in thread] == ["Nothing else to tell", "Numbers"]
        assert not [m for m in at.channel.messages.values() if not m.ephemeral_to and "Winter" in words(at, m)]


async def test_feasibility_stands_beside_the_line_and_on_the_ticket(tmp_path: Path) -> None:
    """A developer's word needs a sentence unless it is "fine", and survives the next refresh."""
    async with a_team(tmp_path) as (at, tracker):
        post = await posted(at)
        await at.mara.act("sync_feasibility", where=post)
        await at.until(lambda: at.mara.modal is not None)
        await at.mara.fill({VERDICT: "fine_if"})
        refused = await at.mara.submit()
        assert SENTENCE in refused.errors
        await at.mara.fill({SENTENCE: "the texts are there by Monday"})
        await at.mara.submit()
        fresh = at.channel.messages
        await at.until(lambda: "the texts are there by Monday" in words(at, fresh[post.ts]))
        await at.until(lambda: tracker.calls["comment"])
        [comment] = await tracker.comments(tracker.tickets[0].ref)
        assert (
            text_of(comment.body) == "Feasibility: fine if … the texts are there by Monday (Mara Example, from Slack)"
        )


async def test_a_word_stands_in_the_sync_that_was_pressed_and_in_the_newest(tmp_path: Path) -> None:
    """Last week's was never closed, and somebody still answers there."""
    async with a_team(tmp_path) as (at, _):
        ports, team = at.bot.parts.desk.ports, at.bot.parts.teams.all()[0]
        today = at.sandbox.clock.now().date()
        await read_trackers(ports, team)
        for day in (today - timedelta(days=7), today):
            await post_sync(ports, team, day, (), may_exist=False)
        post, newest = (one for one in at.posts() if "Marketing-Dev Sync" in one.text)
        await at.mara.act("sync_feasibility", where=post)
        await at.until(lambda: at.mara.modal is not None)
        await at.mara.fill({VERDICT: "fine_if", SENTENCE: "the texts are there by Monday"})
        await at.mara.submit()
        for one in (post, newest):
            await at.until(lambda one=one: "the texts are there" in words(at, at.channel.messages[one.ts]))


async def test_a_word_on_feasibility_and_a_press_outlive_an_outage(tmp_path: Path) -> None:
    """The tracker is down: the word stands beside its line, who pressed Done is told, and both arrive afterwards."""
    async with a_team(tmp_path) as (at, tracker):
        post = await posted(at)
        item = next(ticket for ticket in tracker.tickets if ticket.title == "Ask legal")
        tracker.fail_next("comment", NotSent("memory", "comment", "no connection"), times=1000)
        tracker.fail_next("update", NotSent("memory", "update", "no connection"), times=1000)
        await at.mara.act("sync_feasibility", where=post)
        await at.until(lambda: at.mara.modal is not None)
        await at.mara.fill({VERDICT: "not_like_this", SENTENCE: "the form cannot do that"})
        await at.mara.submit()
        await at.until(lambda: "the form cannot do that" in words(at, at.channel.messages[post.ts]))
        await at.mara.act("sync_item", f"done:memory:{item.ref.id}", where=at.channel.messages[post.ts])
        await at.until(lambda: any("That “Ask legal” is done is kept: Memory does not answer" in x for x in at.told()))
        await at.until(lambda: any("stands in the sync, and is kept for the ticket" in text for text in at.told()))
        await at.restart()
        tracker._failures.clear()
        await at.until(lambda: any("is set to done now" in text for text in at.told()))
        await at.until(lambda: any("is on the ticket now" in text for text in at.told()))
        await at.until(lambda: "done · Mara Example" in words(at, at.channel.messages[post.ts]))
        assert tracker.tickets[1].status_category == "done"
        assert len(await tracker.comments(tracker.tickets[0].ref)) == 1


async def test_an_action_item_is_done_and_passed_on(tmp_path: Path) -> None:
    """The menu of an action item changes the ticket and the line."""
    async with a_team(tmp_path) as (at, tracker):
        post = await posted(at)
        item = next(ticket for ticket in tracker.tickets if ticket.title == "Ask legal")
        await at.mara.act("sync_item", f"reassign:memory:{item.ref.id}", where=post)
        await at.until(lambda: at.mara.modal is not None)
        await at.mara.fill({OWNER: "U0MARA"})
        await at.mara.submit()
        await at.mara.act("sync_item", f"done:memory:{item.ref.id}", where=at.channel.messages[post.ts])
        await at.until(lambda: (tracker.tickets[1].status_category) == "done")
        await at.until(lambda: "done · Mara Example" in words(at, at.channel.messages[post.ts]))


async def test_a_new_owner_is_stored_before_the_form_closes(tmp_path: Path) -> None:
    """A process that dies the moment after has it: the job is there when Slack gets its answer."""
    async with a_team(tmp_path) as (at, tracker):
        post = await posted(at)
        item = next(ticket for ticket in tracker.tickets if ticket.title == "Ask legal")
        await at.mara.act("sync_item", f"reassign:memory:{item.ref.id}", where=post)
        await at.until(lambda: at.mara.modal is not None)
        view = at.mara.modal.id
        await at.mara.fill({OWNER: "U0MARA"})
        await at.mara.submit()
        engine, team = at.bot.parts.engine, at.bot.parts.desk.slack_team
        assert await engine.status(f"sync-word:{team}:{view}") in {"running", "done"}


async def test_an_added_action_item_becomes_a_ticket_and_a_line(tmp_path: Path) -> None:
    """The button opens the form of the team's action items; the message shows it as soon as it is filed."""
    async with a_team(tmp_path) as (at, tracker):
        post = await posted(at)
        await at.mara.act("sync_add_action", where=post)
        await at.until(lambda: at.mara.modal is not None)
        due = (at.sandbox.clock.now() + timedelta(days=5)).date().isoformat()
        await at.mara.fill({"field:title": "Book the room", "field:owner": "U0MARA", "field:due_date": due})
        outcome = await at.mara.submit()
        assert (outcome.problem, outcome.errors) == (None, {})
        await at.until(lambda: len(tracker.tickets) == 3)
        await at.until(lambda: "Book the room" in words(at, at.channel.messages[post.ts]))


async def test_closing_posts_the_decisions_and_takes_the_buttons_away(tmp_path: Path) -> None:
    """The summary stands in the thread once; nothing in the post can be pressed any more."""
    async with a_team(tmp_path) as (at, _):
        post = await posted(at)
        await at.mara.act("sync_close", where=post)
        await at.until(lambda: at.mara.modal is not None)
        await at.mara.fill({DECISIONS: "We launch on Friday"})
        await at.mara.submit()
        await at.until(lambda: any("We launch on Friday" in reply for reply in thread(at, post)))
        await at.until(lambda: "sync_close" not in str(at.channel.messages[post.ts].blocks))
        closed = list(at.channel.messages[post.ts].blocks)
        await at.mara.command(at.channel.id, "/devrequest sync now")
        await at.until(lambda: any("was posted already" in words(at, m) for m in at.mara.messages(at.channel.id)))
        [told] = [words(at, m) for m in at.mara.messages(at.channel.id) if "was posted already" in words(at, m)]
        assert "and closed: it stays as it was then" in told
        assert at.channel.messages[post.ts].blocks == closed


@pytest.mark.parametrize("at_once", [False, True])
async def test_two_people_who_close_at_once_both_keep_their_words(tmp_path: Path, at_once: bool) -> None:
    """One summary, and beside it what the other one typed; both are kept for the next sync."""
    async with a_team(tmp_path) as (at, _):
        post = await posted(at)
        jonas = Person(at.sandbox.slack, at.users["jonas"].id)
        for person in (at.mara, jonas):
            await person.act("sync_close", where=post)
        await at.until(lambda: bool(at.mara.modal and jonas.modal))
        await at.mara.fill({DECISIONS: "We launch on Friday"})
        await jonas.fill({DECISIONS: "Jon buys the domain"})
        if at_once:
            outcomes = list(await asyncio.gather(at.mara.submit(), jonas.submit()))
        else:
            outcomes = [await at.mara.submit()]
            await at.until(lambda: any("What was decided" in reply for reply in thread(at, post)))
            outcomes.append(await jonas.submit())
        assert [(one.problem, one.errors) for one in outcomes] == [(None, {}), (None, {})]
        both = ("What was decided", " adds:")
        await at.until(lambda: all(any(said in reply for reply in thread(at, post)) for said in both))
        for said in (*both, "We launch on Friday", "Jon buys the domain"):
            assert sum(said in reply for reply in thread(at, post)) == 1
        kept = await at.bot.parts.store.syncs.latest("web")
        assert kept is not None
        assert sorted(kept.decided.splitlines()) == ["Jon buys the domain", "We launch on Friday"]


async def test_a_tracker_that_is_down_is_named_and_read_again_on_request(tmp_path: Path) -> None:
    """The post is there without it, and Refresh brings what was missing."""
    async with a_team(tmp_path) as (at, tracker):
        tracker.fail_next("changed", NotSent("memory", "changed", "no connection"), times=1000)
        post = await posted(at)
        assert "Memory did not answer" in words(at, post)
        tracker._failures.clear()
        await at.mara.act("sync_refresh", where=post)
        await at.until(lambda: "Winter launch" in words(at, at.channel.messages[post.ts]))
        assert "did not answer" not in words(at, at.channel.messages[post.ts])


async def test_a_guest_is_refused_kindly(tmp_path: Path) -> None:
    """The sync belongs to the members of the channel."""
    async with a_team(tmp_path) as (at, _):
        guest = Person(at.sandbox.slack, at.users["gus"].id)
        await guest.command(at.channel.id, "/devrequest sync now")
        await at.until(lambda: any("belongs to the members" in words(at, m) for m in guest.messages(at.channel.id)))
        assert not [one for one in at.posts() if "Marketing-Dev Sync" in one.text]


async def test_a_guest_who_may_file_does_not_close_the_sync(tmp_path: Path) -> None:
    """What was decided is for full members to say, also where guests are allowed."""
    async with a_team(tmp_path) as (at, _):
        post = await posted(at)
        [team] = at.bot.parts.teams.all()
        object.__setattr__(team, "guests", "allow")
        guest = Person(at.sandbox.slack, at.users["gus"].id)
        await guest.act("sync_close", where=post)
        await at.until(lambda: any("Full members" in words(at, m) for m in guest.messages(at.channel.id)))
        assert guest.modal is None


async def test_readiness_of_the_last_weeks_is_a_picture_with_alt_text(tmp_path: Path) -> None:
    """Weeks in which nobody looked are left out; what the picture shows stands beside it in words."""
    async with a_team(tmp_path) as (at, _):
        today = at.sandbox.clock.now().date()
        for weeks, ready in ((6, 1.0), (1, 2.0)):
            counts = {"open": 4.0, "ready": ready}
            await at.bot.parts.store.tickets.save_readiness("web", today - timedelta(weeks=weeks), counts)
        post = await posted(at)
        numbers = next(m for m in at.channel.messages.values() if "Ready, by week" in words(at, m))
        [image] = [block for block in numbers.blocks if block["type"] == "image"]
        assert "25 %" in image["alt_text"]
        assert "50 %" in image["alt_text"]
        assert image["alt_text"].count("%") in {2, 3}  # this week, too, if the first sweep was there before the post
        file = at.sandbox.slack.files[image["slack_file"]["id"]]
        assert (file.data or b"").startswith(b"\x89PNG")
        assert numbers.thread_ts == post.ts


async def test_eight_weeks_are_shown_and_this_one_is_the_last(tmp_path: Path) -> None:
    """However long somebody has looked."""
    async with a_team(tmp_path) as (at, _):
        today = at.sandbox.clock.now().date()
        for weeks in range(11):
            counts = {"open": 4.0, "ready": 1.0}
            await at.bot.parts.store.tickets.save_readiness("web", today - timedelta(weeks=weeks), counts)
        post = await posted(at)
        [weeks] = [line for reply in thread(at, post) for line in reply.splitlines() if "Ready, by week" in line]
        monday = today - timedelta(days=today.weekday())
        assert weeks.count("%") == 8
        assert weeks.endswith(f"{monday.day} {monday:%b}: 25\u00a0%")


async def test_a_reminder_over_a_long_weekend_names_the_day(tmp_path: Path) -> None:
    """The next day is called tomorrow."""
    async with a_team(tmp_path) as (at, _):
        ports, today = at.bot.parts.desk.ports, at.sandbox.clock.now().date()
        [team] = ports.teams.all()
        for days in (1, 4):
            await remind(ports, team, today + timedelta(days=days), False)
        said = [post.text.partition(" agenda has")[0] for post in at.posts() if "agenda has" in post.text]
        assert said == ["Tomorrow's", f"{today + timedelta(days=4):%A}'s"]
