"""Small pieces of messages: lines of rich text, lists, buttons. User text in them is shown as it is."""

from collections.abc import Iterable
from typing import Any

from bot.domain.messages import Summary
from bot.domain.request import TicketLink
from bot.slack.ids import Action
from bot.slack.text import CUT, escape, inline, plain, shorten, web_url

Json = dict[str, Any]

MOST_VALUE = 2_000
"""Characters that a button brings along (https://docs.slack.dev/reference/block-kit/block-elements/button-element)."""
BULLETS = 15
"""Lines of a list that a message shows."""


def run(text: str, *, bold: bool = False) -> Json:
    """Running text; Slack refuses an empty one."""
    return {"type": "text", "text": text or CUT} | ({"style": {"bold": True}} if bold else {})


def quoted(text: str, limit: int) -> Json:
    """User text in quotation marks."""
    return run(f"“{shorten(inline(text), limit) or CUT}”")


def ticket_run(summary: Summary, limit: int, *, bold: bool = False) -> Json:
    """The request's title, as a link to its ticket once there is one."""
    title = shorten(inline(summary.title), limit)
    url = web_url(summary.ticket.url) if summary.ticket else None
    if url is None:
        return run(title, bold=bold)
    return run(title, bold=bold) | {"type": "link", "url": url}


def tracker_name(summary: Summary) -> str:
    """`Jira`, as the configuration calls it."""
    return shorten(inline(summary.tracker), 60)


def place(tracker: str, ticket: TicketLink | None) -> str:
    """`WEB-12 in Jira`; Asana's tickets have no key that people know."""
    name = shorten(inline(tracker), 60)
    if ticket is None:
        return f"in {name}"
    if ticket.key == ticket.id:
        return f"a task in {name}"
    return f"{shorten(inline(ticket.key), 60)} in {name}"


def line(*runs: Json) -> Json:
    """A paragraph of its own."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def bullets(texts: Iterable[str]) -> Json:
    """A list; beyond 15 entries it says how many more there are."""
    every = [shorten(inline(text), 250) for text in texts]
    return bullet_list(every[:BULLETS] + ([f"and {len(every) - BULLETS} more"] if len(every) > BULLETS else []))


def bullet_list(shown: Iterable[str]) -> Json:
    """A list of what fits as it is."""
    items = [{"type": "rich_text_section", "elements": [run(text)]} for text in shown]
    return {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": items}]}


def button(text: str, action: Action, value: str = "") -> Json:
    """A button that tells us when it is pressed."""
    made: Json = {"type": "button", "action_id": action, "text": plain(text, 75)}
    return made | ({"value": value} if value else {})


def link_button(text: str, url: str) -> Json | None:
    """A button that opens a page, None if that is no web address."""
    target = web_url(url)
    return button(text, Action.OPEN_LINK) | {"url": target} if target else None


def spoken(text: str) -> str:
    """What a notification says, safe and short; Slack refuses an empty one."""
    return escape(shorten(inline(text), 300)) or CUT
