"""Jira's wiki markup, as API v2 and Data Center have it, read into the neutral document.

Covered: headings, paragraphs, lists, quotes, code, rules, links, bold, italics, underline, strike-through, monospace.
Everything else, tables and macros among it, is kept as `Opaque` text of the format `wiki`, or stays literal in a line.

Source: the "Text formatting notation help" of every Jira site, /secure/WikiRendererHelpAction.jspa.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from adapters.document import (
    NO_MARKS,
    Block,
    Break,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Inline,
    Link,
    ListItem,
    Mark,
    Mention,
    Opaque,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Text,
    clean,
    document,
    text_of,
)

FORMAT = "wiki"
HEADING = re.compile(r"\s*h([1-6])\.\s+(.*)")
ITEM = re.compile(r"\s*([*#-]{1,9})\s+(.*)")
MACROS = ("code", "noformat", "quote", "panel")
MACRO = re.compile(r"\s*\{(code|noformat|quote|panel)(?::[^}]*)?\}(.*)")
LINK = re.compile(r"\[(?:([^\]\[|\n]+)\|)?([^\]\[|\s]+)(?:\|[^\]\[|\n]*)?\]")
ADDRESS = re.compile(r"(?:https?|ftp)://[^\s|\]\[<>\"{}]+[^\s|\]\[<>\"{}.,;:!?)*]")
PAIRS: dict[str, Mark] = {"*": "strong", "_": "em", "+": "underline", "-": "strike"}
MARKED = re.compile(
    r"\{\{(?P<code>[^{}\n]{1,500})\}\}"
    r"|(?<![\w*_+\-])(?P<mark>[*_+\-])(?=\S)(?P<inside>[^\n]{0,500}?\S)(?P=mark)(?![\w*_+\-])"
    r"|(?P<break>\\\\)|\\(?P<escaped>[*_+\-{}\[\]!|#^~?])"
)
LOOK = re.compile(r"\{(?:color|anchor)(?::[^{}\n]{0,80})?\}")
"""How a word looks, or where one can jump to; the words say the same without it."""
BRACED = re.compile(r"\{([*_+-])\}")
"""A mark beside a letter, as Jira's own editor writes it: `{*}Goal{*}:`."""


def from_wiki(text: str) -> Document:
    """The neutral document of wiki markup."""
    lines = clean(text).split("\n")
    levels = {int(found[1]) for line in lines if (found := HEADING.fullmatch(line.rstrip()))}
    second = min((level for level in levels if level > 1), default=2)
    return document(*_blocks(lines, second))


def _blocks(lines: Sequence[str], second: int) -> Iterator[Block]:
    index = 0
    paragraph: list[str] = []
    closed = {name: number for number, line in enumerate(lines) for name in MACROS if f"{{{name}}}" in line}
    while index < len(lines):
        line = lines[index].rstrip()
        block, used = _special(lines, index, second, closed)
        if block is None and line:
            paragraph.append(line)
            index += 1
            continue
        if paragraph:
            yield Paragraph(tuple(_lines(paragraph)))
            paragraph = []
        if block is not None:
            yield block
        index += max(used, 1)
    if paragraph:
        yield Paragraph(tuple(_lines(paragraph)))


def _special(lines: Sequence[str], index: int, second: int, closed: Mapping[str, int]) -> tuple[Block | None, int]:
    """A block that is no paragraph, and how many lines it takes.

    Args:
        lines: of the text.
        index: of the line.
        second: the level of headings that stand for our second one.
        closed: name of a macro → the last line that may close it.
    """
    line = lines[index].rstrip()
    if found := HEADING.fullmatch(line):
        level = int(found[1])
        content = tuple(_inlines(found[2]))
        return (Heading(content, min(level, 2)) if level in {1, second} else _bold(content)), 1
    if re.fullmatch(r"-{4,5}", line):
        return Rule(), 1
    if (found := MACRO.match(line)) and closed.get(found[1], -1) >= index:
        return _macro(lines, index, found[1], second)
    if line.lstrip().startswith("bq. "):
        return Quote((Paragraph(tuple(_inlines(line.lstrip()[4:]))),)), 1
    if found := ITEM.fullmatch(line):
        same = re.compile(rf"\s*{re.escape(found[1][0])}[*#-]*\s+.*")
        count = max(1, _run(lines, index, same))
        entries = [entry for text in lines[index : index + count] if (entry := ITEM.fullmatch(text.rstrip()))]
        return next(_lists(entries, 1)), count
    if line.lstrip().startswith("|"):
        count = _run(lines, index, re.compile(r"\s*\|.*"))
        rows = "\n".join(lines[index : index + count])
        shown = LINK.sub(lambda link: f"{link[1]} ({link[2]})" if link[1] else link[2], _bare(rows))
        shown = re.sub(r"(?<!\\)\\\\(?!\\)", r" \\\\ ", shown)
        return Opaque(FORMAT, rows, re.sub(r"\|+", " | ", shown).strip(" |")), count
    return None, 0


