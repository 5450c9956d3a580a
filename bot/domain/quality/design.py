"""Checks of links to designs: is there one, does it lead to a design tool, and to one frame.

The hosts and addresses are the vendors' own: Figma developers.figma.com/docs/embeds, Zeplin app.zeplin.io and zpl.io,
Adobe XD xd.adobe.com. A host is compared as a whole, never searched for in the address: `evilfigma.com` is not Figma.
"""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.domain.quality.catalogue import found
from bot.domain.quality.finding import Finding, Severity, Surroundings

TOOLS = (
    "figma.com", "zeplin.io", "zpl.io", "xd.adobe.com", "adobe.com", "miro.com", "sketch.com", "invisionapp.com",
    "framer.com", "marvelapp.com", "canva.com", "abstract.com", "penpot.app", "whimsical.com", "axure.cloud",
    "axshare.com", "balsamiq.cloud", "uxpin.com", "mural.co",
)  # fmt: skip
"""Where design tools keep designs; every host below one of these counts, too."""
_FILES = ("design_files", "files", "mockups")
"""Sections that hold the design itself, where a link is not needed; the last one are the pictures beside the text."""
_ADDRESS = re.compile(
    r"(?:https?://|zpl://|figma://|(?<![\w@./-])(?:www\.|[\w-]{1,63}\.)?(?:figma\.com|zeplin\.io|zpl\.io"
    r"|xd\.adobe\.com|miro\.com)/)[^\s<>\"'`\\^{|}\]]*(?:\](?!\()[^\s<>\"'`\\^{|}\]]*)*",
    re.IGNORECASE,
)
_NO_DESIGN = re.compile(
    r"\W*(?:no\s+(?:new\s+)?(?:designs?|mock-?ups?)\s+(?:(?:is|are)\s+)?(?:needed|required|necessary)"
    r"|(?:designs?|mock-?ups?)\s*:?\s+(?:(?:is|are)\s+)?not\s+(?:needed|required|necessary)"
    r"(?!\s+(?:before|until|till|yet|now|for)\b)"
    r"|none\s+(?:is\s+|are\s+)?(?:needed|required|necessary)"
    r"|(?:es\s+wird\s+|es\s+ist\s+|wir\s+brauchen\s+)?kein(?:e[sn]?)?\s+(?:neue[sn]?\s+(?:designs?|entw(?:urf|ürfe)|mock-?ups?)"
    r"|(?:designs?|entw(?:urf|ürfe)|mock-?ups?)\s+(?:nötig|notwendig|erforderlich|gebraucht|benötigt))"
    r"|pas\s+(?:besoin\s+)?de\s+(?:nouvelles?\s+)?maquettes?|aucune\s+maquette\s+(?:n['’]est\s+)?nécessaire)\b",
    re.IGNORECASE,
)
"""How people say in a sentence of their own that a design is not needed."""
_ATTACHED = re.compile(
    r"!\[[^\]\n]{0,200}\]\(|!(?=[^\s!|])[^!|\n]{1,200}\.(?:png|jpe?g|gif|svg|webp|pdf)(?:\|[^!\n]{0,200})?!|\[\^[^\]\n]{1,200}\]",
    re.IGNORECASE,
)
"""A picture or an attached file in Markdown or Jira's wiki markup: the design itself stands there."""
_TRAILING = ".,;:!?…)]}*_|"
_FILE = re.compile(r"/(?P<kind>file|design|proto|board|slides|deck|make|buzz|site)/(?P<key>[0-9A-Za-z]{15,128})(?:/|$)")
_FRAMES = frozenset({"file", "design", "proto", "board"})
_ORDINARY = re.compile(
    r"https://(?:www\.)?figma\.com/(?:file|design|proto|board)/[0-9A-Za-z]{15,128}/[\w-]*\?node-id=[\w-]+", re.ASCII
)
"""What Figma copies as the link of a frame; nothing is to be said about it."""
_NODES = ("node-id", "starting-point-node-id")
"""What names the frame in an address of Figma."""
_COPIED = ("figma.com", "zeplin.io", "xd.adobe.com", "invisionapp.com")
"""Tools whose names mean nothing else, so that a host which holds one copies it; "casimiro.com" copies nobody."""
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
"""What browsers read as a dot."""
_XD = re.compile(r"/(?:view|spec)/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:-[0-9a-f]{4})?(?:/|$)", re.IGNORECASE)
_LOOKS_LIKE = str.maketrans("0135ıіаеорсхɡԁոѕмƒɑq", "olesiiaeopcxgdnsmfag")
"""Digits and letters of other alphabets that look like one of ours."""


