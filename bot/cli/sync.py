"""`devrequest sync`: the weekly sync now, or as it would be."""

import argparse
import asyncio
import sys
from datetime import date

from bot import log
from bot.bootstrap import Loadout, SystemClock, checked
from bot.cli.output import harmless
from bot.domain.errors import ConfigurationError, UserError
from bot.dry_run import looking_only
from bot.jobs.sync import lane
from bot.once import submit_or_run, team_named
from bot.settings import Environment, read_environment
from bot.slack.views.messages import render
from bot.slack.views.read_aloud import in_words
from bot.teams import ConfiguredTeams
from bot.usecases.ports import Ports, Team, today
from bot.usecases.post_sync import JOB, asked, read_trackers
from bot.usecases.sync_agenda import shown_agenda
from bot.usecases.sync_survey import Survey
from bot.usecases.sync_thread import thread_of

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
"""Days that `--date` may name: far beyond them no calendar can reckon."""


def main(options: argparse.Namespace) -> int:
    """Post it, or print it. 1: it could not be posted, or the command is wrong; the reason is on standard error."""
    log.set_up("ERROR", sys.stderr)
    try:
        day = _day(options.date) if options.date else None
        environment = read_environment()
        loadout = checked(environment, trackers=True)
        if options.dry_run:
            return asyncio.run(_print(environment, loadout, options.team, day))
        return asyncio.run(_post(environment, loadout, options.team, day))
    except ConfigurationError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
    except UserError as error:
        print(error.message, file=sys.stderr)
    return 1


def _day(text: str) -> date:
    """Of the command line.

    Raises:
        UserError: it is no date, or none on which anybody meets.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UserError(f"{text!r} is no date: write it as 2026-12-01.") from None
    if not FIRST <= day <= LAST:
        raise UserError(f"{text} is too far away: choose a day from {FIRST.year} to {LAST.year}.")
    return day


async def _print(environment: Environment, loadout: Loadout, wanted: str | None, day: date | None) -> int:
    """What would be posted: both trackers are read, nothing is written and nothing is posted."""
    async with looking_only(environment, loadout) as ports:
        for number, team in enumerate(team_named(ports.teams, wanted)):
            read = await _as_read(ports, team, day or today(ports.clock, team))
            print("\n" * bool(number) + harmless(read))
    return 0


async def _as_read(ports: Ports, team: Team, day: date) -> str:
    """The post and its thread; a picture has its words beside it."""
    survey = Survey()
    missing = tuple(await read_trackers(ports, team, day, survey=survey))
    shown = await shown_agenda(ports, team, day, missing, pings=False, closed=True, survey=survey)
    zone = team.alerts.working.zone
    thread = await thread_of(ports, team, shown)
    return "\n\n".join(in_words(render(message).blocks, zone) for message in (shown, *thread.values()))


async def _post(environment: Environment, loadout: Loadout, wanted: str | None, day: date | None) -> int:
    if loadout.config is None:
        return 1
    status = 0
    teams = team_named(ConfiguredTeams(loadout.config, loadout.types), wanted)
    if day and any(day > today(SystemClock(), team) for team in teams):
        raise UserError(f"{day} is still to come: its sync is posted on that day. --dry-run shows how it looks now.")
    for team in teams:
        key, payload = asked(team, day or today(SystemClock(), team), SystemClock().now())
        outcome = await submit_or_run(environment, loadout, JOB, key, payload, lane, serial=True)
        said = {
            "queued": "the running bot posts it now",
            "done": "posted",
            "waiting": "Slack or the channel cannot be reached now; it is tried again when the bot runs",
        }
        print(f"{team.name}: {said.get(outcome, 'it could not be posted; see the log')}")
        status = status or int(outcome not in {"queued", "done"})
    return status
