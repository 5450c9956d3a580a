"""Descriptions as plain lines and back, for the page's edit form: little is kept, but what is kept comes back the same.

- a bullet          1. a numbered item      - [ ] to do      - [x] done
**bold**     _italic_     `code`            [words](https://example.com)
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "bullet", "ordered", "todo", "done"]
BEGINNINGS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("todo", re.compile(r"[-*] \[ \] +")),
    ("done", re.compile(r"[-*] \[[xX]\] +")),
    ("bullet", re.compile(r"[-*•] +")),
    ("ordered", re.compile(r"\d+[.)] +")),
)
Style = Literal["", "bold", "italic", "code"]
AROUND: dict[Style, str] = {"": "", "bold": "**", "italic": "_", "code": "`"}
MARKS: dict[Kind, str] = {"text": "", "bullet": "- ", "ordered": "1. ", "todo": "- [ ] ", "done": "- [x] "}
INLINE = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)"
    r"|\[(?P<words>[^\]\n]+)\]\((?P<link>https?://[^)\s]+)\)"
    r"|(?P<url>https?://[^\s<>]*[^\s<>.,;:!?)])"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Words that look alike: plain, bold, italic, code, or a link."""

    text: str
    style: Style = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a description: what it is, and what stands in it."""

    kind: Kind
    runs: tuple[Run, ...]


def read(text: str) -> list[Line]:
    """The lines of what somebody typed; empty ones are left out."""
    return [_line(line.strip()) for line in text.splitlines() if line.strip()]


def write(lines: Iterable[Line]) -> str:
    """The text that `read` makes these lines of."""
    return "\n".join(MARKS[line.kind] + "".join(map(_typed, line.runs)) for line in lines)


def _line(line: str) -> Line:
    for kind, beginning in BEGINNINGS:
        if match := beginning.match(line):
            return Line(kind, _runs(line[match.end() :]))
    return Line("text", _runs(line))


def _runs(text: str) -> tuple[Run, ...]:
    runs: list[Run] = []
    last = 0
    for match in INLINE.finditer(text):
        runs.append(Run(text[last : match.start()]))
        last = match.end()
        style: Style = "bold" if match["bold"] else "italic" if match["italic"] else "code" if match["code"] else ""
        if style:
            runs.append(Run(match[style], style))
        else:
            address = match["link"] or match["url"]
            runs.append(Run(match["words"] or address, link=address))
    runs.append(Run(text[last:]))
    return tuple(run for run in runs if run.text)


def _typed(run: Run) -> str:
    if run.link:
        return run.link if run.text == run.link else f"[{run.text}]({run.link})"
    return f"{AROUND[run.style]}{run.text}{AROUND[run.style]}"


@dataclass(frozen=True, slots=True)
class Part:
    """A headed part of a description.

    Attributes:
        title: its heading; "" for what stands before the first one.
        start: where its content begins among the top nodes, the heading left out.
        end: where it ends.
        text: its content as plain lines; None if it holds what they cannot express, such as a table.
        rest: where what stands behind a rule at the end of the description ends, such as a footer; it is only shown.
    """

    title: str
    start: int
    end: int
    text: str | None
    rest: int = 0


def spans(titles: Sequence[str | None], rules: Sequence[bool]) -> list[tuple[str, int, int, int]]:
    """Title, start, end and rest of each part.

    Args:
        titles: the heading at each top node, None where there is none.
        rules: whether each is a rule.
    """
    heads = [index for index, title in enumerate(titles) if title is not None]
    first = heads[0] if heads else len(titles)
    found = [("", 0, first, first)]
    for number, head in enumerate(heads):
        last = number + 1 == len(heads)
        end = rest = len(titles) if last else heads[number + 1]
        if last:
            end = next((index for index in reversed(range(head, rest)) if rules[index]), rest)
        found.append((titles[head] or "", head + 1, end, rest))
    return found if first else found[1:]
