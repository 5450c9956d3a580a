"""Health, readiness and metrics, whatever else is broken; and the port that is taken."""

import asyncio
import socket
import time
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bot.jobs.operations import Gauges
from bot.metrics import BotMetrics
from bot.server import WebServer
from bot.usecases.sweep_gauges import SweepGauges


class Jobs:
    """An engine's numbers."""

    stored, not_stored, broken = 3, 2, 1
    replicas = SimpleNamespace(silence=0.0, reaped=0, recovered=0)

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure

    async def gauges(self) -> Gauges:
        if self.failure:
            raise self.failure
        return Gauges(oldest_queued=1.5, oldest_running=0.0, waiting=4, failed=0, gave_up=0)


def client_of(jobs: Jobs, parts: Mapping[str, bool]) -> httpx.AsyncClient:
    """A client in front of the server, without a socket."""

    async def ready() -> Mapping[str, bool]:
        return parts

    server = WebServer(0, ready, BotMetrics(jobs), None, "127.0.0.1")  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=server), base_url="http://bot")


async def test_health_and_readiness() -> None:
    """Alive is alive; ready means that every part is well, and says which is not."""
    well, ill = client_of(Jobs(), {"slack": True}), client_of(Jobs(), {"started": True, "slack": False})

    assert [(await well.get(path)).status_code for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 200]
    assert (await ill.get("/healthz")).status_code == 200
    answer = await ill.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"started": True, "slack": False})
    assert (await ill.get("/nothing")).status_code == 404
    assert (await ill.post("/slack/events", content=b"x")).status_code == 404


@pytest.mark.parametrize("failure", [None, RuntimeError("database is gone"), TimeoutError()])
async def test_metrics_say_something_in_any_case(failure: Exception | None) -> None:
    """Counters always, gauges where the database answers."""
    answer = await client_of(Jobs(failure), {}).get("/metrics")

    assert answer.status_code == 200
    assert "devrequest_jobs_stored_total 3.0" in answer.text
    assert "devrequest_jobs_not_stored_total 2.0" in answer.text
    assert ("devrequest_jobs_waiting 4.0" in answer.text) is (failure is None)


async def test_a_taken_port_is_an_error_of_ours() -> None:
    """It is raised to whoever starts the server, and ends no process."""

    async def ready() -> Mapping[str, bool]:
        return {}

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = WebServer(port, ready, BotMetrics(Jobs()), None, "127.0.0.1")  # type: ignore[arg-type]
        with pytest.raises(OSError, match="in use"):
            server.listen()
    server.listen()
    assert server.port == port
    serving: asyncio.Task[Any] = asyncio.create_task(server.serve())
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{port}/healthz")).text == "ok\n"
    server.stop()
    await serving


async def test_metrics_tell_how_sweeps_stand() -> None:
    """For each team and tracker; a tracker that was never read has no age."""

    async def sweeps() -> list[SweepGauges]:
        return [
            SweepGauges("web", "jira", 300.0, 0.0, frozen=True, open=7, asking=2),
            SweepGauges("web", "asana", None, 90_000.0, frozen=False, open=0, asking=0),
        ]

    async def ready() -> Mapping[str, bool]:
        return {}

    server = WebServer(0, ready, BotMetrics(Jobs(), sweeps), None, "127.0.0.1")  # type: ignore[arg-type]
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=server), base_url="http://bot")
    told = [line for line in (await client.get("/metrics")).text.splitlines() if "team=" in line]

    assert told == [
        'devrequest_sweep_age{team="web",tracker="jira"} 300.0',
        'devrequest_tracker_unread{team="web",tracker="jira"} 0.0',
        'devrequest_tracker_unread{team="web",tracker="asana"} 90000.0',
        'devrequest_tickets_frozen{team="web",tracker="jira"} 1.0',
        'devrequest_tickets_frozen{team="web",tracker="asana"} 0.0',
        'devrequest_tickets_open{team="web",tracker="jira"} 7.0',
        'devrequest_tickets_open{team="web",tracker="asana"} 0.0',
        'devrequest_tickets_incomplete{team="web",tracker="jira"} 2.0',
        'devrequest_tickets_incomplete{team="web",tracker="asana"} 0.0',
    ]


async def test_an_answer_goes_out_at_once() -> None:
    """On a connection that stays open no answer waits 40 ms for the other side to acknowledge its headers."""

    async def ready() -> Mapping[str, bool]:
        return {}

    server = WebServer(0, ready, BotMetrics(Jobs()), None, "127.0.0.1")  # type: ignore[arg-type]
    server.listen()
    serving: asyncio.Task[Any] = asyncio.create_task(server.serve())
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    took = []
    for _ in range(20):
        begun = time.perf_counter()
        writer.write(b"GET /healthz HTTP/1.1\r\nhost: bot\r\n\r\n")
        await reader.readuntil(b"ok\n")
        took.append(time.perf_counter() - begun)
    writer.close()
    server.stop()
    await serving

    assert min(took[10:]) < 0.03
