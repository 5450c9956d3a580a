"""How an issue of the company is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.company.adf import Node


@dataclass(frozen=True, slots=True)
class Entry:
    """One issue.

    Attributes:
        text: the key of its description in the texts; "" for none.
        who: handles of reporter and assignee; "" for nobody.
        days: how many days ago it was made and last changed, and in how many it is due.
        says: comments: handle and words.
        body: its description itself: a document, or wiki markup.
        votes: handles of who voted for it.
        blocks: summaries of the issues that it blocks.
        quietly: comments that only the role Developers may read.
    """

    kind: str
    summary: str
    text: str = ""
    who: tuple[str, str] = ("mara", "")
    status: str = "To Do"
    labels: Sequence[str] = ()
    days: tuple[float, float, int | None] = (5, 2, None)
    more: Mapping[str, object] = field(default_factory=dict)
    says: Sequence[tuple[str, str]] = ()
    body: Node | str | None = None
    votes: Sequence[str] = ()
    blocks: Sequence[str] = ()
    quietly: Sequence[tuple[str, str]] = ()
