"""Markdown inside a paragraph: runs of text with marks and links.

The part of GitHub Flavored Markdown that issue forms use (https://github.github.com/gfm); what is not Markdown after
all stays as it stands.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from adapters.document import clean

Mark = Literal["bold", "italic", "strike", "code"]
References = Mapping[str, tuple[str, str]]
"""Name in lower case → `(url, title)` of a link that is defined elsewhere in the text."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of characters that look alike; `url` makes it a link."""

    text: str
    marks: frozenset[Mark] = frozenset()
    url: str = ""


_SCHEMES = frozenset({"http", "https", "mailto"})
_TOKEN = re.compile(
    r"""
      \\(?P<escaped>[!-/:-@\[-`{-~])
    | (?<!`)(?P<ticks>`++)(?P<code>[^`](?:.{0,1000}?[^`])?)(?P=ticks)(?!`)
    | <(?P<auto>https?://[^\s<>]+|(?:mailto:)?[^\s<>@:]+@[^\s<>@]+)>
    | (?P<comment><!--.*?(?:-->|\Z))
    | <(?P<tag>/?[a-zA-Z][a-zA-Z0-9]*)(?P<attributes>(?:\s[^<>]*)?)/?>
    | (?P<image>!)?\[(?P<text>(?:\\.|\[[^\[\]]*\]|[^\[\]\\])*)\]
        (?:\(\s*<?(?P<url>[^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+["'(](?P<title>.*?)["')])?\s*\)
          |\[(?P<ref>[^\[\]]*)\])?
    | (?P<both>\*\*\*|___)(?=\S)(?P<in_both>.{1,1000}?)(?<=\S)(?P=both)
    | (?P<bold>\*\*|(?<!\w)__)(?=\S)(?P<in_bold>.{1,1000}?[*_]?)(?<=\S)(?P=bold)(?![*_])
    | ~~(?=\S)(?P<in_strike>.{1,1000}?)(?<=\S)~~
    | (?P<italic>\*|(?<!\w)_)(?=[^\s*_])(?P<in_italic>.{1,1000}?)(?<=[^\s\\])(?P=italic)(?![\w*])
    | (?P<hard>[ ]{2,}\n|\\\n)
    """,
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""\b(alt|src|href|title)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


def runs(text: str, references: References, marks: frozenset[Mark] = frozenset()) -> Iterator[Run]:
    """The runs of a paragraph."""
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            yield Run(html.unescape(text[at : found.start()]), marks)
        yield from _token(found, references, marks)
        at = found.end()
    if at < len(text):
        yield Run(html.unescape(text[at:]), marks)


def as_words(shown: Iterable[Run]) -> str:
    """Runs as plain text; a link shows its address behind its words."""
    return "".join(_words(run) for run in shown)


def reference_key(name: str) -> str:
    """What the name of a link that is defined elsewhere is compared by."""
    return " ".join(clean(name).split()).casefold()


def is_address(url: str) -> bool:
    """Whether a link may lead there: to the web, or to a mailbox."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    scheme = parts.scheme.lower()
    return scheme in _SCHEMES and bool(parts.netloc or scheme == "mailto")


def _words(run: Run) -> str:
    if not run.url or run.url in {run.text, f"mailto:{run.text}"} or not is_address(run.url):
        return run.text
    return f"{run.text} ({run.url})" if run.text else run.url


def _token(found: re.Match[str], references: References, marks: frozenset[Mark]) -> Iterator[Run]:
    if found["escaped"]:
        yield Run(found["escaped"], marks)
    elif found["code"]:
        yield Run(found["code"].strip() or found["code"], marks | {"code"})
    elif found["auto"]:
        url = found["auto"] if ":" in found["auto"] else f"mailto:{found['auto']}"
        yield Run(found["auto"].removeprefix("mailto:"), marks, url)
    elif found["tag"]:
        yield from _tag(found["tag"].lower(), found["attributes"], marks)
    elif found["text"] is not None:
        yield from _link(found, references, marks)
    elif found["hard"]:
        yield Run("\n", marks)
    else:
        for group, more in _EMPHASES.items():
            if found[group] and more <= marks:  # the same mark again: nothing new, and no end to it
                yield Run(html.unescape(found[0]), marks)
            elif found[group]:
                yield from runs(found[group], references, marks | more)


_EMPHASES: Mapping[str, frozenset[Mark]] = {
    "in_both": frozenset({"bold", "italic"}),
    "in_bold": frozenset({"bold"}),
    "in_strike": frozenset({"strike"}),
    "in_italic": frozenset({"italic"}),
}


def _link(found: re.Match[str], references: References, marks: frozenset[Mark]) -> Iterator[Run]:
    """A link or an image, in place or by reference; brackets that are neither stay brackets."""
    inside = as_words(runs(found["text"], references))
    if found["url"] is not None:
        url, title = found["url"], found["title"] or ""
    else:
        known = references.get(reference_key(found["ref"] or found["text"]))
        if known is None:
            if found["image"]:
                yield Run(inside, marks)
            else:
                yield Run("[", marks)
                yield from runs(found["text"], references, marks)
                yield Run(f"][{found['ref']}]" if found["ref"] else "]", marks)
            return
        url, title = known
    yield Run(inside or title or url, marks, url if is_address(url) else "")


def _tag(name: str, attributes: str, marks: frozenset[Mark]) -> Iterator[Run]:
    """HTML tags vanish; line breaks and images are what they stand for."""
    if name == "br":
        yield Run("\n", marks)
    if name == "img":
        values = {key.lower(): one or other for key, one, other in _ATTRIBUTE.findall(attributes)}
        url = values.get("src", "")
        yield Run(values.get("alt") or values.get("title") or url, marks, url if is_address(url) else "")
