"""The text of a task as a whole: sections, then a footer that says which request it came from.

Everything here works on the XML as it was read, so that what is not meant stays to the letter.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from adapters.asana.document import INLINE, is_running, parse_document, parse_nodes, render_blocks
from adapters.asana.markup import BrokenXml, Element, Run, escaped, parse
from adapters.base import Link, Relation, Section, SectionChange
from adapters.document import Document, Link as TextLink, Paragraph, Text as TextRun, document
from adapters.sections import body_blocks, heading_key, keys_of, section_blocks

LABELS: dict[Relation, str] = {
    "slack": "Slack",
    "web": "Link",
    "relates": "Relates to",
    "blocks": "Blocks",
    "blocked_by": "Blocked by",
}
RELATIONS: dict[str, Relation] = {label: relation for relation, label in LABELS.items()}
DOT = " · "
_REQUEST = re.compile(r"Request devreq-(\S+)")
_LINKS = "Links"
_AFTER_BOLD = re.compile(r"[ \t]*:?[ \t]*(?:\n|$)")
_LINK_MARK = re.compile("\x00(\\d+)")


@dataclass(frozen=True, slots=True)
class Footer:
    """What the last line of a task's text says.

    Attributes:
        start, end: where it stands in the source, its `<hr/>` included.
    """

    start: int
    end: int
    request_id: str | None
    reporter: str | None
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """The text of a task, read: the document is without the footer."""

    document: Document
    footer: Footer | None


@dataclass(frozen=True, slots=True)
class Head:
    """Where a heading stands in the source; `real` is false for a bold line that does duty as one."""

    key: str
    start: int
    end: int
    real: bool


def write(sections: Iterable[Section], request_id: str, reporter: str | None, links: Sequence[Link]) -> str:
    """The text of a new task."""
    text = render_blocks([block for section in sections for block in section_blocks(section)])
    who = [f"from {_in_footer(reporter)}"] if reporter else []
    parts = [f"Request devreq-{request_id}", *who]
    return f"<body>{text}<hr/>{escaped(DOT.join(parts))}{_links(links)}</body>"


def read(source: str | None) -> Notes:
    """The text of a task, ours or one written by hand; without a line in it there is no footer to look for now."""
    source = source or ""
    if "<hr" not in source:
        return Notes(Document.later(_document, source), None)
    try:
        footer = find_footer(source, parse(source))
    except BrokenXml:
        footer = None
    if footer is None:
        return Notes(Document.later(_document, source), None)
    rest = source[: footer.start] + "\n\n" + source[footer.end :]
    return Notes(Document.later(parse_document, rest), footer)


def _document(source: str) -> Document:
    """The whole text; one that is no XML, which Asana never sends, as it stands."""
    try:
        body = parse(source or "<body></body>")
    except BrokenXml:
        return document(Paragraph((TextRun(source),)))
    return parse_nodes(source, body.children)


def change(source: str | None, sections: Sequence[SectionChange], links: Sequence[Link] = ()) -> str:
    """The text with sections replaced and links added to the footer, all else to the letter.

    Raises:
        BrokenXml: the text is no XML, which Asana never sends.
    """
    text = source or "<body></body>"
    if text.strip() == "<body/>":
        text = "<body></body>"
    for section in sections:
        text = _splice(text, section)
    return _with_links(text, links)


def find_footer(source: str, body: Element) -> Footer | None:
    """The last line that begins like our footers, behind a `<hr/>`."""
    found = None
    for index, (node, following) in enumerate(pairwise(body.children)):
        if isinstance(node, Element) and node.tag == "hr" and isinstance(following, Run):
            found = _footer(source, node.start, body.children[index + 1 :]) or found
    return found


def _footer(source: str, start: int, nodes: Iterable[Element | Run]) -> Footer | None:
    line, links = "", []
    end = start
    for node in nodes:
        if isinstance(node, Element):
            if node.tag not in INLINE:
                break
            if node.tag == "a":
                links.append((node.attributes.get("href") or node.attributes.get("data-asana-gid", ""), node.text()))
                line += f"\x00{len(links) - 1}"
            else:
                line += node.text()
            end = node.end
        else:
            line_break = source.find("\n", node.start, node.end)
            line += node.text.split("\n")[0]
            end = node.end if line_break < 0 else line_break
            if line_break >= 0:
                break
    parts = line.strip().split(DOT.strip())
    return _read_footer(start, end, [part.strip() for part in parts], links)


def _read_footer(start: int, end: int, parts: list[str], links: list[tuple[str, str]]) -> Footer | None:
    request = _REQUEST.fullmatch(parts[0])
    if request is None and parts[0] != _LINKS:
        return None
    reporter, found = None, []
    for part in parts[1:]:
        label, _, rest = part.rpartition(":")
        mark = _LINK_MARK.fullmatch(rest.strip())
        if part.startswith("from "):
            reporter = part.removeprefix("from ")
        elif mark:
            url, title = links[int(mark[1])]
            label = label or next(filter(partial(_names, title), RELATIONS), "")
            found += [Link(url, "" if title == url else title, RELATIONS[label])] if label in RELATIONS else []
    return Footer(start, end, request[1] if request else None, reporter, tuple(found))


def _links(links: Iterable[Link]) -> str:
    """Each with what it is in front, unless its title says so itself: `Slack thread`."""
    return "".join(
        DOT + _labelled(LABELS[link.relation], link.url, _in_footer(link.title or link.url)) for link in links
    )


def _labelled(label: str, url: str, title: str) -> str:
    anchor = render_blocks(document(Paragraph((TextLink(url, (TextRun(title),)),))).blocks)
    return anchor if _names(title, label) else f"{label}: {anchor}"


def _names(title: str, label: str) -> bool:
    return title.startswith(f"{label} ")


def _in_footer(text: str) -> str:
    return " ".join(text.replace("·", "-").split())


def _with_links(text: str, links: Sequence[Link]) -> str:
    body = parse(text)
    footer = find_footer(text, body)
    there = {(link.url, link.relation) for link in footer.links} if footer else set()
    new = {(link.url, link.relation): link for link in links if (link.url, link.relation) not in there}
    if not new:
        return text
    if footer is not None:
        return text[: footer.end] + _links(new.values()) + text[footer.end :]
    return text[: body.inner_end] + f"<hr/>{_LINKS}" + _links(new.values()) + text[body.inner_end :]


def _splice(text: str, wanted: SectionChange) -> str:
    body = parse(text)
    footer = find_footer(text, body)
    last = footer.start if footer else body.inner_end
    heads = [head for head in _heads(text, body) if head.end <= last]
    keys = keys_of(wanted)
    index = next((n for n, head in enumerate(heads) if head.key in keys), None)
    if index is None:
        return text[:last] + render_blocks(section_blocks(wanted.section)) + text[last:]
    head = heads[index]
    stop = next((other for other in heads[index + 1 :] if other.real or not head.real), None)
    end = stop.start if stop else last
    blocks = body_blocks(wanted.section)
    new, begins_running = render_blocks(blocks), bool(blocks) and is_running(blocks[0])
    start = head.end
    if wanted.append:
        old = [node for node in body.children if node.end > head.end and node.end <= end]
        start, gap = _after_content(text, old, head.end)
        new = ("\n\n" if gap and begins_running else "") + new
        begins_running = begins_running and start == head.end
    if begins_running and not head.real and not new.startswith("\n"):
        new = "\n" + new
    return text[:start] + new + ("\n\n" if stop is not None and not stop.real else "") + text[end:]


def _after_content(text: str, nodes: Sequence[Element | Run], empty: int) -> tuple[int, bool]:
    """Where the content of a section ends, blank lines left out, and whether it ends with running text.

    Args:
        text: the source.
        nodes: those of the section; the first may begin before it, with the colon behind a bold heading.
        empty: where the section begins.
    """
    for node in reversed(nodes):
        if isinstance(node, Element):
            return node.end, node.tag in INLINE
        start = max(node.start, empty)
        if content := text[start : node.end].rstrip():
            return start + len(content), True
    return empty, False


def _heads(text: str, body: Element) -> Iterable[Head]:
    for index, node in enumerate(body.children):
        if isinstance(node, Run):
            continue
        if node.tag in {"h1", "h2"}:
            yield Head(heading_key(node.text()), node.start, node.end, real=True)
        elif node.tag == "strong" and "\n" not in node.text().strip("\n"):
            before = body.children[index - 1] if index else None
            after = body.children[index + 1] if index + 1 < len(body.children) else None
            colon = _ends_line(text, after)
            if colon is not None and _begins_line(before):
                yield Head(heading_key(node.text()), node.start, node.end + colon, real=False)


def _begins_line(before: Element | Run | None) -> bool:
    if isinstance(before, Run):
        return before.text.rstrip(" \t").endswith("\n")
    return before is None or before.tag not in INLINE


def _ends_line(text: str, after: Element | Run | None) -> int | None:
    """How many characters behind a bold text still belong to its line, a colon for example; None if text follows."""
    if isinstance(after, Run):
        rest = _AFTER_BOLD.match(text, after.start, after.end)
        return None if rest is None else len(rest[0].rstrip("\n"))
    return 0 if after is None or after.tag not in INLINE else None
