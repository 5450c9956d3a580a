"""How Slack shows text: what is formatted, what becomes a link, and above all whom it pings.

    shown = read_message(workspace, message)
    shown.pings       # ["U0MARA", "channel"]
    shown.links       # ["https://jira.example.com/browse/WEB-1"]
    shown.segments    # what to draw, in order

Where Slack's documents leave it open whether something pings or links, this says that it does: a bot that is quiet
here is quiet there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sandbox.slack.model import Json, Message
from sandbox.slack.segments import Segment, Shown
from sandbox.slack.workspace import SlackWorkspace

BROADCASTS = ("channel", "here", "everyone", "group")
CONTROL = re.compile(r"<([^<>\n]+)>")
INLINE = re.compile(
    r"<(?P<control>[^<>\n]+)>"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?=[^\s*])(?P<bold>[^*\n]*[^\s*])\*(?![\w*])"
    r"|(?<![\w_])_(?=[^\s_])(?P<italic>[^_\n]*[^\s_])_(?![\w_])"
    r"|(?<![\w~])~(?=[^\s~])(?P<strike>[^~\n]*[^\s~])~(?![\w~])"
    r"|:(?P<emoji>[a-z0-9_+'-]+):"
    r"|(?P<url>(?:https?://|mailto:)[^\s<>|*`]*[^\s<>|*`.,;:!?)\]}'\"])"
    r"|(?<![\w@])@(?P<name>[\w.-]*\w)"
    r"|(?<![\w#&])\#(?P<channel>[\w-]+)"
)
MARKDOWN_LINK = re.compile(r"!?\[(?P<label>[^\]\n]*)\]\((?P<url>[^)\s]+)[^)\n]*\)")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads texts of one workspace.

    Attributes:
        workspace: whose names are known.
        automatic: whether bare URLs and `#channel` become links.
        names: whether `@name` and `@here` become mentions.
    """

    workspace: SlackWorkspace
    automatic: bool = True
    names: bool = True

    def mrkdwn(self, text: str) -> list[Segment]:
        """The segments of mrkdwn text."""
        out: list[Segment] = []
        for index, part in enumerate(text.split("```")):
            if index % 2 and index < text.count("```"):
                out += self._only_controls(part, frozenset({"pre"}))
            else:
                out += self._lines(("```" if index % 2 else "") + part)
        return [segment for segment in out if segment.text]

    def _lines(self, text: str) -> list[Segment]:
        out: list[Segment] = []
        for line in text.splitlines(keepends=True):
            quoted = re.match(r"(?:&gt;|>)\s?", line)
            styles = frozenset({"quote"}) if quoted else frozenset()
            out += self._inline(line[quoted.end() :] if quoted else line, styles)
        return out

    def _inline(self, text: str, styles: frozenset[str]) -> list[Segment]:
        out: list[Segment] = []
        last = 0
        for match in INLINE.finditer(text):
            found = self._token(match, styles)
            if found is not None:
                out += [Segment("text", unescaped(text[last : match.start()]), styles=styles), *found]
                last = match.end()
        return [*out, Segment("text", unescaped(text[last:]), styles=styles)]

    def _token(self, match: re.Match[str], styles: frozenset[str]) -> list[Segment] | None:
        kind, inside = str(match.lastgroup), str(match[str(match.lastgroup)])
        if kind == "control":
            return [self.control(inside, styles)]
        if kind == "code":
            return self._only_controls(inside, styles | {"code"})
        if kind in ("bold", "italic", "strike"):
            return self._inline(inside, styles | {kind})
        if kind == "emoji":
            return [Segment("emoji", match[0], inside, styles)]
        if kind == "name":
            return self._name(inside, styles)
        if not self.automatic:
            return None
        if kind == "url":
            return [Segment("link", unescaped(inside), unescaped(inside), styles)]
        return self._channel_name(inside, styles)

    def _name(self, name: str, styles: frozenset[str]) -> list[Segment] | None:
        if not self.names:
            return None
        if name in BROADCASTS:
            return [Segment("broadcast", f"@{name}", name, styles)]
        user = next((user for user in self.workspace.users.values() if user.name == name), None)
        if user is None:
            return None
        return [Segment("user", f"@{user.real_name}", user.id, styles)]

    def _channel_name(self, name: str, styles: frozenset[str]) -> list[Segment] | None:
        channel = self.workspace.channel_named(name)
        return None if channel is None else [Segment("channel", f"#{channel.name}", channel.id, styles)]

    def _only_controls(self, text: str, styles: frozenset[str]) -> list[Segment]:
        out: list[Segment] = []
        last = 0
        for match in CONTROL.finditer(text):
            out += [Segment("text", unescaped(text[last : match.start()]), styles=styles)]
            out += [self.control(match[1], styles)]
            last = match.end()
        return [*out, Segment("text", unescaped(text[last:]), styles=styles)]

    def control(self, inside: str, styles: frozenset[str] = frozenset()) -> Segment:
        """The segment of a control sequence, given what stands between `<` and `>`."""
        target, bar, label = inside.partition("|")
        label = unescaped(label) if bar else ""
        if target.startswith("@"):
            return self.user(target[1:], styles)
        if target.startswith("#"):
            return self.channel(target[1:], styles, label)
        if target.startswith("!subteam^"):
            return Segment("usergroup", label or "@group", target.removeprefix("!subteam^"), styles)
        if target.startswith("!date^"):
            return _date(target, label, styles)
        if target.startswith("!"):
            return Segment("broadcast", f"@{target[1:]}", target[1:], styles)
        url = unescaped(target)
        return Segment("link", label or url.removeprefix("mailto:"), url, styles)

    def user(self, user_id: str, styles: frozenset[str] = frozenset()) -> Segment:
        """A mention of a person, known or not."""
        user = self.workspace.users.get(user_id)
        return Segment("user", f"@{user.real_name if user else user_id}", user_id, styles)

    def channel(self, channel_id: str, styles: frozenset[str] = frozenset(), label: str = "") -> Segment:
        """A link to a channel, known or not."""
        channel = self.workspace.channels.get(channel_id)
        return Segment("channel", f"#{channel.name if channel else label or channel_id}", channel_id, styles)


