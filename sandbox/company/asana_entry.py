"""How a task of the company is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """One task.

    Attributes:
        html: its description, without the `<body>`.
        who: handles of the one who wrote it and the assignee; "" for nobody.
        days: how many days ago it was made and last changed, and in how many it is due.
        fields: custom field → value; an option by its name.
        says: comments: handle and words.
        likes: handles of who likes it.
        waits_for: names of the tasks that have to be done first.
    """

    name: str
    section: str = "Intake"
    html: str = ""
    who: tuple[str, str] = ("priya", "")
    tags: Sequence[str] = ()
    days: tuple[float, float, int | None] = (5, 2, None)
    fields: Mapping[str, str | float] = field(default_factory=dict)
    says: Sequence[tuple[str, str]] = ()
    likes: Sequence[str] = ()
    waits_for: Sequence[str] = ()


def headed(*sections: tuple[str, str | Sequence[str]]) -> str:
    """Headed sections: a text is a line, several are a list."""
    out = ""
    for heading, content in sections:
        items = "".join(f"<li>{item}</li>" for item in content)
        out += f"<h2>{heading}</h2>" + (f"{content}\n" if isinstance(content, str) else f"<ul>{items}</ul>")
    return out
