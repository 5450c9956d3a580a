"""The nodes of neutral rich text. Use them through `adapters.document`, which makes the normal form."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

T = TypeVar("T")
Mark = Literal["strong", "em", "underline", "strike", "code"]
NO_MARKS: frozenset[Mark] = frozenset()


@dataclass(frozen=True, slots=True)
class Text:
    """A run of characters that look alike."""

    text: str
    marks: frozenset[Mark] = NO_MARKS


@dataclass(frozen=True, slots=True)
class Break:
    """A new line inside a paragraph."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link and the text that it shows."""

    href: str
    content: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A person of the tracker, by its own id. They are notified: make one only for someone who was meant."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that we do not model, kept as it was read.

    Attributes:
        format: the format of `raw`: `adf` or `xml`. It is written back into that format only.
        raw: the node, to the letter: JSON for `adf`, XML for `xml`.
        text: what a reader would see of it, lines separated by LF; stands for it in every other format.
    """

    format: str
    raw: str
    text: str = ""


Inline = Text | Break | Link | Mention | Opaque


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest."""

    content: tuple[Inline, ...]
    level: int = 2


@dataclass(frozen=True, slots=True)
class ListItem:
    """A line of a list, with the lists below it."""

    content: tuple[Inline, ...]
    children: tuple["BulletList | OrderedList", ...] = ()


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list with bullets."""

    items: tuple[ListItem, ...]


@dataclass(frozen=True, slots=True)
class OrderedList:
    """A numbered list."""

    items: tuple[ListItem, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Text to show as it stands, in a fixed width."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody else's words."""

    content: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line."""


Block = Paragraph | Heading | BulletList | OrderedList | CodeBlock | Quote | Rule | Opaque


class Document:
    """Blocks from top to bottom; never changed once it is made.

    A document made by `later` is parsed when somebody first looks at it: of the tickets that a project lists, few are
    read.
    """

    __match_args__ = ("blocks",)
    __slots__ = ("_blocks", "_parse")

    def __init__(self, blocks: tuple[Block, ...] = ()) -> None:
        self._blocks = blocks
        self._parse: Callable[[], Document] | None = None

    @classmethod
    def later(cls, parse: Callable[[T], "Document"], source: T) -> "Document":
        """The document that `parse` makes of a source; it takes whatever it was given and raises nothing.

        It is a function of a module, so that a ticket can be sent to another process as it came.
        """
        made = cls()
        made._parse = partial(parse, source)
        return made

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What it is made of."""
        if (parse := self._parse) is not None:
            self._blocks, self._parse = parse().blocks, None
        return self._blocks

    def __bool__(self) -> bool:
        return bool(self.blocks)

    def __eq__(self, other: object) -> bool:
        return self.blocks == other.blocks if isinstance(other, Document) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.blocks)

    def __repr__(self) -> str:
        return f"Document(blocks={self.blocks!r})"