@dataclass(frozen=True)
class Link:
    """An address in a text."""

    address: str
    start: int
    end: int

    @cached_property
    def parts(self) -> SplitResult | None:
        """Its parts; None if it is no address after all."""
        try:
            parts = urlsplit(self.address if "://" in self.address else f"https://{self.address}")
        except ValueError:
            return None
        return parts if parts.hostname or parts.scheme == "zpl" else None

    @cached_property
    def host(self) -> str:
        """In small letters, without a dot at the end; empty if there is none."""
        return (self.parts.hostname or "").translate(_DOTS).rstrip(".") if self.parts else ""

    @cached_property
    def before(self) -> str:
        """What stands before an `@` in front of the host, and may look like one."""
        return unquote(self.parts.username or "").lower().partition("/")[0] if self.parts else ""


def check(text: str, around: Surroundings) -> Iterator[Finding]:
    """A link to a design tool, and to the frame that is meant. One link that is right is enough."""
    links = list(_links(text))
    if not links and (
        _NO_DESIGN.match(text)
        or _ATTACHED.search(text)
        or any(around.sections.get(name, "").strip() for name in _FILES)
    ):
        return
    if not links:
        yield found("design.no_link", "There is no link to the design.", len(text.rstrip()), len(text.rstrip()))
        return
    if all(_ORDINARY.fullmatch(link.address) for link in links):
        return
    known = False
    strangers = []
    for link, says in _followed(links, text, around.design_hosts):
        if says:
            yield _misleading(link, says, text)
            continue
        copied, sure = lookalike(link.host, around.design_hosts)
        if link.before and (hidden := _tool(link.before, around.design_hosts)):
            copied, sure = hidden, True
        if copied:
            message = f"{link.host} is not {copied}: check who sent this address before you open it."
            severity: Severity | None = None if sure else "hint"
            yield found("design.lookalike_host", message, link.start, link.end, severity=severity)
        elif _is_app(link) or _tool(link.host, around.design_hosts):
            known = True
            yield from _place(link)
        else:
            strangers.append(link)
    if not known:
        for link in strangers:
            message = (
                f"{link.host or 'This address'} is no design tool that we know: make sure that developers can open it."
            )
            yield found("design.unknown_host", message, link.start, link.end)


def _misleading(link: Link, says: str, text: str) -> Finding:
    """What is found of a link that names another address than its own."""
    message = f"The link says {says}, and leads to {link.host}: check who sent it before you open it."
    sure = text[link.start - 2 : link.start] == "]("  # else the one may just stand beside the other
    return found("design.lookalike_host", message, link.start, link.end, severity=None if sure else "hint")


def _followed(links: Sequence[Link], text: str, also: Collection[str]) -> Iterator[tuple[Link, str]]:
    """The links that lead somewhere, each with the design tool that its words name instead; empty if they name none.

    A link whose words are an address reads `[words](address)` or `words (address)`. An address in another one, as mail
    programs wrap it, is the one that is meant.
    """
    words: Link | None = None
    for link, behind in zip(links, [*links[1:], None], strict=True):
        if behind and text[link.end : behind.start] in {"](", " ("}:
            words = link
            continue
        says = _tool(words.host, also) if words else ""
        if _tool(link.host, also):
            says = ""
        wrapped = words is not None and says and words.host in unquote(link.address)
        yield (words, "") if words and wrapped else (link, says)
        words = None


