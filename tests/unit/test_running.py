"""The running bot: stopping it, whatever its parts do."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import lifetime, running
from bot.running import Bot
from bot.usecases.ports import SlackUnavailable


class Stubborn:
    """Parts whose ends are written down; those named end in trouble."""

    def __init__(self, failing: set[str], hanging: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        self.ended: list[str] = []
        self._failing = failing
        self._hanging = hanging

    def at_once(self, name: str) -> Callable[[], None]:
        """Ends without being waited for."""

        def end() -> None:
            self.ended.append(name)
            if name in self._failing:
                raise RuntimeError(name)

        return end

    def waited_for(self, name: str) -> Callable[..., Any]:
        """Ends some time later."""

        async def end(*_: object) -> None:
            self.at_once(name)()
            if name in self._hanging:
                await asyncio.Event().wait()

        return end


EVERY = [
    "socket",
    "schedules",
    "work in hand",
    "engine",
    "second process",
    "windows",
    "home tabs",
    "jira",
    "asana",
    "files",
    "gateway",
    "store",
]


def bot_of(parts: Stubborn) -> Bot:
    """A bot that seems to run."""
    later, soon = parts.waited_for, parts.at_once
    bot = Bot(
        SimpleNamespace(  # type: ignore[arg-type]
            schedules=SimpleNamespace(stop=soon("schedules")),
            desk=SimpleNamespace(
                drain=later("work in hand"),
                acks=SimpleNamespace(close=later("windows")),
                homes=SimpleNamespace(close=later("home tabs")),
                gateway=SimpleNamespace(close=later("gateway")),
            ),
            engine=SimpleNamespace(close=later("engine")),
            trackers={name: SimpleNamespace(close=later(name)) for name in ("jira", "asana")},
            files=SimpleNamespace(close=later("files")),
            judging=SimpleNamespace(close=later("second process")),
            store=SimpleNamespace(close=soon("store")),
        )
    )
    bot._socket = SimpleNamespace(stop=later("socket"))  # type: ignore[assignment]
    bot._opened = True
    return bot


@pytest.mark.parametrize("failing", [set(), {"engine"}, {"socket", "jira", "gateway"}, set(EVERY)])
async def test_one_part_that_fails_to_stop_keeps_no_other_from_it(
    failing: set[str],
) -> None:
    """All end in their order, and each failure is a line in the log."""
    parts = Stubborn(failing)
    with capture_logs() as said:
        await bot_of(parts).stop()

    assert parts.ended == EVERY
    assert [line["part"] for line in said if line["event"] == "a part did not stop"] == [
        name for name in EVERY if name in failing
    ]


async def test_trackers_that_hang_are_left_behind_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each may wait for its calls; two of them take no longer than one."""
    monkeypatch.setattr(running, "STOP_WITHIN", 0.05)
    parts = Stubborn(set(), {"jira"})
    with capture_logs() as said:
        stopping = asyncio.create_task(bot_of(parts).stop())
        for _ in range(100):
            await asyncio.sleep(0)
        ended = list(parts.ended)
        await stopping

    assert ended[-2:] == ["jira", "asana"]
    assert [line["part"] for line in said if line["event"] == "a part did not stop"] == ["jira"]


@pytest.mark.parametrize(("after", "waits"), [(6.0, [6.0, 6.0, 6.0, 8.0]), (1.0, [1.0, 2.0, 4.0, 8.0])])
async def test_a_start_waits_as_slack_says(monkeypatch: pytest.MonkeyPatch, after: float, waits: list[float]) -> None:
    """Asked to come back in six seconds it does not come after one; by itself it waits longer each time."""
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    async def ask() -> str:
        if len(waited) < 4:
            raise SlackUnavailable("auth.test: ratelimited", after)
        return "T1"

    monkeypatch.setattr(running.asyncio, "sleep", wait)

    assert await running._patiently("SLACK_BOT_TOKEN", ask) == "T1"
    assert waited == waits


async def test_a_part_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some seconds the others are stopped all the same."""
    monkeypatch.setattr(running, "STOP_WITHIN", 0.02)
    parts = Stubborn(set(), hanging={"socket", "asana"})
    await bot_of(parts).stop()

    assert parts.ended == EVERY


def test_a_thread_that_hangs_does_not_keep_the_process() -> None:
    """Python waits for every thread at its end; some seconds after the signal to stop the process ends all the same."""
    script = (
        "import concurrent.futures, threading; from bot.lifetime import end_for_sure; "
        "concurrent.futures.ThreadPoolExecutor(1).submit(threading.Event().wait); end_for_sure(0.2)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=20, capture_output=True)

    assert done.returncode == 1
    assert b"ended by force" in done.stdout + done.stderr


async def test_the_end_is_announced_when_the_signal_comes() -> None:
    """The time until the process ends for sure runs from the signal, also if it comes during the start."""
    told: list[str] = []

    async def start() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    bot = bot_of(Stubborn(set()))
    bot.start = start  # type: ignore[method-assign]
    await lifetime.run_until_signal(bot, lambda: told.append("stop"))

    assert told == ["stop"]
