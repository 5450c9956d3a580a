"""`devrequest demo`."""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot import log
from bot.bootstrap import build_bot, build_sandbox, checked
from bot.domain.errors import ConfigurationError
from bot.lifetime import told_to_stop, unless_told
from bot.proxies import forget_proxies
from bot.running import Bot
from bot.settings import read_environment

if TYPE_CHECKING:
    from sandbox.server import Sandbox

VENDOR_PREFIXES = ("SLACK_", "JIRA_", "ASANA_", "DEVREQUEST_")
VENDOR_NAMES = ("DATABASE_URL", "PORT", "MEMORY_TRACKER")
_ticks: set[asyncio.Task[None]] = set()
"""Wake-ups under way, so that nobody forgets them."""
HINT = "Open this address in a browser and type /devrequest. Ctrl-C ends it."


@dataclass(frozen=True, slots=True)
class Demo:
    """What is shown: stand-ins, the configuration of the bot, and a folder for its files."""

    sandbox: "Sandbox"
    config: str
    folder: Path

    def variables(self) -> dict[str, str]:
        """Every variable that points a bot at these stand-ins; the sandbox must have been started."""
        return self.sandbox.environment() | {
            "DATABASE_URL": f"sqlite:///{self.folder / 'devrequest.sqlite'}",
            "DEVREQUEST_CONFIG": str(self.folder / "devrequest.yaml"),
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
            "PORT": "3000",
        }


def main(options: argparse.Namespace) -> int:
    """Run the sandbox, and the bot beside it, until told to stop."""
    try:
        with tempfile.TemporaryDirectory(prefix="devrequest-") as folder:
            demo = Demo(*build_sandbox(), Path(folder))
            work = _sandbox_only(demo, options) if options.sandbox_only else serve(demo, options.port)
            asyncio.run(work)
    except ConfigurationError as error:
        print("The demo cannot run:", *(f"- {problem}" for problem in error.problems), sep="\n", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The demo cannot listen on port {options.port} ({error.strerror}): try --port.", file=sys.stderr)
        return 1
    return 0


async def serve(demo: Demo, port: int, then: Callable[[], Awaitable[None]] | None = None) -> None:
    """Sandbox and bot, until told to stop; the first line printed is the address.

    Args:
        demo: what is shown.
        port: where the page listens.
        then: done as soon as both run.

    Raises:
        ConfigurationError: the bot cannot run with this configuration, or there is no such port.
        OSError: the port is taken.
    """
    _must_be_a_port(port)
    (demo.folder / "devrequest.yaml").write_text(demo.config, encoding="utf-8")
    stop = told_to_stop()
    await demo.sandbox.start(port)
    try:
        bot = await unless_told(stop, _bot(demo.variables(), SandboxClock(demo.sandbox)))
        if bot is None:
            return
        demo.sandbox.after_reset.append(bot.start_over)
        demo.sandbox.clock.watch(lambda: _look_soon(bot))
        if then:
            await then()
        print(demo.sandbox.url, flush=True)
        print(HINT, file=sys.stderr, flush=True)
        await stop.wait()
        await bot.stop()
    finally:
        await demo.sandbox.stop()


def _must_be_a_port(port: int) -> None:
    """The system would answer with an OverflowError, from deep inside."""
    if not 0 <= port <= 65535:
        raise ConfigurationError([f"There is no port {port}: choose one from 1 to 65535 with --port, or 0 for any."])


async def _sandbox_only(demo: Demo, options: argparse.Namespace) -> None:
    """The address, then every variable; in HTTP mode without the token of Socket Mode, which would win."""
    _must_be_a_port(options.port)
    (demo.folder / "devrequest.yaml").write_text(demo.config, encoding="utf-8")
    stop = told_to_stop()
    await demo.sandbox.start(options.port)
    demo.sandbox.slack.delivery.bot_url = options.bot_url
    variables = demo.variables()
    if options.bot_url:
        del variables["SLACK_APP_TOKEN"]
        variables["DEVREQUEST_PUBLIC_URL"] = options.bot_url.removesuffix("/slack/events")
    print(demo.sandbox.url, *(f"{name}={value}" for name, value in variables.items()), sep="\n", flush=True)
    try:
        await stop.wait()
    finally:
        await demo.sandbox.stop()


class SandboxClock:
    """The port `Clock`: the sandbox's time, which people move ahead on its page; waits are real."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    def now(self) -> datetime:
        """In UTC."""
        return self._sandbox.now()

    async def sleep(self, seconds: float) -> None:
        """Wait, for real."""
        await asyncio.sleep(seconds)


def _look_soon(bot: Bot) -> None:
    """What is due at the new time is done now, not at the next wake-up."""
    task = asyncio.get_running_loop().create_task(bot.parts.schedules.tick())
    _ticks.add(task)
    task.add_done_callback(_ticks.discard)


async def _bot(variables: dict[str, str], clock: SandboxClock) -> Bot:
    """The bot for the sandbox; variables for real vendors that are set already do not reach it."""
    for name in list(os.environ):
        if name.startswith(VENDOR_PREFIXES) or name in VENDOR_NAMES:
            del os.environ[name]
    forget_proxies()
    os.environ.update(variables, PORT="0")
    environment = read_environment()
    log.set_up(environment.log_level, sys.stderr)  # standard output begins with the address
    bot = build_bot(environment, checked(environment), clock=clock, host="127.0.0.1")
    await bot.start()
    return bot
