"""What Slack takes as a text and as an object; the parts of `tests.slack.limits`."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.text import units

Json = Mapping[str, Any]
Defects = Iterator[str]


def check_keys(at: str, node: Json, known: tuple[set[str], set[str]], always: set[str]) -> Defects:
    """Keys that are missing, and keys that are not known."""
    required, further = known
    for key in sorted(required - set(node)):
        yield f"{at}.{key}: missing"
    for key in sorted(set(node) - required - further - always):
        yield f"{at}.{key}: unknown"


def check_count(at: str, entries: list[Any], most: int) -> Defects:
    """Too few or too many entries."""
    if not 1 <= len(entries) <= most:
        yield f"{at}: {len(entries)} of them, 1 to {most} may be"


def check_text(at: str, text: Any, most: int, least: int = 1) -> Defects:
    """No text, or one that is too short or too long."""
    if not isinstance(text, str):
        yield f"{at}: is no text"
    elif not least <= units(text) <= most:
        yield f"{at}: {units(text)} characters, {least} to {most} may be"


def check_plain(at: str, node: Any, most: int) -> Defects:
    """No object of plain text, or one that would turn codes into emoji."""
    if not isinstance(node, dict) or node.get("type") != "plain_text":
        yield f"{at}: is no plain_text"
        return
    yield from check_keys(at, node, ({"text"}, {"emoji"}), {"type"})
    yield from check_text(at, node.get("text"), most)
    if node.get("emoji") is not False:
        yield f"{at}: would turn codes into emoji"


def check_either(at: str, node: Any, most: int) -> Defects:
    """An object of plain text or of mrkdwn; the latter must be verbatim."""
    if not isinstance(node, dict) or node.get("type") != "mrkdwn":
        yield from check_plain(at, node, most)
        return
    yield from check_keys(at, node, ({"text"}, {"verbatim"}), {"type"})
    yield from check_text(at, node.get("text"), most)
    if node.get("verbatim") is not True:
        yield f"{at}: mrkdwn that is not verbatim"
