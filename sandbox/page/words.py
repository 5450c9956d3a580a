"""Slack's texts as HTML: mrkdwn, plain text, rich text; emoji, names, times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zlib import crc32
from zoneinfo import ZoneInfo

from sandbox.page import dates
from sandbox.page.html import Html, anchor, el, text
from sandbox.slack.model import Json
from sandbox.slack.mrkdwn import read_rich_text, read_text
from sandbox.slack.segments import Segment
from sandbox.slack.workspace import SlackWorkspace

EMOJI = {
    "tada": "🎉", "white_check_mark": "✅", "heavy_check_mark": "✔️", "warning": "⚠️", "x": "❌", "eyes": "👀",
    "rocket": "🚀", "memo": "📝", "calendar": "📅", "date": "📅", "ticket": "🎫", "wave": "👋", "bulb": "💡",
    "hourglass": "⌛", "hourglass_flowing_sand": "⏳", "rotating_light": "🚨", "information_source": "💬",
    "link": "🔗", "paperclip": "📎", "lock": "🔒", "question": "❓", "exclamation": "❗", "zap": "⚡", "bell": "🔔",
    "no_bell": "🔕", "smile": "😄", "slightly_smiling_face": "🙂", "thumbsup": "👍", "+1": "👍", "-1": "👎",
    "heart": "❤️", "fire": "🔥", "sparkles": "✨", "point_right": "👉", "pray": "🙏", "raised_hands": "🙌",
    "construction": "🚧", "bug": "🐛", "seedling": "🌱", "chart_with_upwards_trend": "📈", "package": "📦",
    "test_tube": "🧪", "art": "🎨", "mag": "🔍", "pushpin": "📌", "arrow_right": "➡️", "white_circle": "⚪",
    "large_green_circle": "🟢", "large_yellow_circle": "🟡", "red_circle": "🔴", "large_orange_circle": "🟠",
}  # fmt: skip
"""The emoji that this page can draw; all others stay as they were typed, `:name:`."""
WRAPPERS = (("code", "code"), ("strike", "s"), ("italic", "em"), ("bold", "strong"), ("underline", "u"))


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who reads: the names they know, their time zone, and the present."""

    workspace: SlackWorkspace
    zone: ZoneInfo
    now: datetime


def segment_html(eyes: Eyes, segment: Segment) -> Html:
    """One run of text."""
    inner: Html
    if segment.kind == "date":
        inner = _date(eyes, segment)
    elif segment.kind == "link":
        inner = anchor(segment.target, segment.text or segment.target)
    elif segment.kind == "channel":
        inner = el("a", segment.text, class_="mention", href=f"?channel={segment.target}", data_channel=segment.target)
    elif segment.kind in ("user", "usergroup", "broadcast"):
        inner = el("span", segment.text, class_="mention" if segment.kind == "user" else "mention loud")
    elif segment.kind == "emoji":
        inner = _emoji(segment)
    else:
        inner = text(segment.text)
    for style, tag in WRAPPERS:
        if style in segment.styles:
            inner = el(tag, inner)
    return inner


def _date(eyes: Eyes, segment: Segment) -> Html:
    words = None
    if segment.moment is not None:
        words = dates.shown(segment.moment, segment.format, eyes.zone, eyes.now)
    said = el("time", words, title=segment.text) if words else text(segment.text)
    return anchor(segment.target, said) if segment.target else said


def _emoji(segment: Segment) -> Html:
    drawn = EMOJI.get(segment.target)
    return el("span", drawn, role="img", aria_label=segment.target) if drawn else text(segment.text)


def segments_html(eyes: Eyes, segments: Iterable[Segment]) -> Html:
    """Several runs, quotes and preformatted text as blocks."""
    out: list[Html] = []
    for block, group in groupby(
        segments, key=lambda s: "pre" if "pre" in s.styles else "quote" * ("quote" in s.styles)
    ):
        inside = [segment_html(eyes, segment) for segment in group]
        tag = {"pre": "pre", "quote": "blockquote"}.get(block)
        out.append(el(tag, inside) if tag else text(inside))
    return Html("".join(out))


def text_html(eyes: Eyes, value: Json) -> Html:
    """A text object."""
    return segments_html(eyes, read_text(eyes.workspace, value))


