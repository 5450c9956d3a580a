"""`devrequest demo`."""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from bot import log
from bot.bootstrap import build_bot, build_sandbox, checked
from bot.domain.errors import ConfigurationError
from bot.running import Bot, until_signal
from bot.settings import Environment, read_environment

VENDOR_PREFIXES = ("SLACK_", "JIRA_", "ASANA_", "DEVREQUEST_")
VENDOR_NAMES = ("DATABASE_URL", "PORT", "MEMORY_TRACKER")


def main(options: argparse.Namespace) -> int:
    """Run the sandbox, and the bot beside it, until told to stop."""
    try:
        with tempfile.TemporaryDirectory(prefix="devrequest-") as folder:
            asyncio.run(_demo(options, Path(folder)))
    except ConfigurationError as error:
        print("The demo cannot run:", *(f"- {problem}" for problem in error.problems), sep="\n", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The demo cannot listen on port {options.port} ({error.strerror}): try --port.", file=sys.stderr)
        return 1
    return 0


async def _demo(options: argparse.Namespace, folder: Path) -> None:
    sandbox, config = build_sandbox()
    (folder / "devrequest.yaml").write_text(config, encoding="utf-8")
    await sandbox.start(options.port)
    variables = sandbox.environment() | {
        "DATABASE_URL": f"sqlite:///{folder / 'devrequest.sqlite'}",
        "DEVREQUEST_CONFIG": str(folder / "devrequest.yaml"),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }
    try:
        if options.sandbox_only:
            sandbox.slack.delivery.bot_url = options.bot_url
            _print_variables(sandbox.url, variables, options.bot_url)
            await until_signal()
            return
        bot = await _bot(variables)
        print(sandbox.url, flush=True)
        print("Open this address in a browser and type /devrequest. Ctrl-C ends it.", file=sys.stderr)
        await until_signal()
        await bot.stop()
    finally:
        await sandbox.stop()


def _print_variables(url: str, variables: dict[str, str], bot_url: str | None) -> None:
    """The address, then every variable that points a bot at it; in HTTP mode without the token of Socket Mode."""
    if bot_url:
        variables.pop("SLACK_APP_TOKEN")
    print(url, *(f"{name}={value}" for name, value in variables.items()), sep="\n", flush=True)


async def _bot(variables: dict[str, str]) -> Bot:
    """The bot for the sandbox; variables for real vendors that are set already do not reach it."""
    for name in list(os.environ):
        if name.startswith(VENDOR_PREFIXES) or name in VENDOR_NAMES:
            del os.environ[name]
    os.environ.update(variables, PORT="0")
    environment: Environment = read_environment()
    log.set_up(environment.log_level)
    bot = build_bot(environment, checked(environment), host="127.0.0.1")
    await bot.start()
    return bot
