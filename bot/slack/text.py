"""The one place where text is made safe for Slack.

User text goes into `plain` or rich text, which parse nothing; where it must stand in mrkdwn it is escaped and its
formatting characters are taken apart, and every mrkdwn object is verbatim, so that Slack adds no links of its own.
"""

from datetime import datetime
from typing import Any

Json = dict[str, Any]


def clean(text: str) -> str:
    """Text without what Slack cannot carry: control characters and lone surrogates become U+FFFD, line ends LF."""
    raise NotImplementedError


def inline(text: str) -> str:
    """User text for the middle of a line: clean, in one line, its direction kept from spreading to what follows."""
    raise NotImplementedError


def shorten(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, the cut shown by `…`."""
    raise NotImplementedError


def escape(text: str) -> str:
    """User text for mrkdwn: it shows what was typed and does nothing."""
    raise NotImplementedError


def link(url: str, label: str) -> str:
    """A link in mrkdwn; the label is user text. A URL that is no web or mail address gives the label alone."""
    raise NotImplementedError


def date_token(moment: datetime, pattern: str = "{date_short_pretty} at {time}") -> str:
    """A moment in the reader's time zone (https://docs.slack.dev/messaging/formatting-message-text#date-formatting)."""
    raise NotImplementedError


def mrkdwn(text: str, limit: int = 3000) -> Json:
    """A mrkdwn text object; `text` is ours, user text in it escaped."""
    raise NotImplementedError


def plain(text: str, limit: int = 3000) -> Json:
    """A plain_text object, for user text as it is: no emoji codes, no formatting."""
    raise NotImplementedError