def plain(value: object) -> str:
    """The words of a plain_text object; "" for none."""
    return str(value.get("text", "")) if isinstance(value, dict) else ""


def rich_html(eyes: Eyes, block: Json) -> Html:
    """A rich_text block: sections, nested lists, quotes, code."""
    out: list[Html] = []
    elements = block.get("elements", [])
    position = 0
    while position < len(elements):
        element = elements[position]
        if element["type"] == "rich_text_list":
            run = position
            while run < len(elements) and elements[run]["type"] == "rich_text_list":
                run += 1
            out.append(_lists(eyes, elements[position:run]))
            position = run
            continue
        tag = {"rich_text_quote": "blockquote", "rich_text_preformatted": "pre"}.get(element["type"], "div")
        out.append(el(tag, _section(eyes, element), class_="rich" if tag == "div" else None))
        position += 1
    return Html("".join(out))


def _lists(eyes: Eyes, lists: list[Json]) -> Html:
    """Lists that follow each other; a greater indent nests them."""
    out: list[Html] = []
    position = 0
    least = min(one.get("indent", 0) for one in lists)
    while position < len(lists):
        one = lists[position]
        run = position + 1
        while run < len(lists) and lists[run].get("indent", 0) > least:
            run += 1
        below = lists[position + 1 : run]
        items = [el("li", _section(eyes, item)) for item in one["elements"]]
        if below and items:
            items[-1] = el("li", _section(eyes, one["elements"][-1]), _lists(eyes, below))
        tag = "ol" if one["style"] == "ordered" else "ul"
        start = one["offset"] + 1 if tag == "ol" and one.get("offset") else None
        out.append(el(tag, items, start=start))
        position = run
    return Html("".join(out))


def _section(eyes: Eyes, section: Json) -> Html:
    alone = {"elements": [{"type": "rich_text_section", "elements": section["elements"]}]}
    return Html("".join(segment_html(eyes, segment) for segment in read_rich_text(eyes.workspace, alone)[:-1]))


def initials(name: str) -> str:
    """Up to two letters that stand for somebody."""
    parts = [part for part in name.split() if part[0].isalnum()]
    return "".join(part[0] for part in (parts[0], parts[-1])).upper() if len(parts) > 1 else name[:2].upper()


def avatar(name: str, *, app: bool = False, small: bool = False) -> Html:
    """A square with initials; decoration only, the name always stands beside it."""
    colour = crc32(name.encode("utf-8", "replace")) % 8
    kind = "avatar" + (" app" if app else f" c{colour}") + (" small" if small else "")
    return el("span", "" if app else initials(name), class_=kind, aria_hidden="true")


def icon(name: str) -> Html:
    """A small picture: lock, clip, picture. Decoration only."""
    return el("span", class_=f"i i-{name}", aria_hidden="true")


def zone(name: str) -> ZoneInfo:
    """A person's time zone."""
    return ZoneInfo(name)


def clock_time(ts: str, where: ZoneInfo) -> str:
    """`14:05` of a Slack timestamp."""
    return f"{datetime.fromtimestamp(float(ts), where):%H:%M}"


def day(ts: str, where: ZoneInfo, now: datetime) -> str:
    """`Today`, `Yesterday`, or the date."""
    then, today = datetime.fromtimestamp(float(ts), where).date(), now.astimezone(where).date()
    if then == today:
        return "Today"
    if then == today - timedelta(days=1):
        return "Yesterday"
    return long_date(then.isoformat())


def long_date(iso: str) -> str:
    """`Tuesday, 3 March 2027` of `2027-03-03`."""
    when = datetime.fromisoformat(iso)
    return f"{when:%A}, {when.day} {when:%B %Y}"


def short_date(iso: str) -> str:
    """`3 Mar 2027`."""
    when = datetime.fromisoformat(iso)
    return f"{when.day} {when:%b %Y}"


def ago(then: datetime, now: datetime) -> str:
    """`just now`, `5 min ago`, `3 h ago`, `2 days ago`, or the date."""
    seconds = (now - then.astimezone(UTC)).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 86_400:
        return f"{int(seconds // 3600)} h ago"
    days = int(seconds // 86_400)
    if days < 14:
        return "yesterday" if days == 1 else f"{days} days ago"
    return short_date(then.date().isoformat())
