"""The command line: arguments only. Each subcommand imports what it needs, so that `--help` is instant."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from bot.cli.output import readers_may_leave, written_as_it_can_be
from bot.collector import without_collecting
from bot.proxies import spare_loopback

COMMANDS = {
    "demo": "sandbox and bot on this machine, no account needed",
    "run": "the bot",
    "check": "configuration and templates, offline; every error at once",
    "doctor": "the same against the live Slack, Jira and Asana",
    "manifest": "the Slack app manifest for this configuration",
    "lint": "quality checks of texts on standard input, one a line",
    "preview": "a request type as a form in the browser",
    "evaluate": "how ready tickets are: REST payloads on standard input, one JSON object a line",
    "sweep": "read the trackers now, and ask for what tickets lack; or with --dry-run see what would be posted",
    "sync": "the weekly sync now, or with --dry-run as it would be posted",
    "requests": "what was handed in, and how far it has come",
}

MOST_ROWS = 10_000
"""Requests that are listed at once; more are no view but an export."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status comes back. 2 means that the command line itself is wrong.

    Where a reader leaves before a command is through, that is no error: 0.
    """
    written_as_it_can_be()
    with readers_may_leave():
        options = _parser().parse_args(arguments)
        spare_loopback()
        with without_collecting():
            command = import_module(f"bot.cli.{options.command}")
        status: int = command.main(options)
        return status
    return 0


class _Version(argparse.Action):
    """Looked up only when asked for: reading the metadata of packages takes longer than all of `--help`."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"devrequest {version('devrequest')}")
        except PackageNotFoundError:
            parser.exit(1, "devrequest is not installed as a package, so its version is not known.\n")
        parser.exit()


def _how_many(text: str) -> int:
    """A number of rows that every database takes.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_ROWS and len(text) < 9:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_ROWS:,}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="devrequest", description="Development requests from Slack, complete and testable, in Jira or Asana."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and end")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    parsers = {name: commands.add_parser(name, help=text, description=text) for name, text in COMMANDS.items()}
    demo = parsers["demo"]
    demo.add_argument("--port", type=int, default=8090, help="where the sandbox listens (default: %(default)s)")
    demo.add_argument("--sandbox-only", action="store_true", help="no bot; prints KEY=value for another bot or client")
    demo.add_argument("--bot-url", metavar="URL", help="with --sandbox-only: where that bot takes Slack's requests")
    preview = parsers["preview"]
    preview.add_argument("template", metavar="TEMPLATE", help="the key of a request type, or the path of a template")
    preview.add_argument("--port", type=int, default=8090, help="where the page listens (default: %(default)s)")
    check = parsers["check"]
    check.add_argument("paths", nargs="*", metavar="PATH", help="a configuration, templates or folders of them")
    check.add_argument("--json", action="store_true", help="one JSON list on standard output")
    check.add_argument("--write-schema", action="store_true", help="write schema.json into the folders, for editors")
    parsers["doctor"].add_argument("--json", action="store_true", help="one JSON list on standard output")
    evaluate = parsers["evaluate"]
    evaluate.add_argument("--template", required=True, metavar="T", help="the key of a request type, or its file")
    evaluate.add_argument(
        "--from", required=True, metavar="TRACKER", dest="tracker", help="whose payloads: jira, asana"
    )
    evaluate.add_argument("--json", action="store_true", help="one JSON object a line")
    lint = parsers["lint"]
    kinds = ("user_story", "acceptance_criteria", "ga4_event", "wording")
    lint.add_argument("--as", dest="kind", required=True, choices=kinds, help="what the texts are")
    lint.add_argument("--json", action="store_true", help="one JSON object a line")
    sweep = parsers["sweep"]
    sweep.add_argument("--team", metavar="T", help="the id or name of a team; all teams if left out")
    sweep.add_argument("--dry-run", action="store_true", help="only read, and print what would be posted")
    sweep.add_argument(
        "--accept-missing", action="store_true", help="tickets that are missing in numbers are gone indeed"
    )
    sync = parsers["sync"]
    sync.add_argument("--team", metavar="T", help="the id or name of a team; all teams if left out")
    sync.add_argument("--dry-run", action="store_true", help="only read, and print what would be posted")
    sync.add_argument("--date", metavar="YYYY-MM-DD", help="as on that day (default: today, where the team is)")
    actions = parsers["requests"].add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the latest requests")
    listing.add_argument("--state", action="append", default=[], help="only these; may be given several times")
    listing.add_argument(
        "--limit", type=_how_many, default=50, metavar="N", help="how many at most, 1 to 10,000 (default: %(default)s)"
    )
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    show = actions.add_parser("show", help="one request with everything that was written")
    show.add_argument("request_id")
    show.add_argument("--json", action="store_true", help="one JSON object")
    replay = actions.add_parser(
        "replay", help="file a request again, or wake one; of one with a ticket, say what is still to be said"
    )
    replay.add_argument("request_id")
    return parser


if __name__ == "__main__":
    sys.exit(main())
