"""The connection of Socket Mode: it comes back, whatever becomes of a handshake."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.slack import app as slack_app
from bot.slack.app import SocketMode
from sandbox.server import Sandbox
from sandbox.slack import SLACK_APP_TOKEN, sockets as at_slack
from tests.slack_desk import a_desk, an_app


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A Slack that sends over sockets."""
    made = Sandbox()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def socket(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[SocketMode]:
    """The bot's side, which tries again soon."""
    async with a_desk(tmp_path) as (desk, _, _):
        made = SocketMode(an_app(desk), SLACK_APP_TOKEN, f"{sandbox.url}/slack/api/")
        made._handler.client.web_client.base_url = f"{sandbox.url}/slack/api/"
        made._handler.client.ping_interval = 0.1
        yield made
        await made.stop()


async def is_there(sandbox: Sandbox) -> None:
    """Waits until the bot is connected."""
    async with asyncio.timeout(4):
        await sandbox.slack.delivery.sockets.connected()


async def test_a_handshake_refused_at_the_start_is_tried_with_another_address(
    sandbox: Sandbox, socket: SocketMode
) -> None:
    """An address works once: the refused one is spent, and the next is asked for."""
    sandbox.slack.delivery.sockets.refusals = 2
    async with asyncio.timeout(4):
        await socket.start()

    await is_there(sandbox)
    assert await socket.connected()


@pytest.mark.parametrize("cut", [False, True])
async def test_a_handshake_refused_on_the_way_back_is_tried_with_another_address(
    sandbox: Sandbox, socket: SocketMode, *, cut: bool
) -> None:
    """Whether Slack asked for a new connection or the old one broke."""
    await socket.start()
    await is_there(sandbox)
    sockets = sandbox.slack.delivery.sockets
    sockets.refusals = 2
    await (sockets.cut() if cut else sockets.disconnect())
    async with asyncio.timeout(4):
        while sockets.refusals or not sockets.connections:  # noqa: ASYNC110 (nothing says so)
            await asyncio.sleep(0.01)

    assert await socket.connected()


async def test_a_slack_that_ends_every_connection_is_not_stormed(
    sandbox: Sandbox, socket: SocketMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has too many of them for a while: the bot asks for another a few times, then now and then, and gets in."""
    asked, ticket = [0], at_slack.Sockets.ticket

    def counted(of: at_slack.Sockets) -> str:
        asked[0] += 1
        return ticket(of)

    monkeypatch.setattr(at_slack.Sockets, "ticket", counted)
    monkeypatch.setattr(at_slack, "MOST_CONNECTIONS", 0)
    monkeypatch.setattr(slack_app, "BETWEEN", 0.4)
    await socket.start()
    await asyncio.sleep(0.3)
    stormed = asked[0]
    monkeypatch.setattr(at_slack, "MOST_CONNECTIONS", 10)
    await is_there(sandbox)

    assert stormed <= 1 + slack_app.AT_ONCE


async def test_a_connection_outlasts_the_time_for_its_handshake(
    sandbox: Sandbox, socket: SocketMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is one of the handshake only."""
    monkeypatch.setattr(slack_app, "HANDSHAKE", 0.2)
    await socket.start()
    await is_there(sandbox)
    [first] = sandbox.slack.delivery.sockets.connections
    await asyncio.sleep(0.6)

    assert sandbox.slack.delivery.sockets.connections == [first]
    assert await socket.connected()
