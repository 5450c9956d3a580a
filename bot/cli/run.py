"""`devrequest run`."""

import argparse
import asyncio
import sys

from bot import log
from bot.bootstrap import build_bot, checked
from bot.domain.errors import ConfigurationError
from bot.lifetime import run_until_signal
from bot.settings import read_environment


def main(_: argparse.Namespace) -> int:
    """Run the bot until it is told to stop. 1: it cannot run, and the reasons are on standard error."""
    try:
        environment = read_environment()
        log.set_up(environment.log_level)
        if environment.slack_app_token and environment.slack_signing_secret:
            log.get(__name__).warning("SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set: running in Socket Mode")
        asyncio.run(run_until_signal(build_bot(environment, checked(environment, trackers=True))))
    except ConfigurationError as error:
        print("The bot cannot run:", *(f"- {problem}" for problem in error.problems), sep="\n", file=sys.stderr)
        return 1
    return 0
