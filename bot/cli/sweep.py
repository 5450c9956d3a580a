"""`devrequest sweep`: read the trackers now, and what follows from that; or only see what would be posted."""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from bot import log
from bot.bootstrap import Loadout, SystemClock, checked, titles
from bot.cli.output import readers_may_leave
from bot.domain.errors import ConfigurationError, UserError
from bot.dry_run import looking_only
from bot.jobs.sweep import KIND, asked, lane
from bot.once import submit_or_run, team_named
from bot.settings import Environment, read_environment
from bot.teams import ConfiguredTeams
from bot.usecases.foresee_alerts import Foreseen, Foresight, foresee_alerts
from bot.usecases.ports import Ports, Team
from bot.usecases.read_changed import Watch
from bot.usecases.reconcile import reconcile_team
from bot.usecases.sweep_readiness import sweep_team

UNREAD = 3
"""The exit code if a tracker could not be read; 2 is for a wrong command line."""
WHY = {
    "new": "left in peace until {until}",
    "repeat": "asked before, again from {until} on",
    "snoozed": "snoozed until {until}",
    "closed_hours": "due when the team works, {until}",
    "due": "due; today's message is out",
    "gave_up": "to be escalated; today's message is out",
    "baseline": "older than the first sweep",
    "muted": "muted",
    "type_unknown": "its request type is only guessed",
    "alerts_off": "alerts are off",
    "asked_enough": "asked often enough: it stands in the sync",
    "asked_recently": "asked recently, from {until} on",
    "no_working_time": "the team never works",
    "ready": "nothing that would be asked for",
}
"""Why nobody is asked, by the reason of the decision."""


def main(options: argparse.Namespace) -> int:
    """Sweep, or print what would be posted. 1: it cannot be done; 3: done, but a tracker could not be read."""
    log.set_up("ERROR", sys.stderr)
    try:
        environment = read_environment()
        loadout = checked(environment, trackers=True)
        if options.dry_run:
            return asyncio.run(_look(environment, loadout, options.team))
        return asyncio.run(_sweep(environment, loadout, options.team, accept=options.accept_missing))
    except ConfigurationError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
    except UserError as error:
        print(error.message, file=sys.stderr)
    return 1


async def _look(environment: Environment, loadout: Loadout, wanted: str | None) -> int:
    """Read everything, write nothing, post nothing."""
    status = 0
    async with looking_only(environment, loadout) as ports:
        for team in team_named(ports.teams, wanted):
            with _watched(team) as watch:
                await sweep_team(ports, team, watch)
                await reconcile_team(ports, team)
            status = await _report(ports, team, dry=True) or status
    return status


async def _sweep(environment: Environment, loadout: Loadout, wanted: str | None, *, accept: bool) -> int:
    """Have it done, here or by the bot that runs, and say what came of it."""
    if loadout.config is None:
        return 1
    status = 0
    for team in team_named(ConfiguredTeams(loadout.config, loadout.types), wanted):
        key, payload = asked(team, SystemClock().now(), accept=accept)
        with _watched(team) as watch:
            outcome = await submit_or_run(environment, loadout, KIND, key, payload, lane, serial=True, watch=watch)
        if outcome == "queued":
            print(f"{team.name}: the running bot sweeps now; see the channel and its log for what comes of it")
            continue
        if outcome == "failed":
            print(f"{team.name}: the sweep failed; see the log", file=sys.stderr)
            status = status or 1
            continue
        if outcome == "waiting":
            print(f"{team.name}: Slack cannot be reached now; what is to be said is said when the bot runs")
        async with looking_only(environment, loadout) as ports:
            with readers_may_leave():  # the other teams are swept all the same
                status = await _report(ports, ports.teams.get(team.id) or team, dry=False) or status
    return status


async def _report(ports: Ports, team: Team, *, dry: bool) -> int:
    """Print how things stand; the exit code."""
    status = 0
    for tracker in team.trackers:
        title, state = ports.trackers.title(tracker), await ports.tickets.sweep(team.id, tracker)
        if state.failed_since is not None:
            print(f"{team.name}: {title} could not be read. {state.failure}", file=sys.stderr)
            status = UNREAD
        if state.frozen == "vanished":
            print(f"{team.name}: many tickets are missing in {title}; none of them is called gone.", file=sys.stderr)
        for key, count in state.incomplete.items():
            tickets = "ticket is" if count == 1 else "tickets are"
            print(f"{team.name}: the rules for {key} have changed: {count} {tickets} incomplete in {title} by them")
    foresight = await foresee_alerts(ports, team)
    _print(foresight, team, dry=dry)
    return status


def _print(foresight: Foresight, team: Team, *, dry: bool) -> None:
    zone = team.alerts.working.zone
    said = len(foresight.said)
    if dry and foresight.said:
        what = "1 ticket" if said == 1 else f"{said} tickets"
        print(f"{team.name}: one message about {what} would be {'logged' if team.observe else 'posted'}")
    elif dry:
        print(f"{team.name}: nothing would be posted")
    listed = [(one, _ask(one)) for one in foresight.said]
    listed += [(one, _why_not(one, zone)) for one in foresight.unsaid]
    if sys.stdout.isatty():
        table = Table("Ticket", "Score", "Missing", "Who is asked, or why nobody", "Title")
        for one, who in listed:
            ticket = one.tracked.ticket
            key = Text(_shown(ticket.key), style=f"link {ticket.url}" if ticket.url.isprintable() else "")
            table.add_row(key, *map(Text, _row(one, who)[1:]))
        Console().print(table if listed else "Nothing is missing anywhere.")
    else:
        print(*("\t".join(_row(one, who)) for one, who in listed), sep="\n", end="\n" * bool(listed))
    if foresight.restricted:
        print(f"{team.name}: {foresight.restricted} more are restricted and never named")


def _row(one: Foreseen, who: str) -> tuple[str, ...]:
    ticket = one.tracked.ticket
    key = ticket.key if ticket.key != ticket.id else ticket.url or ticket.id
    missing = " ".join(one.missing) or " ".join(gap.message for gap in ticket.gaps)
    score = "" if ticket.score is None else str(ticket.score)
    return tuple(map(_shown, (key, score, missing, who, ticket.title)))


def _ask(one: Foreseen) -> str:
    who = one.who or "the channel"
    if one.decision.action == "escalate":
        return f"escalated to {who}"
    return f"asks {who}" + (f", time {one.decision.number}" if one.decision.number > 1 else "")


def _why_not(one: Foreseen, zone: ZoneInfo) -> str:
    until = f"{one.decision.until.astimezone(zone):%a %d %b %H:%M}" if one.decision.until else "later"
    return WHY.get(one.decision.reason, one.decision.reason).format(until=until)


def _shown(text: str) -> str:
    """In one line, and nothing that a terminal would act on."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))


@contextmanager
def _watched(team: Team) -> Iterator[Watch]:
    """A progress bar a tracker on a terminal; nothing through a pipe."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} tickets"))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bars:
        tasks: dict[str, TaskID] = {}
        for tracker in team.trackers:
            tasks[tracker] = bars.add_task(f"{team.name}: {titles().get(tracker, tracker)}", total=None)

        def watch(tracker: str, tickets: int) -> None:
            if tracker in tasks:
                bars.advance(tasks[tracker], tickets)

        yield watch
