"""The bot as a process to be killed: everything is imported once, and each line on stdin forks a fresh bot.

The bot is the real one, wired by `bot.bootstrap`, in HTTP mode, with short waits. `CHAOS_NAIVE` leaves a safeguard
out, so that the tests can show that they would notice.
"""

import asyncio
import os
import sys
from datetime import timedelta

import asana
import jira

from bot import log
from bot.bootstrap import build_bot, checked
from bot.jobs import engine, patience
from bot.jobs.waits import Waits
from bot.running import told_to_stop
from bot.settings import read_environment
from bot.slack.notifier import SlackNotifier
from bot.usecases import file_request, post_alert, refresh_alerts

IMPORTED = (asana, jira)
"""The trackers' clients are imported on first use; here before the fork, so that a restart takes less time."""
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


def main() -> None:
    """Fork a bot per line; the line back is its process id, or how the last one ended."""
    engine.LEASE = float(os.environ.get("CHAOS_LEASE", "5"))
    post_alert.IN_FLIGHT = refresh_alerts.IN_FLIGHT = timedelta(seconds=float(os.environ.get("CHAOS_IN_FLIGHT", "120")))
    leave_out(os.environ.get("CHAOS_NAIVE", ""))
    sys.stdout.write("imported\n")
    sys.stdout.flush()
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "start":
            os.environ["PORT"] = argument
            pid = os.fork()
            if pid == 0:
                os.dup2(2, 1)  # its log must not get between our lines
                asyncio.run(run())
                os._exit(0)
            sys.stdout.write(f"{pid}\n")
        elif command == "wait":
            _, status = os.waitpid(int(argument), 0)
            sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        elif command == "poll":
            pid, status = os.waitpid(int(argument), os.WNOHANG)
            sys.stdout.write(f"ended {os.waitstatus_to_exitcode(status)}\n" if pid else "lives\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
