"""`devrequest requests`: the operator's view of what was handed in."""

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from rich.table import Column, Table
from rich.text import Text

from bot.cli.console import Console
from bot.cli.output import harmless
from bot.domain.draft import full_text
from bot.domain.errors import ConfigurationError, UnknownRequest, UserError
from bot.domain.request import Request, State
from bot.jobs import ticket
from bot.jobs.engine import Client
from bot.settings import read_environment
from bot.store.database import database_url
from bot.store.sql_store import SqlStore

STATES: tuple[str, ...] = get_args(State)
PIPED_WIDTH = 10_000
"""Columns of a table that is not read on a terminal, so that nothing in it is cut for the width of one."""


def main(options: argparse.Namespace) -> int:
    """List, show or replay. 1: there is no such request, or it cannot be replayed."""
    try:
        url = read_environment().database_url
        return asyncio.run(_act(options, url))
    except ConfigurationError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 1
    except UserError as error:
        print(error.message, file=sys.stderr)
        return 1


async def _act(options: argparse.Namespace, url: str) -> int:
    if options.action == "list" and (unknown := sorted(set(options.state) - set(STATES))):
        raise UserError(f"There is no state {unknown[0]!r}; there are {', '.join(STATES)}.")
    _must_exist(url)
    store = SqlStore.open(url)
    try:
        if options.action == "list":
            requests = await store.requests(states=options.state, limit=options.limit)
            (_print_json if options.json else _print_table)(requests)
            return 0
        request = await store.request(options.request_id)
        if request is None:
            raise UserError(f"There is no request {options.request_id}: `devrequest requests list` shows their ids.")
        if options.action == "show":
            _print_json([request], full=True) if options.json else _print_request(request)
            return 0
        return await _replay(request, url)
    finally:
        store.close()


def _must_exist(url: str) -> None:
    """Looking must not make an empty database where a path was mistyped."""
    parsed = database_url(url)
    if parsed.drivername == "sqlite" and not Path(str(parsed.database)).expanduser().is_file():
        raise UserError(f"There is no database {parsed.database}: set DATABASE_URL to the one that the bot uses.")


async def _replay(request: Request, url: str) -> int:
    """File it again, or wake it; of a request with a ticket, what is still to be said and attached is tried again."""
    request_id = request.submission.request_id
    if request.state == "superseded":
        raise UserError(f"Request {request_id} was handed in again: replay the one that took its place.")
    client = Client(url, {ticket.KIND: ticket.lane})
    try:
        runs = await client.status(request.submission.key) == "running"
        await client.replay(request.submission.key)
    except UnknownRequest:
        if request.ticket is None:
            raise
        raise UserError(
            f"Request {request_id} has its ticket, {request.ticket.url}; nothing is owed any more."
        ) from None
    finally:
        client.close()
    if runs:
        print("It is being worked on already; what broke off goes on by itself while the bot runs, or when it starts.")
        return 0
    if request.ticket:
        print(f"It has its ticket, {request.ticket.url}, and gets no other; what is still to be said is tried again.")
    print("That happens at once if the bot runs, else when it starts.")
    return 0


def _print_json(requests: list[Request], *, full: bool = False) -> None:
    for request in requests:
        exclude = None if full else {"submission": {"answers", "template", "source"}}
        print(json.dumps(request.model_dump(mode="json", exclude=exclude)))


def _print_table(requests: list[Request]) -> None:
    request_id, moment, key = (Column(name, no_wrap=True) for name in ("Request", "Handed in", "Ticket"))
    table = Table(request_id, "State", moment, "Type", "Title", key, "Why")
    for request in requests:
        submission = request.submission
        table.add_row(
            Text(submission.request_id),
            request.state,
            _moment(request.created_at),
            submission.request_type.key,
            Text(harmless(submission.title)),
            Text(request.ticket.key if request.ticket else ""),
            Text(harmless(request.reason)),
        )
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    Console(width=width).print(table if requests else "There are no requests.")


def _print_request(request: Request) -> None:
    submission = request.submission
    lines = [
        f"Request    {submission.request_id}",
        f"State      {request.state}" + (f" ({request.reason})" if request.reason else ""),
        f"Handed in  {_moment(request.created_at)} by {submission.requester.name or submission.requester.id}",
        f"For        team {submission.team}, {submission.tracker}",
        f"Ticket     {request.ticket.url if request.ticket else 'none yet'}",
        "",
        full_text(submission) or "What was written is not kept any more (`retention:` in the configuration).",
    ]
    print(harmless("\n".join(lines)))


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC") if seconds else ""
