"""The way in of Socket Mode: every envelope is answered once, whatever is in it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from structlog.testing import capture_logs

from bot.slack.app import _Handler
from bot.slack.whispers import SORRY
from tests.slack_desk import JUNK, KeptJobs, QuietSlack, a_desk, an_app, mutated, paths, real_payloads
from tests.strategies import examples

KINDS = ["command", "shortcut", "message_action", "typed", "pressed", "suggestion", "submission", "closed"]
KINDS += ["home", "event", "filled", "filling", "menu", "comment"]


class Line:
    """The connection: it notes the answers."""

    def __init__(self, handler: Any, slack: QuietSlack, jobs: KeptJobs, real: dict[str, Any]) -> None:
        self.handler, self.slack, self.jobs, self.real = handler, slack, jobs, real
        self.logger = handler.client.logger
        self.answers: list[dict[str, Any]] = []

    async def send_socket_mode_response(self, response: SocketModeResponse) -> None:
        self.answers.append(response.to_dict())

    async def receive(self, payload: dict[str, Any]) -> Any:
        """What an envelope with this payload is answered with, within two seconds."""
        self.answers.clear()
        kind = "slash_commands" if "command" in payload else "interactive"
        async with asyncio.timeout(20):
            await self.handler.handle(self, SocketModeRequest(kind, "E1", payload, accepts_response_payload=True))
        [answer] = self.answers
        assert answer["envelope_id"] == "E1"
        return answer.get("payload")


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    """A connection whose other side is the bot."""
    async with a_desk(tmp_path) as (desk, slack, jobs):
        handler = _Handler(an_app(desk), "xapp-none")
        yield Line(handler, slack, jobs, await real_payloads(desk))
        await handler.close_async()


async def test_envelopes_that_nobody_can_read_are_answered(line: Line) -> None:
    """A command gets a sentence, a submission an error that keeps the form open, anything else an empty answer."""
    view = line.real["submission"]["view"]
    first = next(block["block_id"] for block in view["blocks"] if block["type"] == "input")
    with capture_logs() as logs:
        command = await line.receive({"command": "/devrequest", "text": "secret words"})
        submission = await line.receive(line.real["submission"] | {"user": None})
        bare = await line.receive({"type": "view_submission"})
        other = await line.receive({"type": "message_action", "message": 5})

    assert command == {"text": SORRY}
    assert submission == {"response_action": "errors", "errors": {first: SORRY}}
    assert bare == {"response_action": "errors", "errors": {"form": SORRY}}
    assert other is None
    assert [line["event"] for line in logs] == ["envelope refused"] * 4
    assert "secret words" not in str(logs)
    assert (line.slack.calls, line.jobs.stored) == ([], {})


async def test_an_envelope_that_is_nested_too_deeply_is_answered(line: Line) -> None:
    """Nobody's stack is deep enough for it, and Slack would send it again and again if nothing came back."""
    deep: list[Any] = []
    for _ in range(sys.getrecursionlimit()):
        deep = [deep]

    with capture_logs() as logs:
        answer = await line.receive(line.real["command"] | {"more": deep})

    assert answer == {"text": SORRY}
    assert [entry["event"] for entry in logs] == ["payload not understood"]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_damaged_envelopes_are_answered(line: Line, kind: str, data: st.DataObject) -> None:
    """A real payload with a key missing or of a wrong type gets exactly one answer, and no listener fails."""
    payload = line.real[kind]
    path = data.draw(st.sampled_from(paths(payload)))
    junk, remove = data.draw(st.sampled_from(JUNK)), data.draw(st.booleans())
    with capture_logs() as logs:
        await line.receive(mutated(payload, path, junk, remove=remove))

    assert not [entry for entry in logs if entry["log_level"] == "error"], path