def _date(target: str, label: str, styles: frozenset[str]) -> Segment:
    """The segment of `!date^seconds^format^link`; without a time, a format and a fallback it is mere text."""
    _, seconds, form, link, *_ = [*target.split("^"), "", ""]
    if not seconds.isdecimal() or not form or not label:
        return Segment("date", label or target, link, styles)
    return Segment("date", label, link, styles, moment=int(seconds), format=unescaped(form))


def unescaped(text: str) -> str:
    """Slack's three entities, decoded."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_text(workspace: SlackWorkspace, text: Json) -> list[Segment]:
    """The segments of a text object: plain_text says what it says, mrkdwn is parsed."""
    if text.get("type") != "mrkdwn":
        return [Segment("text", str(text["text"]))] if text.get("text") else []
    loose = not text.get("verbatim")
    return Reader(workspace, automatic=loose, names=loose).mrkdwn(str(text["text"]))


def read_markdown(workspace: SlackWorkspace, text: str) -> list[Segment]:
    """The segments of a `markdown` block: `[label](url)` links too."""
    out: list[Segment] = []
    last = 0
    reader = Reader(workspace)
    for match in MARKDOWN_LINK.finditer(text):
        out += [*reader.mrkdwn(text[last : match.start()]), Segment("link", match["label"], match["url"])]
        last = match.end()
    return out + reader.mrkdwn(text[last:])


def read_rich_text(workspace: SlackWorkspace, block: Json) -> list[Segment]:
    """The segments of a rich_text block; every section, list item and quote ends with a line break."""
    out: list[Segment] = []
    for element in block["elements"]:
        outer = {"rich_text_quote": {"quote"}, "rich_text_preformatted": {"pre"}}.get(element["type"], set())
        sections = [element]
        if element["type"] == "rich_text_list":
            outer, sections = {element["style"]}, element["elements"]
        for section in sections:
            out += [_rich(workspace, one, frozenset(outer)) for one in section["elements"]]
            out.append(Segment("text", "\n", styles=frozenset(outer)))
    return out


def _rich(workspace: SlackWorkspace, element: Json, outer: frozenset[str]) -> Segment:
    styles = outer | {name for name, on in (element.get("style") or {}).items() if on}
    reader, kind = Reader(workspace), element["type"]
    if kind == "user":
        return reader.user(element["user_id"], styles)
    if kind == "channel":
        return reader.channel(element["channel_id"], styles)
    if kind == "usergroup":
        return Segment("usergroup", "@group", element["usergroup_id"], styles)
    if kind == "broadcast":
        return Segment("broadcast", f"@{element['range']}", element["range"], styles)
    if kind == "link":
        return Segment("link", element.get("text") or element["url"], element["url"], styles)
    if kind == "emoji":
        return Segment("emoji", f":{element['name']}:", element["name"], styles)
    if kind == "date":
        fallback, moment = element.get("fallback", str(element["timestamp"])), element["timestamp"]
        return Segment("date", fallback, element.get("url", ""), styles, moment=moment, format=element["format"])
    return Segment("text", str(element.get("text", element.get("value", element.get("team_id", "")))), styles=styles)


def read_blocks(workspace: SlackWorkspace, blocks: Iterable[Json], pointer: str = "/blocks") -> list[Segment]:
    """The segments of all texts of some blocks, in reading order; each block ends with a line break."""
    out: list[Segment] = []
    for index, block in enumerate(blocks):
        found = _block(workspace, block)
        if found and not found[-1].text.endswith("\n"):
            found.append(Segment("text", "\n"))
        out += [replace(segment, block=f"{pointer}/{index}") for segment in found]
    return out


def _block(workspace: SlackWorkspace, node: object) -> list[Segment]:
    if isinstance(node, list):
        return [segment for item in node for segment in _block(workspace, item)]
    if not isinstance(node, dict):
        return []
    kind = node.get("type")
    if kind in ("plain_text", "mrkdwn"):
        return read_text(workspace, node)
    if kind == "rich_text":
        return read_rich_text(workspace, node)
    if kind == "markdown":
        return read_markdown(workspace, str(node["text"]))
    if kind == "raw_text":
        return [Segment("text", str(node["text"]))]
    out = _button_link(node) if kind == "button" else []
    return out + [
        segment for name, member in node.items() if name != "confirm" for segment in _block(workspace, member)
    ]


def _button_link(node: Json) -> list[Segment]:
    return [Segment("link", "", str(node["url"]))] if node.get("url") else []


def read_message(workspace: SlackWorkspace, message: Message) -> Shown:
    """What people see of a message: its blocks, else its text; attachments after that."""
    names = message.link_names or message.parse == "full"
    reader = Reader(workspace, automatic=message.parse != "none", names=names)
    text = reader.mrkdwn(message.text) if message.mrkdwn else [Segment("text", message.text)]
    shown = Shown([], text) if message.blocks else Shown(text)
    shown.segments += read_blocks(workspace, message.blocks)
    for index, attachment in enumerate(message.attachments):
        for key in ("pretext", "title", "text", "fallback", "footer"):
            if isinstance(attachment.get(key), str):
                shown.segments += Reader(workspace).mrkdwn(attachment[key])
        shown.segments += read_blocks(workspace, attachment.get("blocks", []), f"/attachments/{index}/blocks")
    return shown
