"""What tickets of both trackers are drawn with."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from sandbox.page.controls import Controls
from sandbox.page.html import Child, Html, anchor, el, text
from sandbox.page.place import Place
from sandbox.page.plain import Part
from sandbox.page.words import ago, avatar, icon, short_date

T = TypeVar("T")

LATEST = 100
"""The most tickets that are shown of a project or section."""
FRESH = 120.0
"""For so many seconds a ticket is marked as new."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One ticket, opened."""

    crumbs: Html
    title: str
    state: Child
    facts: list[Html]
    description: Html
    links: list[Html]
    files: list[Html]
    comments: list[Html]
    controls: Html
    comment_form: Html | None = None

    def html(self, top: Html, key: str) -> Html:
        """The ticket below the way back to the list."""
        return el(
            "article",
            top,
            self.crumbs,
            el("h2", self.title, id="ticket-title"),
            el("div", self.state, class_="states"),
            self.controls,
            el("div", self.description, class_="description"),
            _listed("Links", self.links),
            _listed("Attachments", self.files),
            el("dl", self.facts, class_="facts"),
            _listed("Comments", self.comments, "comments"),
            self.comment_form,
            class_="ticket",
            aria_labelledby="ticket-title",
            data_key=key,
        )


def _listed(title: str, items: list[Html], class_: str = "plain") -> Html | None:
    """A list of a ticket, if there is anything in it; it keeps its place on the page when one above it appears."""
    if not items:
        return None
    return el("section", el("h3", title), el("ul", items, class_=class_), aria_label=title, data_key=f"listed/{title}")


def back(place: Place) -> Html:
    """The way back to the list."""
    return el("a", "← All tickets", href=place.url(ticket=""), class_="back", data_go=True)


def fact(name: str, value: Child) -> Html:
    """A line of what is known about a ticket."""
    return el("div", el("dt", name), el("dd", value))


def named(name: str, below: list[Html | None], *, new: bool) -> Html:
    """A ticket's name in a list, and a small line below it."""
    badge = el("span", "new", class_="badge") if new else None
    small = [one for one in below if one is not None]
    return el(
        "span",
        el("span", name, " " if badge else None, badge, class_="name"),
        el("small", small) if small else None,
        class_="grow",
    )


def rows(tickets: Sequence[T], draw: Callable[[T], Html], key: str) -> Html:
    """A list of tickets, newest first; the oldest of very many are left out."""
    left_out = len(tickets) - LATEST
    more = (
        el("li", f"{left_out} older ones are not shown", class_="faint more", data_key="more") if left_out > 0 else None
    )
    return el("ul", [draw(ticket) for ticket in tickets[:LATEST]], more, class_="rows", data_key=key)


def person(name: str) -> list[Html]:
    """Somebody with their picture."""
    return [avatar(name, small=True), el("span", name)]


def face(name: str | None) -> Html:
    """A small picture of who does it."""
    if name is None:
        return el(
            "span", class_="avatar small nobody", role="img", aria_label="nobody assigned", title="Nobody assigned"
        )
    return el("span", avatar(name, small=True), role="img", aria_label=f"assigned to {name}", title=name)


def due(day: object, now: datetime, *, done: bool) -> Html | None:
    """A due date, marked if it is over."""
    if not day:
        return None
    late = date.fromisoformat(str(day)) < now.date() and not done
    words = short_date(str(day))
    return el("time", words.rpartition(" ")[0] if str(now.year) in words else words, datetime=str(day),
              class_="due late" if late else "due", title="Overdue" if late else "Due")  # fmt: skip


def fresh(created: datetime, now: datetime) -> bool:
    """Whether something was made just now."""
    return (now - created.astimezone(UTC)).total_seconds() < FRESH


def files(found: Iterable[tuple[str, str, str]]) -> list[Html]:
    """Attachments: address, name, size."""
    return [
        el(
            "li",
            icon("clip"),
            " ",
            anchor(address, name, download=address.startswith("/")),
            el("small", f" {size}", class_="faint"),
        )
        for address, name, size in found
    ]


def described(parts: Sequence[Part], draw: Callable[[int, int], Html], controls: Controls | None) -> Html:
    """A description, part by part, each with the form that changes it; a way to add one at the end.

    Args:
        parts: the parts.
        draw: draws the top nodes from one to another.
        controls: None for people without a seat, who see no forms.
    """
    out = []
    for index, part in enumerate(parts):
        head = draw(part.start - 1, part.start) if part.title else None
        edit = controls.edit(index, part) if controls else None
        rest = draw(part.end, part.rest) if part.rest > part.end else None
        body = el("div", draw(part.start, part.end), rest, class_="prose")
        title = el("div", el("div", head, class_="prose"), edit, class_="part-head")
        out.append(el("section", title, body, class_="part", data_key=f"part/{index}/{part.title}"))
    if not parts:
        out.append(el("p", "No description.", class_="faint"))
    return text([*out, controls.add() if controls else None])


def comment(author: str, body: Html, when: datetime, now: datetime, *, only_for: str = "") -> Html:
    """A comment; `only_for` says who alone reads it."""
    head = el(
        "div",
        avatar(author, small=True),
        el("b", author),
        el("small", ago(when.astimezone(UTC), now), class_="faint"),
        el("span", icon("lock"), f" {only_for}", class_="badge restricted") if only_for else None,
    )
    return el("li", head, el("div", body, class_="prose"))
