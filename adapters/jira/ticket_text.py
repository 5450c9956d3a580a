"""The description of a ticket: headed sections, a footer that says who asked, and changes of single sections."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.base import Section, SectionChange
from adapters.document import Document, Heading, Paragraph, Text, clean, document
from adapters.jira.adf import Node, adf, children, heading_level, plain_adf, second_level, size, units
from adapters.jira.document import from_nodes, to_nodes
from adapters.jira.values import label
from adapters.sections import body_blocks, fit, fit_new, heading_key, keys_of, section_blocks

TITLE_LIMIT = 255
BODY_LIMIT = 32_767
"""Characters of a summary and of a description, in UTF-16 units, as Jira's own messages name them."""
DOT = " · "
FOOTER = re.compile(r"Request devreq-\S+(?: · from (.*))?")
BOLD_LINE = 7


def compose(
    title: str, sections: Sequence[Section], request_id: str, requester: str = "", limit: int = BODY_LIMIT
) -> tuple[Node, str | None]:
    """The description of a new ticket.

    Args:
        title: in full; it is the first section if the summary cannot hold it.
        sections: in their order; the longest are shortened visibly if they do not fit.
        request_id: for the footer.
        requester: for the footer; empty if the ticket itself names them.
        limit: UTF-16 units of the document.

    Returns:
        The ADF document, and the full text as Markdown if something was shortened.

    Raises:
        adapters.sections.TooLong: it does not fit, whatever is cut.
    """
    cut = summary_of(title) != one_line(title)
    parts = (*([Section("Title", document(Paragraph((Text(title),))))] if cut else []), *sections)
    end = footer(request_id, requester)

    def whole(tried: Sequence[Section]) -> Node:
        return adf([*(node for section in tried for node in to_nodes(section_blocks(section))), *end])

    fitting, overflow = fit_new(parts, lambda tried: size(whole(tried)), limit)
    return whole(fitting), f"# {one_line(title)}\n\n{overflow}" if overflow is not None else None


def summary_of(title: str) -> str:
    """The title as Jira takes it: one line of at most 255 UTF-16 units; a longer one ends with an ellipsis."""
    line = one_line(title)
    if units(line) <= TITLE_LIMIT:
        return line
    kept = line[: TITLE_LIMIT - 1]
    while units(kept) > TITLE_LIMIT - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def one_line(title: str) -> str:
    """The title without line ends and repeated blanks."""
    return re.sub(r"\s+", " ", clean(title)).strip()


def footer(request_id: str, requester: str = "") -> list[Node]:
    """A rule, and a line that names the request and, if given, who asked."""
    who = f"{DOT}from {' '.join(clean(requester).replace('·', '-').split())}" if requester.strip() else ""
    text = f"Request {label(f'devreq-{request_id}')}{who}"
    line = {"type": "text", "text": text, "marks": [{"type": "em"}]}
    return [{"type": "rule"}, {"type": "paragraph", "content": [line]}]


def read_description(description: Mapping[str, Any] | None) -> tuple[Document, str]:
    """The neutral document of a description without our footer, parsed later, and the requester whom that names."""
    content = children(description or {})
    start = _footer_start(content)
    if start == len(content):
        return Document.later(from_nodes, content), ""
    found = FOOTER.fullmatch(plain_adf(content[start + 1]))
    rest = [*content[:start], *content[start + 2 :]]
    return Document.later(from_nodes, rest), (found[1] or "") if found else ""


def splice(description: Mapping[str, Any] | None, changes: Sequence[SectionChange]) -> Node:
    """The description with some sections replaced, or added to; every other node is the one that was read.

    A section ends at the next heading that is not below it. One that is not there yet is added at the end, before
    our footer, with a heading of the level that the others have.
    """
    content = children(description or {})
    for change in changes:
        content = _spliced(content, change)
    return dict(description or {}) | adf(content)


def splice_fitting(
    description: Mapping[str, Any] | None, changes: Sequence[SectionChange], limit: int = BODY_LIMIT
) -> Node:
    """As `splice`; the new texts are shortened visibly if the description would get too long.

    Raises:
        adapters.sections.TooLong: it does not fit, whatever is cut.
    """

    def whole(tried: Sequence[Section]) -> Node:
        return splice(description, [replace(c, section=s) for c, s in zip(changes, tried, strict=True)])

    fitting, _ = fit([change.section for change in changes], lambda tried: size(whole(tried)), limit)
    return whole(fitting)


def _spliced(content: list[Node], change: SectionChange) -> list[Node]:
    keys, stop, second = keys_of(change), _footer_start(content), second_level(content)
    new = to_nodes(body_blocks(change.section))
    for start, node in enumerate(content[:stop]):
        level = _level(node)
        if level and heading_key(plain_adf(node)) in keys:
            deepest = max(level, second)
            ends = (n for n in range(start + 1, stop) if 0 < _level(content[n]) <= deepest)
            end = next(ends, stop)
            kept = end if change.append else start + 1
            return [*content[:kept], *new, *content[end:]]
    added = to_nodes(document(Heading((Text(change.section.heading),))).blocks)
    for node in added:
        node["attrs"] = {"level": second}
    return [*content[:stop], *added, *new, *content[stop:]]


def _level(node: Node) -> int:
    """The level of a heading, 0 if it is none; a bold line that does duty as a heading is below all others."""
    if node.get("type") != "paragraph":
        return heading_level(node)
    pieces = [
        piece for piece in children(node) if str(piece.get("text", " ")).strip(" :") or piece.get("type") != "text"
    ]
    bold = all({"type": "strong"} in (piece.get("marks") or ()) for piece in pieces)
    return BOLD_LINE if pieces and bold else 0


def _footer_start(content: Sequence[Node]) -> int:
    """Where our footer begins, a rule and a line; the end if there is none. Code that reads like it is no footer."""
    for index in range(len(content) - 2, -1, -1):
        if content[index].get("type") != "rule":  # nearly all: a text has few rules
            continue
        line = content[index + 1]
        if line.get("type") == "paragraph" and FOOTER.fullmatch(plain_adf(line)):
            return index
    return len(content)
