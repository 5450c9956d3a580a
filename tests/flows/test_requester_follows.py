"""A requester without a seat follows a request, in Jira and in Asana, without ever leaving Slack."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from adapters.base import TicketRef
from adapters.document import text_of
from bot.domain.request import Request
from bot.jobs import sweep
from sandbox.asana.records import Section
from sandbox.page import at_asana, at_jira
from sandbox.slack.model import Message, View
from sandbox.slack.mrkdwn import read_message
from tests.both_trackers import Start
from tests.flows.waiting import until_status
from tests.journey import Journey

BOTH = pytest.mark.parametrize("tracker", ["jira", "asana"])


class Developer:
    """Somebody with a seat, at work in the tracker itself."""

    def __init__(self, at: Journey, tracker: str, request: Request) -> None:
        assert request.ticket is not None
        self._link = request.ticket
        self._asana = tracker == "asana"
        self._site = at.sandbox.asana
        if self._asana:
            user = at.sandbox.asana.add_user("Jonas Sample", "jonas@example.com")
            self._do: Callable[[str, dict[str, Any]], None] = at_asana.AtAsana(at.sandbox.asana, user).do
        else:
            account = at_jira.seat(at.sandbox.jira, "jonas@example.com")
            assert account is not None
            self._do = at_jira.AtJira(at.sandbox.jira, account).do

    def says(self, text: str, audience: str = "") -> None:
        """Comment."""
        self._act(do="comment", text=text, audience=audience)

    def starts(self) -> None:
        """Take it up."""
        doing = next((one for one in self._site.all(Section) if one.name == "Doing"), None)
        self._act(do="move", value=doing.gid if self._asana and doing else "21")

    def finishes(self) -> None:
        """Done."""
        self._act(**({"do": "complete"} if self._asana else {"do": "move", "value": "41"}))

    def _act(self, **body: Any) -> None:
        self._do(self._link.id if self._asana else self._link.key, body)


SWEEPS = count(1)


async def swept(at: Journey) -> None:
    """One more sweep has run to its end."""
    parts = at.bot.parts
    [team] = parts.teams.all()
    due = parts.desk.ports.clock.now() + timedelta(minutes=next(SWEEPS))
    key = await sweep.submit(parts.engine, team, due)
    await until_status(parts.engine, key, "done")


async def filed(at: Journey) -> Request:
    """A request that is a ticket, and everybody knows."""
    await at.file_one()
    request = await at.settled()
    await at.until(lambda: at.told() and at.posts())
    await at.mara.dismiss()
    return request


def dms(at: Journey) -> list[Message]:
    """What the bot wrote to Mara, threads left out."""
    return at.mara.messages(at.mara.dm.id)


def words(where: Message | View | None) -> str:
    """All that stands there."""
    return str(where.blocks) if where else ""


@BOTH
async def test_moves_reach_thread_and_person_once(start: Start, tracker: str) -> None:
    """Started and done: a line in the thread and a direct message each, however often it is swept."""
    async with start(tracker) as at:
        request = await filed(at)
        before, jonas = len(dms(at)), Developer(at, tracker, request)
        jonas.starts()
        await swept(at)
        await swept(at)
        jonas.finishes()
        await swept(at)
        told = [read_message(at.sandbox.slack, message).text for message in dms(at)[before:]]
        [anchor] = at.posts()
        thread = [message.text for message in at.mara.messages(at.channel.id, anchor.ts)[1:]]

        assert ["work has started" in text for text in told] == [True, False]
        assert "it is done" in told[1]
        assert len(thread) == 2
        assert at.sandbox.slack.complaints == []


@BOTH
async def test_a_comment_is_answered_from_slack(start: Start, tracker: str) -> None:
    """The developer's words reach Mara once; her reply stands on the ticket in her name and does not come back."""
    async with start(tracker) as at:
        request = await filed(at)
        assert request.ticket is not None
        before, jonas = len(dms(at)), Developer(at, tracker, request)
        jonas.says("Which countries? <!channel> see https://example.com/a")
        if tracker == "jira":
            jonas.says("only for us", audience="internal")
            jonas.says("only for Developers", audience="Developers")
        await swept(at)
        await swept(at)
        [message] = dms(at)[before:]
        shown = read_message(at.sandbox.slack, message)
        assert "Which countries? <!channel> see https://example.com/a" in shown.text
        assert shown.pings == []
        assert "only for" not in str(message.json())

        await at.mara.act("reply", where=message)
        await at.until(lambda: "Your reply" in words(at.mara.modal))
        await at.mara.fill({"reply": "Germany & <France>\n- first\n- second"})
        assert (await at.mara.submit(times=2)).errors == {}
        await at.until(lambda: "is on the ticket" in words(at.mara.modal))
        await swept(at)
        ref = TicketRef(**request.ticket.model_dump())
        comments = await at.bot.parts.trackers[tracker].comments(ref)

        mine = [text_of(one.body) for one in comments if "(from Slack)" in text_of(one.body)]
        assert mine == ["Mara Example (from Slack): Germany & <France>\n- first\n- second"]
        assert len(dms(at)) == before + 1
        assert at.sandbox.slack.complaints == []


@BOTH
async def test_case_7_requesters_have_no_seat(start: Start, tracker: str) -> None:
    """Submit, fill a gap, follow, answer: nobody is sent to a log-in page, and the app's Home shows it all."""
    async with start(tracker) as at:
        at.users["mara"].email = "nobody@elsewhere.example"
        request = await filed(at)
        assert request.ticket is not None
        await at.mara.open_home()
        await at.until(lambda: "Waits on you (1)" in words(at.mara.home))
        await at.mara.act("fill_in", where=at.mara.home)
        await at.until(lambda: "field:goal" in words(at.mara.modal))
        await at.mara.fill({"field:goal": "Demo requests from 40 to 60 a month by March"})
        assert (await at.mara.submit()).errors == {}
        ref, adapter = TicketRef(**request.ticket.model_dump()), at.bot.parts.trackers[tracker]
        for _ in range(200):
            if "from 40 to 60" in text_of((await adapter.get(ref)).document):
                break
            await asyncio.sleep(0.05)
        await at.mara.dismiss()
        jonas = Developer(at, tracker, request)
        jonas.says("Nice.")
        jonas.starts()
        await swept(at)
        await at.until(lambda: "In progress (1)" in words(at.mara.home), 15)
        [message] = [one for one in dms(at) if "Nice." in words(one)]
        await at.mara.act("reply", where=message)
        await at.until(lambda: "Your reply" in words(at.mara.modal))
        await at.mara.fill({"reply": "Thank you"})
        await at.mara.submit()
        await at.until(lambda: "is on the ticket" in words(at.mara.modal))
        said = [text_of(one.body) for one in await adapter.comments(ref)]

        assert "Mara Example (from Slack): Thank you" in said
        assert at.sandbox.slack.complaints == []
