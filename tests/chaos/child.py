"""The bot that is killed: the real one, wired by `bot.bootstrap`, in HTTP mode, with short waits.

`CHAOS_NAIVE` leaves a safeguard out, so that the tests can show that they would notice.
"""

import asyncio
import os
from datetime import timedelta

from bot import log
from bot.bootstrap import build_bot, checked
from bot.jobs import engine, patience
from bot.jobs.waits import Waits
from bot.lifetime import told_to_stop
from bot.settings import read_environment
from bot.slack.notifier import SlackNotifier
from bot.usecases import file_request, post_alert, refresh_alerts

QUICK = Waits(first=0.1, longest=1.0, parked=1.0, in_place=0.3, unreachable=1.0)


def leave_out(safeguard: str) -> None:
    """Take a safeguard out.

    `blind`: after a crash or a lost answer nothing is looked for. `impatient`: it is looked for at once only.
    `forgetful`: no alert is looked for.
    """
    if safeguard == "blind":
        patience.Patient.may_exist = lambda self, name: False  # type: ignore[method-assign]
    elif safeguard == "impatient":
        file_request.PROCESSING = 0.0
    elif safeguard == "forgetful":
        SlackNotifier.find = _found_nothing  # type: ignore[method-assign]


async def _found_nothing(*_: object) -> None:
    """What a look finds that is not made."""


async def run() -> None:
    """The bot, until it is killed."""
    environment = read_environment()
    log.set_up(environment.log_level)
    bot = build_bot(environment, checked(environment), waits=QUICK, host="127.0.0.1")
    await bot.start()
    await told_to_stop().wait()
    await bot.stop()


def main() -> int:
    """In a process of its own: what it takes out stays out."""
    engine.LEASE = float(os.environ.get("CHAOS_LEASE", "5"))
    post_alert.IN_FLIGHT = refresh_alerts.IN_FLIGHT = timedelta(seconds=float(os.environ.get("CHAOS_IN_FLIGHT", "120")))
    leave_out(os.environ.get("CHAOS_NAIVE", ""))
    asyncio.run(run())
    return 0
