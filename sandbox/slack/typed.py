"""What Slack's client makes of text that a person types into a channel."""

import re

from sandbox.slack.model import Json
from sandbox.slack.workspace import SlackWorkspace

TOKEN = re.compile(
    r"(?<![\w@])@(?P<name>[a-z0-9][\w.-]*)|(?<![\w#])#(?P<channel>[a-z0-9][\w-]*)|(?P<url>https?://[^\s<>|]+)"
)
CONTROL = re.compile(r"<([^<>]+)>")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def encoded(workspace: SlackWorkspace, text: str) -> str:
    """Typed text in Slack's wire format: `& < >` escaped, known names, channels and URLs as control sequences."""
    people = {user.name: user.id for user in workspace.users.values()}

    def token(match: re.Match[str]) -> str:
        if match["url"]:
            return f"<{_escaped(match[0])}>"
        if match["name"]:
            if match["name"] in ("channel", "here", "everyone"):
                return f"<!{match['name']}>"
            return f"<@{people[match['name']]}>" if match["name"] in people else match[0]
        channel = workspace.channel_named(match["channel"])
        return f"<#{channel.id}|{channel.name}>" if channel else match[0]

    parts, last = [], 0
    for match in TOKEN.finditer(text):
        parts += [_escaped(text[last : match.start()]), token(match)]
        last = match.end()
    return "".join([*parts, _escaped(text[last:])])


def blocks_of(workspace: SlackWorkspace, text: str) -> list[Json]:
    """The rich_text block that the client sends along with a typed message."""
    elements: list[Json] = []
    last = 0
    for match in CONTROL.finditer(text):
        _plain(elements, text[last : match.start()])
        elements.append(_element(match[1]))
        last = match.end()
    _plain(elements, text[last:])
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": workspace.issued.new_block_id(), "elements": [section]}]


def _element(control: str) -> Json:
    target = control.partition("|")[0]
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": _unescaped(target)}


def _plain(elements: list[Json], text: str) -> None:
    if text:
        elements.append({"type": "text", "text": _unescaped(text)})


def _escaped(text: str) -> str:
    for entity, character in reversed(ENTITIES):
        text = text.replace(character, entity)
    return text


def _unescaped(text: str) -> str:
    for entity, character in ENTITIES:
        text = text.replace(entity, character)
    return text