def lookalike(host: str, also: Collection[str] = ()) -> tuple[str, bool]:
    """The design tool that a host pretends to be, and whether that is sure; an empty name if it pretends nothing.

    Sure are the tool's own name with something around it, and letters that look like its letters. A name that differs
    by a letter may be another firm's.
    """
    if not host or _tool(host, also):
        return "", True
    flat = _as_seen(_shown(host))
    labels = re.split(r"[.-]", flat)
    near = ""
    for tool in (*TOOLS, *also):
        seen = _as_seen(tool)
        name = seen.split(".")[-2]
        if re.search(rf"(?:^|[.-]){seen.replace('.', '[.-]')}(?:[.-]|$)", flat):
            return tool, True  # figma.com.example.org, figma-com.example.org, and figma.com in other letters
        if tool in _COPIED or tool in also:
            if name in labels[:-1] or seen in flat:
                return tool, True  # figma.example, evilfigma.com
            near = near or (tool if any(_near(label, name) for label in labels[:-1]) else "")
    return near, False


def _as_seen(host: str) -> str:
    """A host with one sign for all letters that look alike."""
    flat = unicodedata.normalize("NFKD", host).translate(_LOOKS_LIKE)
    flat = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return flat.replace("rn", "m").replace("vv", "w").replace("i", "l")


def _near(label: str, name: str) -> bool:
    """Whether a label of a host differs from a tool's name by one letter."""
    close = len(name) > 4 and abs(len(label) - len(name)) <= 1 and label[:1] == name[:1]
    return close and difflib.SequenceMatcher(None, label, name).ratio() >= 0.8


def _shown(host: str) -> str:
    """A host as a browser would show it: punycode decoded."""
    labels = []
    for label in host.split("."):
        try:
            labels.append(label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label)
        except (UnicodeError, ValueError):
            labels.append(label)
    return ".".join(labels)


def _tool(host: str, also: Collection[str]) -> str:
    """The tool that this host, or one above it, belongs to; empty if there is none."""
    while host:
        if host in TOOLS or host in also:
            return host
        host = host.partition(".")[2]
    return ""


def _is_app(link: Link) -> bool:
    return link.address.lower().startswith(("zpl://", "figma://"))


def _place(link: Link) -> Iterator[Finding]:
    """Whether a link to a known tool leads to one frame or screen."""
    parts = link.parts
    if parts is None:
        return
    if parts.scheme == "zpl" and "sid" not in parse_qs(parts.query):
        yield found("design.no_node", "This leads to the whole Zeplin project: link the screen.", link.start, link.end)
    elif _tool(link.host, ()) == "figma.com":
        file = _FILE.search(parts.path)
        if not file:
            yield found("design.no_node", "This is no link to a Figma file.", link.start, link.end)
        elif file["kind"] in _FRAMES and not any(map(parse_qs(parts.query).get, _NODES)):
            whole = "a whole board" if file["kind"] == "board" else "the whole file"
            message = f"This leads to {whole}: select the frame in Figma and copy its link."
            yield found("design.no_node", message, link.start, link.end)
    elif (
        link.host == "app.zeplin.io"
        and not re.search(r"/(?:screen|component|styleguide|flow)s?\b", parts.path)
        and "sid" not in parse_qs(parts.query)
    ):
        yield found("design.no_node", "This leads to the whole Zeplin project: link the screen.", link.start, link.end)
    elif link.host == "xd.adobe.com" and not _XD.search(parts.path):
        yield found("design.no_node", "This is no link to a shared Adobe XD design.", link.start, link.end)


def _links(text: str) -> Iterator[Link]:
    for mark in _ADDRESS.finditer(text):
        address = mark.group().rstrip(_TRAILING)
        if "://" not in address or address.split("://", 1)[1]:
            yield Link(address, mark.start(), mark.start() + len(address))
