"""The Markdown of templates, as Slack shows it."""

from typing import Any

from bot.slack.text import escape, mrkdwn

Json = dict[str, Any]


def readable(markdown: str) -> str:
    """One line of plain text: for labels, options and hints, where Slack formats nothing."""
    return " ".join(markdown.split())


def sections(markdown: str) -> list[Json]:
    """The text as section blocks of at most 3,000 characters each."""
    return [{"type": "section", "text": mrkdwn(escape(markdown))}]