def _bold(content: Sequence[Inline]) -> Paragraph:
    strong = frozenset[Mark]({"strong"})
    return Paragraph(tuple(Text(run.text, strong) if isinstance(run, Text) else run for run in content))


def _run(lines: Sequence[str], start: int, pattern: re.Pattern[str]) -> int:
    count = 0
    while start + count < len(lines) and pattern.fullmatch(lines[start + count].rstrip()):
        count += 1
    return count


def _macro(lines: Sequence[str], index: int, name: str, second: int) -> tuple[Block | None, int]:
    """What stands between `{name}` and the next `{name}`; literal if it is never closed."""
    end = f"{{{name}}}"
    first = MACRO.match(lines[index])
    inside = [first[2]] if first else []
    used = 1
    while end not in inside[-1]:
        if index + used >= len(lines):
            return None, 0
        inside.append(lines[index + used])
        used += 1
    inside[-1] = inside[-1].partition(end)[0]
    if name in {"code", "noformat"}:
        return CodeBlock("\n".join(inside)), used
    blocks = document(*_blocks(inside, second)).blocks
    paragraphs = tuple(block for block in blocks if isinstance(block, Paragraph))
    if name == "quote" and len(paragraphs) == len(blocks):
        return Quote(paragraphs), used
    return Opaque(FORMAT, "\n".join(lines[index : index + used]), text_of(blocks)), used


def _lists(found: Sequence[re.Match[str]], depth: int) -> Iterator[BulletList | OrderedList]:
    """Lines of a list, as deep as their markers are long; another marker begins another list."""
    for numbered, lines in groupby(found, key=lambda line: line[1][depth - 1 : depth] == "#"):
        items = tuple(_items(list(lines), depth))
        yield OrderedList(items) if numbered else BulletList(items)


def _items(found: Sequence[re.Match[str]], depth: int) -> Iterator[ListItem]:
    index = 0
    while index < len(found):
        own = len(found[index][1]) <= depth
        text = found[index][2] if own else ""
        index += 1 if own else 0
        below = index
        while below < len(found) and len(found[below][1]) > depth:
            below += 1
        yield ListItem(tuple(_inlines(text)), tuple(_lists(found[index:below], depth + 1)))
        index = below


def _lines(lines: Sequence[str]) -> Iterator[Inline]:
    for index, line in enumerate(lines):
        if index:
            yield Break()
        yield from _inlines(line.strip())


def _inlines(text: str) -> Iterator[Inline]:
    """A line with its links, mentions and marks."""
    place = 0
    text = _bare(text)
    for found in re.finditer(f"{LINK.pattern}|{ADDRESS.pattern}", text):
        start, end = found.span()
        if text[end : end + 1] in PAIRS and start > place and text[start - 1] == text[end]:
            start, end = start - 1, end + 1  # `*https://example.com*`
        yield from _marked(text[place:start], NO_MARKS)
        yield _link(found[0])
        place = end
    yield from _marked(text[place:], NO_MARKS)


def _bare(text: str) -> str:
    """The text without colours and anchors, and with marks and blanks as people type them."""
    if "{" in text:
        text = BRACED.sub(r"\1", LOOK.sub("", text))
    return text.replace("&nbsp;", " ") if "&" in text else text


def _link(found: str) -> Inline:
    bracket = LINK.fullmatch(found)
    if bracket is None:
        return Link(found, (Text(found),))
    shown, target = bracket[1], bracket[2]
    if target.startswith("~"):
        identity = re.sub(r"accountid:", "", target[1:], count=1, flags=re.IGNORECASE)
        return Mention(shown or identity, identity)
    if re.match(r"[a-z][a-z+.-]*:|[/#]", target, re.IGNORECASE):
        return Link(target, (Text(shown or target),))
    if re.match(r"www\.", target, re.IGNORECASE):
        return Link(f"https://{target}", (Text(shown or target),))
    return Text(found)


def _marked(text: str, marks: frozenset[Mark]) -> Iterator[Inline]:
    place = 0
    for found in MARKED.finditer(text):
        yield Text(text[place : found.start()], marks)
        if found["code"]:
            yield Text(found["code"], marks | {"code"})
        elif found["break"]:
            yield Break()
        elif found["escaped"]:
            yield Text(found["escaped"], marks)
        else:
            yield from _marked(found["inside"], marks | {PAIRS[found["mark"]]})
        place = found.end()
    yield Text(text[place:], marks)
