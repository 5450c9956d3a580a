"""`devrequest doctor`."""

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from pydantic import SecretStr
from rich.text import Text

from adapters.base import Finding
from bot import log
from bot.bootstrap import build_trackers, checked, titles
from bot.cli.console import Console
from bot.cli.output import readers_may_leave
from bot.domain.errors import ConfigurationError
from bot.files_on_disk import told
from bot.settings import Environment, read_environment
from bot.slack.channels import channel_ids
from bot.slack.examine import examine_slack
from bot.slack.gateway import Gateway
from bot.teams import OWN_CHANNEL, ConfiguredTeams, ConfiguredTrackers
from bot.usecases.examine_trackers import examine_trackers
from bot.usecases.ports import SlackUnavailable
from bot.usecases.sync_times import late_agendas

MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "red")}


def main(options: argparse.Namespace) -> int:
    """Print what was found. 0: all is well, 1: warnings, 2: something keeps requests from being filed."""
    log.set_up("ERROR", sys.stderr)  # what is found is printed, and nothing else
    try:
        findings = asyncio.run(_examine(read_environment()))
    except ConfigurationError as error:
        findings = [Finding("error", problem, "") for problem in error.problems]
    with readers_may_leave():  # the verdict stands, however much of it is read
        if options.json:
            print(json.dumps([asdict(finding) for finding in findings], indent=2))
        else:
            _print(findings)
    severities = {finding.severity for finding in findings}
    return 2 if "error" in severities else 1 if "warning" in severities else 0


async def _examine(environment: Environment) -> list[Finding]:
    loadout = checked(environment, trackers=True)
    if loadout.config is None:
        return []
    gateway = Gateway(_secret(environment.slack_bot_token), environment.slack_api_url)
    app_token = environment.slack_app_token
    app_gateway = Gateway(_secret(app_token), environment.slack_api_url) if app_token else None
    trackers = build_trackers(loadout.config)
    files = {key: told(file) for key, file in loadout.files.items()}
    teams = ConfiguredTeams(loadout.config, loadout.types)
    try:
        with contextlib.suppress(SlackUnavailable):  # which the examination says better
            teams.resolve(await channel_ids(gateway, loadout.config))
        findings = await examine_slack(gateway, app_gateway, teams.all(), teams.ops_channel)
        findings += [Finding("error", problem, OWN_CHANNEL) for problem in teams.shared_channels()]
        findings += late_agendas(teams.all())
        findings += await examine_trackers(teams, ConfiguredTrackers(trackers, titles()), files)
    finally:
        for tracker in trackers.values():
            await tracker.close()
        await gateway.close()
        if app_gateway:
            await app_gateway.close()
    return findings


def _secret(token: SecretStr | None) -> str:
    return token.get_secret_value() if token else ""


def _print(findings: Sequence[Finding]) -> None:
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    for finding in findings:
        mark, colour = MARKS[finding.severity]
        console.print(Text(f"{mark} ", style=colour), Text(finding.message), sep="")
        if finding.fix:
            console.print(Text(f"  → {finding.fix}"))
