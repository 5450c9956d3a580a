"""Private answers go to Slack's response URLs and nowhere else."""

from collections.abc import AsyncIterator
from typing import Self

import pytest
from aiohttp import web

from bot.slack.gateway import Gateway


class Server:
    """A stand-in on loopback that remembers which paths were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """A redirect for /moved, 200 for the rest."""
        self.asked.append(request.path)
        if request.path == "/moved":
            return web.Response(status=307, headers={"location": "/elsewhere"})
        return web.Response()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A web server on a free port."""
    made = Server()
    app = web.Application()
    app.router.add_post("/{path}", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


async def test_a_redirect_is_not_followed(server: Server) -> None:
    """What is said goes to the address that Slack gave, or nowhere."""
    gateway = Gateway("xoxb-x", f"{server.url}/api/")

    assert await gateway.respond(f"{server.url}/response", {"text": "x"}) is True
    assert await gateway.respond(f"{server.url}/moved", {"text": "x"}) is False
    assert server.asked == ["/response", "/moved"]
    await gateway.close()


async def test_another_server_is_not_asked(server: Server) -> None:
    """With the real Slack as API, an address on this machine is none of Slack's."""
    gateway = Gateway("xoxb-x", "https://slack.com/api/")

    assert await gateway.respond(f"{server.url}/response", {"text": "x"}) is False
    assert server.asked == []
    await gateway.close()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://hooks.slack.com/commands/T1/2/a", True),
        ("https://hooks.slack.com:443/actions/T1/2/a", True),
        ("https://slack.com/api/response", True),
        ("http://hooks.slack.com/commands/T1/2/a", False),
        ("http://slack.com/response", False),
        ("https://hooks.slack.com:8443/commands/T1/2/a", False),
        ("https://hooks.slack.com.evil.example/a", False),
        ("https://evilslack.com/a", False),
        ("https://hooks.slack.com@evil.example/a", False),
        ("https://evil.example\\@hooks.slack.com/a", False),
        ("https://[::1/a", False),
        ("https://hooks.slack.com:port/a", False),
        ("ftp://hooks.slack.com/a", False),
        ("//hooks.slack.com/a", False),
    ],
)
async def test_only_slack_is_answered(monkeypatch: pytest.MonkeyPatch, url: str, *, allowed: bool) -> None:
    """HTTPS on a host of Slack's, or where the API is."""
    gateway = Gateway("xoxb-x", "https://slack.com/api/")
    asked: list[str] = []

    class Answer:
        status = 200

        async def __aenter__(self) -> Self:
            return self

        async def __aexit__(self, *_: object) -> None:
            return None

    class Session:
        def post(self, url: str, **_: object) -> Answer:
            asked.append(url)
            return Answer()

    monkeypatch.setattr(gateway, "_connections", Session)
    assert await gateway.respond(url, {"text": "x"}) is allowed
    assert asked == ([url] if allowed else [])
