"""Reply: the form, what is kept of it, and what Send is answered with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.domain.request import TicketLink
from bot.slack.desk import Desk
from bot.slack.gateway import SlackRefused
from bot.slack.replying import answer_reply, keep_reply, open_reply
from bot.slack.ticket_lists import open_list
from bot.slack.views.reply import reply_view
from bot.usecases.note_filed import note_filed
from tests.fake_world import a_submission
from tests.slack_desk import a_desk
from tests.strategies import HOSTILE

HANDLE = "memory:7"


async def _a_ticket(desk: Desk) -> None:
    """A ticket that U1 requested, titled `Page V1`."""
    submission = a_submission(slack_team="T0SANDBOX")
    await desk.ports.store.record(submission)
    await note_filed(
        desk.ports, submission, TicketLink(tracker="memory", id="7", key="MEM-7", url="https://m.example/7")
    )


def _body(text: str | None = None, user: str = "U1", view_id: str = "V0REPLY") -> dict[str, Any]:
    view = reply_view("Page V1", HANDLE) | {"id": view_id, "root_view_id": view_id}
    view["state"] = {"values": {"reply": {"reply_text": {"type": "plain_text_input", "value": text}}}}
    return {"user": {"id": user, "name": "mara"}, "view": view, "trigger_id": "1.2", "response_url": "https://r"}


async def test_the_form_opens_with_what_was_typed_before(tmp_path: Path) -> None:
    """The ticket's title, one text, and a reply that was begun and closed."""
    async with a_desk(tmp_path) as (desk, slack, _):
        await _a_ticket(desk)
        await open_reply(desk, _body(), HANDLE)
        await keep_reply(desk, _body("By the fir"))
        await open_reply(desk, _body() | {"trigger_id": "1.3"}, HANDLE)

        opened = [call["view"] for call in slack.named("views.open")]
        assert opened == [reply_view("Page V1", HANDLE), reply_view("Page V1", HANDLE, "By the fir")]


async def test_sending_stores_it_and_says_so(tmp_path: Path) -> None:
    """One job for one view, also if it is sent twice; the answer replaces the form."""
    async with a_desk(tmp_path) as (desk, _, jobs):
        await _a_ticket(desk)
        answers = [await answer_reply(desk, _body("By <!channel> the first")) for _ in range(2)]

        assert list(jobs.stored) == ["reply:T0SANDBOX:V0REPLY"]
        assert jobs.stored["reply:T0SANDBOX:V0REPLY"]["text"] == "By <!channel> the first"
        for answer in answers:
            assert answer["response_action"] == "update"
            assert answer["view"]["blocks"][0]["text"] == {
                "type": "plain_text",
                "text": "Your reply on “Page V1” is stored and goes to the ticket. You can close this window.",
                "emoji": False,
            }


@pytest.mark.parametrize(
    ("text", "user", "said"),
    [
        ("  \n ", "U1", "Write what you want to say first."),
        (None, "U1", "Write what you want to say first."),
        ("hello", "U9", "That ticket is not there any more, or it is not yours to comment on from here."),
    ],
)
async def test_what_cannot_be_sent_is_said_at_the_field(tmp_path: Path, text: str | None, user: str, said: str) -> None:
    """Nothing is stored, and the form stays open."""
    async with a_desk(tmp_path) as (desk, _, jobs):
        await _a_ticket(desk)
        desk.ports.people.members["C0WEB"] = {"U1"}  # type: ignore[attr-defined]
        answer = await answer_reply(desk, _body(text, user))

        assert answer == {"response_action": "errors", "errors": {"reply": said}}
        assert jobs.stored == {}


async def test_a_form_that_does_not_open_is_said(tmp_path: Path) -> None:
    """Slack was too slow, or the ticket is somebody else's: a private word, no form."""
    async with a_desk(tmp_path) as (desk, slack, _):
        await _a_ticket(desk)
        desk.ports.people.members["C0WEB"] = {"U1"}  # type: ignore[attr-defined]
        slack.answers["views.open"] = SlackRefused("views.open", "expired_trigger_id")
        await open_reply(desk, _body(), HANDLE)
        await open_reply(desk, _body(user="U9"), HANDLE)

        assert [one["text"][:30] for one in slack.responses] == [
            "Slack was too slow to open the",
            "That ticket is not there any m",
        ]


async def test_what_another_process_has_opened_is_not_said_to_be_slow(tmp_path: Path) -> None:
    """Slack delivers a press to two replicas at times: the form, or the list, is open already."""
    async with a_desk(tmp_path) as (desk, slack, _):
        await _a_ticket(desk)
        slack.answers["views.open"] = slack.answers["views.push"] = SlackRefused("views.open", "exchanged_trigger_id")
        await open_reply(desk, _body(), HANDLE)
        await open_list(desk, _body() | {"trigger_id": "1.3"}, "older", "web")

        assert len(slack.named("views.open") + slack.named("views.push")) == 2
        assert slack.responses == []


def test_the_form_fits_whatever_it_shows(fits_view: Callable[[dict[str, Any]], None]) -> None:
    """Hostile titles, long handles, long texts."""
    for text in HOSTILE:
        fits_view(reply_view(text * 40, "jira:" + "1" * 60, text * 400))
