"""Is Slack set up for the bot? For `devrequest doctor`."""

from collections.abc import Sequence

from adapters.base import Finding
from bot.slack.gateway import Gateway, SlackRefused
from bot.slack.manifest import SCOPES
from bot.usecases.ports import SlackUnavailable, Team

NOBODY = frozenset({"user_not_found", "user_not_visible"})
"""How Slack answers to an id that is no member's."""


async def examine_slack(
    gateway: Gateway, app_gateway: Gateway | None, teams: Sequence[Team], ops_channel: str | None
) -> list[Finding]:
    """Tokens, scopes and channels.

    Args:
        gateway: with the bot token.
        app_gateway: with the app-level token; None in HTTP mode.
        teams: whose channels are looked at.
        ops_channel: the operators' channel, if there is one.
    """
    try:
        granted = await gateway.granted_scopes()
    except SlackRefused as refused:
        fix = "Install the app in the workspace and copy its bot token (xoxb-…) again."
        return [Finding("error", f"Slack refuses SLACK_BOT_TOKEN: {refused.code}.", fix)]
    except SlackUnavailable as error:
        return [Finding("error", f"Slack does not answer: {error}.", "Check SLACK_API_URL and the network.")]
    findings = [Finding("ok", "Slack takes the bot token.")]
    findings += _scopes(granted)
    if app_gateway:
        findings.append(await _app_token(app_gateway))
    for team in teams:
        findings.append(await _channel(gateway, team.channel, f"of team {team.name}"))
        if lead := team.alerts.escalate_to:
            findings += await _lead(gateway, lead, team.name)
    if ops_channel:
        findings.append(await _channel(gateway, ops_channel, "for the operators"))
    else:
        fix = "Add ops_channel: to the configuration, so that somebody hears of expired tokens and lost channels."
        findings.append(Finding("warning", "There is no channel for the operators.", fix))
    return findings


def _scopes(granted: set[str]) -> list[Finding]:
    missing = [scope for scope in SCOPES if scope not in granted]
    if not missing:
        return [Finding("ok", "The app has every scope that the bot uses.")]
    fix = "Update the app with `devrequest manifest` and reinstall it."
    return [Finding("error", f"The scope {scope} is missing: it is for {SCOPES[scope]}.", fix) for scope in missing]


async def _app_token(gateway: Gateway) -> Finding:
    try:
        await gateway.call("apps.connections.open")
    except SlackRefused as refused:
        fix = "Make an app-level token with connections:write and copy it (xapp-…)."
        return Finding("error", f"Slack refuses SLACK_APP_TOKEN: {refused.code}.", fix)
    except SlackUnavailable as error:
        return Finding("error", f"Slack does not answer: {error}.", "Check SLACK_API_URL and the network.")
    return Finding("ok", "Slack takes the app-level token; Socket Mode works.")


async def _lead(gateway: Gateway, user: str, team: str) -> list[Finding]:
    """Whether those who are asked last are there; where they are not, nobody is named in the channel."""
    try:
        known = (await gateway.form("users.info", user=user)).get("user") or {}
        wrong = "has left" if known.get("deleted") else "is a bot" if known.get("is_bot") else ""
    except SlackRefused as refused:
        wrong = "is nobody whom Slack knows" if refused.code in NOBODY else ""
    except SlackUnavailable:  # which the channels say
        wrong = ""
    fix = "Correct it in the configuration: the member id (U0…), which their profile in Slack offers to copy."
    return [Finding("warning", f"{user}, the escalate_to of team {team}, {wrong}.", fix)] if wrong else []


async def _channel(gateway: Gateway, channel: str, whose: str) -> Finding:
    try:
        answer = await gateway.form("conversations.info", channel=channel)
    except SlackRefused as refused:
        fix = "Invite the bot there with /invite, or correct the channel in the configuration."
        return Finding("error", f"The channel {channel} {whose} cannot be seen: {refused.code}.", fix)
    except SlackUnavailable as error:
        return Finding("warning", f"The channel {channel} {whose} could not be looked at: {error}.", "Try again.")
    found = answer.get("channel") or {}
    name = f"#{found.get('name') or channel}"
    if found.get("is_archived"):
        return Finding("error", f"The channel {name} {whose} is archived.", "Unarchive it, or name another one.")
    if not found.get("is_member"):
        return Finding("warning", f"The bot is not in {name} {whose}.", f"Type /invite @devrequest in {name}.")
    if found.get("is_ext_shared"):
        fix = "There alerts and syncs show keys, links and readiness only; name a channel of your own for more."
        return Finding("warning", f"People of another organisation read {name} {whose}.", fix)
    return Finding("ok", f"The bot is in {name} {whose}.")
