"""The one place where text is made safe for Slack.

User text goes into `plain` or rich text, which parse nothing; where it must stand in mrkdwn it is escaped and its
formatting characters are taken apart, and every mrkdwn object is verbatim, so that Slack adds no links of its own.
"""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from adapters.document import clean as without_forbidden

Json = dict[str, Any]

CUT = "…"
APART = "\u200b"
"""A zero-width space: behind a formatting character it keeps mrkdwn from seeing a pair."""
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
_CONTROLS = re.compile("[\x7f-\x9f\u2028\u2029\ufff9-\ufffb\ufeff]")
_DIRECTIONS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""Where all letters are that Unicode calls R or AL; a test holds that."""
_FORMATTING = re.compile(r"([*_~`])|(?<!\S)(&gt;)|(:)(?=[\w+'-]+:)|(@)(?=here\b|channel\b|everyone\b)", re.IGNORECASE)
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")
_SCHEMES = frozenset({"http", "https", "mailto"})
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20<>|\"`\\^{}\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def clean(text: str) -> str:
    """Text without what Slack cannot carry: control characters and lone surrogates become U+FFFD, line ends LF."""
    return _CONTROLS.sub("\ufffd", without_forbidden(text))


def inline(text: str) -> str:
    """User text for the middle of a line: clean, in one line, its direction kept from spreading to what follows."""
    line = _DIRECTIONS.sub("", " ".join(clean(text).split()))
    if _RIGHT_TO_LEFT.search(line):
        return ISOLATE + line + END_ISOLATE
    return line


def units(text: str) -> int:
    """The length of a text in UTF-16 units: the strictest way that a limit in "characters" can be meant."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units (1 or more), the cut shown by `…`; what was kept apart by `inline` stays so."""
    cut = _cut(text, limit)
    if (opened := _opened(cut)) <= 0 or cut == text:
        return cut
    room = min(opened, limit // 2)
    cut = _cut(text, limit - room)
    return cut + END_ISOLATE * min(room, max(0, _opened(cut)))


def _opened(text: str) -> int:
    return text.count(ISOLATE) - text.count(END_ISOLATE)


def _cut(text: str, limit: int) -> str:
    if len(text) * 2 <= limit or units(text) <= limit:
        return text
    end = limit - 1
    while (too_many := units(text[:end]) - (limit - 1)) > 0:
        end -= (too_many + 1) // 2
    while end and (text[end] in _JOINERS or text[end - 1] == "\u200d" or unicodedata.combining(text[end])):
        end -= 1
    return text[:end].rstrip() + CUT


def chunks(text: str, size: int) -> list[tuple[str, str]]:
    """The text in pieces of at most `size` UTF-16 units: `(what was cut out before it, piece)`.

    It is cut at a line break where one is near, else at a blank, else anywhere; put together, it is the same text.
    """
    made: list[tuple[str, str]] = []
    before, rest = "", text
    while units(rest) > size:
        head = _cut(rest, size)[:-1] or rest[: size // 2]
        gap, at = "", len(head)
        for mark in ("\n", " "):
            place = len(head) if rest[len(head)] == mark else head.rfind(mark)
            if place > len(head) // 2:
                gap, at = mark, place
                break
        made.append((before, rest[:at]))
        before, rest = gap, rest[at + len(gap) :]
    return [*made, (before, rest)]


def escape(text: str) -> str:
    """User text for mrkdwn: it shows what was typed and does nothing."""
    safe = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _FORMATTING.sub(lambda found: found[0] + APART, safe)


def web_url(url: str) -> str | None:
    """The URL as Slack's links take it, or None if it is no web or mail address of at most 3,000 characters."""
    safe = _UNSAFE_IN_URL.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), clean(url).strip())
    try:
        parts = urlsplit(safe)
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES or not (parts.netloc or parts.scheme.lower() == "mailto"):
        return None
    return safe if units(safe) <= 3000 else None


def link(url: str, label: str) -> str:
    """A link in mrkdwn; the label is user text. A URL that is no web or mail address gives the label alone."""
    target = web_url(url)
    shown = escape(inline(label)).replace("|", "\uff5c")  # a bar in a label cannot be escaped
    if target is None:
        return shown
    return f"<{target.replace('&', '&amp;')}|{shown or escape(target)}>"


def mention(user: str) -> str:
    """A person, who is notified; only for somebody who was meant. Anything but a user id is shown as text."""
    return f"<@{user}>" if re.fullmatch(r"[UW][A-Z0-9]{2,30}", user) else escape(user)


def date_token(moment: datetime, pattern: str = "{date_short_pretty} at {time}") -> str:
    """A moment in the reader's time zone (https://docs.slack.dev/messaging/formatting-message-text#date-formatting)."""
    fallback = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(moment.timestamp())}^{pattern}|{fallback}>"


def mrkdwn(text: str, limit: int = 3000) -> Json:
    """A mrkdwn text object; `text` is ours, user text in it escaped. It is never cut inside a link or an entity."""
    if units(text) > limit:
        text = re.sub(rf"(?:<[^>]*|&\w*){CUT}({END_ISOLATE}*)$", rf"{CUT}\1", shorten(text, limit))
    return {"type": "mrkdwn", "text": text or CUT, "verbatim": True}


def plain(text: str, limit: int = 3000) -> Json:
    """A plain_text object, for user text as it is: no emoji codes, no formatting. Slack refuses an empty one."""
    shown = shorten(clean(text), limit)
    return {"type": "plain_text", "text": shown if shown.strip() else CUT, "emoji": False}
