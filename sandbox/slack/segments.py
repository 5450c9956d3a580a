"""What people see of a text: runs that are shown alike, and whom they ping."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "link", "user", "channel", "usergroup", "broadcast", "date", "emoji"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that is shown alike.

    Attributes:
        kind: what it is.
        text: what people read.
        target: the URL of a link, the id of a person, channel or group, the range of a broadcast.
        styles: `bold`, `italic`, `strike`, `code`, `pre`, `quote`, `underline`, `bullet`, `ordered`.
        block: the pointer of the block it stands in, such as `/blocks/2`; empty in plain messages.
        moment: of a date: the time in seconds since the epoch that readers see in their own time zone; else None.
        format: of a date: how they see it, such as `{date_short_pretty} at {time}`; `text` is for those who cannot.
    """

    kind: Kind
    text: str
    target: str = ""
    styles: frozenset[str] = frozenset()
    block: str = ""
    moment: int | None = None
    format: str = ""


@dataclass(slots=True)
class Shown:
    """What people see of a message or view.

    Attributes:
        segments: what to draw, in order.
        fallback: the segments of the text that only notifications show, where there are blocks.
    """

    segments: list[Segment] = field(default_factory=list)
    fallback: list[Segment] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The plain words."""
        return "".join(segment.text for segment in self.segments)

    @property
    def pings(self) -> list[str]:
        """Whom it notifies: ids of people and groups, `channel`, `here`, `everyone`. The fallback counts too."""
        kinds = ("user", "usergroup", "broadcast")
        return [s.target for s in [*self.segments, *self.fallback] if s.kind in kinds]

    @property
    def links(self) -> list[str]:
        """The URLs one can click."""
        return [s.target for s in self.segments if s.kind == "link" or (s.kind == "date" and s.target)]

    @property
    def channels(self) -> list[str]:
        """The ids of the channels it links to."""
        return [segment.target for segment in self.segments if segment.kind == "channel"]
