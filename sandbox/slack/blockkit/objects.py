"""Composition objects: texts, options, confirmations, filters (Slack's reference, Composition objects)."""

from typing import Any

from sandbox.slack.blockkit.rules import Report, Rule, boolean, items, one_of, pattern, shape, text, typed, url

OPTION_TEXT = 75
OPTION_VALUE = 75
"""The stricter of two documents: @slack/types says 75, newer pages 150."""


def plain(most: int) -> Rule:
    """A plain_text object."""
    return typed({"plain_text": shape({"text": text(most)}, {"emoji": boolean})})


def any_text(most: int) -> Rule:
    """A plain_text or mrkdwn object."""
    return typed(
        {
            "plain_text": shape({"text": text(most)}, {"emoji": boolean}),
            "mrkdwn": shape({"text": text(most)}, {"verbatim": boolean}),
        }
    )


OPTION = shape({"text": plain(OPTION_TEXT), "value": text(OPTION_VALUE)}, {"description": plain(OPTION_TEXT)})
"""An option of a select."""
RICH_OPTION = shape(
    {"text": any_text(OPTION_TEXT), "value": text(OPTION_VALUE)}, {"description": any_text(OPTION_TEXT)}
)
"""An option of checkboxes or radio buttons: may be mrkdwn."""
OVERFLOW_OPTION = shape(
    {"text": plain(OPTION_TEXT), "value": text(OPTION_VALUE)}, {"description": plain(OPTION_TEXT), "url": url()}
)
"""An option of an overflow menu: may have a URL."""
OPTION_GROUP = shape({"label": plain(OPTION_TEXT), "options": items(OPTION)})
CONFIRM = shape(
    {"title": plain(100), "text": any_text(300)},
    {"confirm": plain(30), "deny": plain(30), "style": one_of("primary", "danger")},
)
FILTER = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH_CONFIG = shape(
    {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), most=2)},
)


FILE_ID = pattern("F[A-Z0-9]{8,}", "input must match regex pattern: ^[F][A-Z0-9]{8,}$")


def _slack_file(report: Report, value: Any, pointer: str) -> None:
    shape({}, {"id": FILE_ID, "url": url()})(report, value, pointer)
    if isinstance(value, dict) and ("id" in value) == ("url" in value):
        report.add("must have either an id or a url", pointer)


SLACK_FILE: Rule = _slack_file


def image_source(report: Report, value: Any, pointer: str) -> None:
    """An image has a URL or a Slack file, not both."""
    if isinstance(value, dict) and ("image_url" in value) == ("slack_file" in value):
        report.add("must have either an image_url or a slack_file", pointer)
