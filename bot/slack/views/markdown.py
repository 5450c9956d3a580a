"""The Markdown of templates, as Slack shows it: GitHub's issue forms hold whole paragraphs of it.

Headings become bold lines, images links, tables lines with the heading in front of each cell, HTML its text.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from bot.domain.markdown_inline import References, as_words, reference_key, runs
from bot.slack.text import chunks, clean, escape, inline, mrkdwn, plain, units
from bot.slack.views.markdown_inline import as_mrkdwn

Json = dict[str, Any]

SECTION = 3000
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]]+)\]:\s*<?(\S+?)>?(?:\s+[\"'(](.*)[\"')])?\s*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})\s*([^`]*)$")
_HEADING = re.compile(r"^ {0,3}#{1,6}(?:\s+(.*?))?(?:\s+#+)?\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(?:=+|-+)\s*$")
_RULE = re.compile(r"^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_ITEM = re.compile(r"^(\s*)(?:([-*+])|(\d{1,9})[.)])\s+(?:\[([ xX])\]\s+)?(.*)$")
_QUOTE = re.compile(r"^ {0,3}>[>\s]*(.*)$")  # quotes in quotes are one: Slack knows no others
_BLANKS = re.compile(r"[^\S\n]{40,}")
_TABLE_LINE = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_RULE_SHOWN = "⸻"


def sections(markdown: str) -> list[Json]:
    """The text as section blocks of at most 3,000 characters each; none if there is nothing to see."""
    texts: list[str] = []
    for block in _blocks(_tidy(markdown)):
        if units(block) > SECTION:
            texts += [piece for _, piece in chunks(block, SECTION) if piece.strip()]
        elif texts and units(texts[-1]) + units(block) + 2 <= SECTION:
            texts[-1] += "\n\n" + block
        else:
            texts.append(block)
    return [{"type": "section", "text": mrkdwn(text, SECTION) if _whole(text) else plain(text)} for text in texts]


@lru_cache(maxsize=4096)
def readable(markdown: str) -> str:
    """One line of plain text: for options and hints, where Slack formats nothing."""
    text = _COMMENT.sub("", _tidy(markdown))
    lines = [_ITEM.sub(r"\5", _QUOTE.sub(r"\1", _HEADING.sub(r"\1", line.rstrip()))) for line in text.split("\n")]
    return inline(as_words(runs("\n".join(lines), _references(text.split("\n")))))


def _tidy(markdown: str) -> str:
    """Without long runs of blanks, which nobody means and expressions would brood over."""
    return _BLANKS.sub(" " * 40, clean(markdown))


def _whole(text: str) -> bool:
    """Whether no link was cut apart."""
    return re.search(r"<[^>]*$|^[^<]*>(?!\s)", text) is None


def _references(lines: list[str]) -> References:
    found = (match for line in lines if (match := _DEFINITION.match(line.rstrip())))
    return {reference_key(match[1]): (match[2], match[3] or "") for match in found}


def _blocks(markdown: str, known: References | None = None) -> Iterator[str]:
    """The blocks of a text, each as mrkdwn; `known` are links that are defined around it."""
    lines = _COMMENT.sub("", markdown).split("\n")
    references = {**(known or {}), **_references(lines)}
    waiting: list[str] = []
    at = 0
    while at < len(lines):
        taken, made = _block(lines, at, references)
        heading = waiting and _UNDERLINE.match(lines[at])
        if heading:
            taken, made = 1, _bold("\n".join(waiting), references)
            waiting = []
        if not taken:
            if lines[at].strip():
                waiting.append(lines[at])
            elif waiting:
                yield _paragraph(waiting, references)
                waiting = []
            at += 1
            continue
        if waiting:
            yield _paragraph(waiting, references)
            waiting = []
        if made:
            yield made
        at += taken
    if waiting:
        yield _paragraph(waiting, references)


def _block(lines: list[str], at: int, references: References) -> tuple[int, str]:
    """How many lines the block takes that starts here, and its mrkdwn; 0 lines for running text."""
    line = lines[at].rstrip()
    if _DEFINITION.match(line):
        return 1, ""
    if fence := _FENCE.match(line):
        return _code(lines, at, fence[1])
    if heading := _HEADING.match(line):
        return 1, _bold(heading[1] or "", references)
    if _RULE.match(line):
        return 1, _RULE_SHOWN
    if _QUOTE.match(line):
        return _quote(lines, at, references)
    if at + 1 < len(lines) and "|" in line and _TABLE_LINE.match(lines[at + 1].rstrip()) and "-" in lines[at + 1]:
        return _table(lines, at, references)
    if _ITEM.match(line):
        return _list(lines, at, references)
    return 0, ""


def _paragraph(lines: list[str], references: References) -> str:
    return as_mrkdwn(runs("\n".join(line.lstrip() for line in lines), references)).strip()


def _bold(text: str, references: References) -> str:
    made = list(runs(text.strip(), references))
    if any(run.url for run in made):
        return as_mrkdwn(made).strip()
    words = escape(inline(as_words(made)))
    return f"*{words}*" if words else ""


def _code(lines: list[str], at: int, fence: str) -> tuple[int, str]:
    end = at + 1
    while end < len(lines) and not lines[end].strip().startswith(fence):
        end += 1
    inside = "\n".join(line for line in lines[at + 1 : end] if not line.startswith("#!") or line != lines[at + 1])
    safe = inside.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("```", "'''")
    return end + 1 - at, f"```\n{safe}\n```" if safe.strip() else ""


def _quote(lines: list[str], at: int, references: References) -> tuple[int, str]:
    """Lines behind `>`, and those that go on without it."""
    inside: list[str] = []
    end = at
    while end < len(lines) and lines[end].strip():
        quoted = _QUOTE.match(lines[end])
        inside.append(quoted[1] if quoted else lines[end])
        end += 1
    made = "\n\n".join(_blocks("\n".join(inside), references))
    return end - at, "\n".join(f"> {line}" if line else ">" for line in made.split("\n"))


def _list(lines: list[str], at: int, references: References) -> tuple[int, str]:
    """Items, nested ones indented; a line that belongs to an item goes on with it."""
    made: list[str] = []
    end = at
    while end < len(lines):
        item = _ITEM.match(lines[end])
        if item and not _RULE.match(lines[end]):
            indent = "    " * min(len(item[1].expandtabs(4)) // 2, 4)
            sign = f"{item[3]}." if item[3] else {"x": "☑", "X": "☑", " ": "☐"}.get(item[4] or "", "•")
            made.append(f"{indent}{sign} {as_mrkdwn(runs(item[5], references)).strip()}")
        elif lines[end].startswith((" ", "\t")) and lines[end].strip():
            made[-1] += " " + as_mrkdwn(runs(lines[end].strip(), references))
        elif lines[end].strip() or end + 1 >= len(lines) or not _ITEM.match(lines[end + 1]):
            break
        end += 1
    return end - at, "\n".join(made)


def _table(lines: list[str], at: int, references: References) -> tuple[int, str]:
    """A line per row, each cell behind its heading."""
    heads = _cells(lines[at])
    end = at + 2
    made = []
    while end < len(lines) and "|" in lines[end]:
        cells = [
            (f"{_bold(head, references)}: " if head else "") + as_mrkdwn(runs(cell, references))
            for head, cell in zip(heads, _cells(lines[end]), strict=False)
            if cell
        ]
        made.append("• " + " · ".join(cells))
        end += 1
    return end - at, "\n".join(made) or " · ".join(_bold(head, references) for head in heads)


def _cells(line: str) -> list[str]:
    inside = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inside)]
