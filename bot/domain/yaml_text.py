"""YAML and JSON text → plain data with the line of every key, or what is wrong with the text.

The nodes of the parser are read instead of its objects: they know their lines, repeated keys and words as typed
(`Yes` is a word here unless a key wants true or false).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.domain.problems import Path, Problem, Severity, key_of

MOST_NODES = 50_000
"""Aliases can make a small file endless; a real one has a few hundred nodes."""

MOST_LEVELS = 60
UNREAD = "\N{REPLACEMENT CHARACTER}"
NEXT_ENTRY = "; write `- ` before it if the next one begins here"

_TAG = "tag:yaml.org,2002:"
_TABS = re.compile(r"^[ \t]*\t")
_KEY = re.compile(r"[\s-]*[\w$]+[ \t]*")
_SIGN = re.compile(r"\s*(?:(?:- +)+(?:[\w$-]+: +)?|[\w$-]+: +)([@`%*&|>\[{])")
"""What text cannot start with outside quotes, at the start of a value."""
_HASH = re.compile(r" #(?:\S|$)")
"""What looks like the rest of a text, and is a comment: `Ticket #12`."""
_SURROGATES = re.compile(r"\\\\|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")

_RAW = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that JSON takes in a string as they are, and YAML only as escapes, or as line ends."""


@dataclass(slots=True)
class Located:
    """A file as data.

    Attributes:
        file: its name.
        data: mappings, lists, text, numbers, booleans and None.
        lines: path → line, from 1.
        typed: path → the scalar as it was typed.
        renamed: path with the key that was meant → the key that was typed in its place.
        cut: texts that end before a `#` which may belong to them.
        problems: what is wrong with the text; then `data` is what could be read.
    """

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    typed: dict[Path, str] = field(default_factory=dict)
    renamed: dict[Path, str] = field(default_factory=dict)
    cut: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def in_file(self, path: Path) -> Path:
        """The path as it stands in the file, where some of its keys may be misspelt."""
        if not self.renamed:
            return path
        return tuple(self.renamed.get(path[: index + 1], part) for index, part in enumerate(path))

    def line_of(self, path: Path) -> int:
        """The line of a path, or of the nearest thing around it that is in the file; 0 if nothing is."""
        path = self.in_file(path)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def add(self, path: Path, message: str, suggestion: str = "") -> None:
        """Note an error at a path."""
        self.problems.append(self.problem(path, message, suggestion))

    def problem(self, path: Path, message: str, suggestion: str = "", severity: Severity = "error") -> Problem:
        """What is to be said at a path."""
        return Problem(self.file, self.line_of(path), key_of(self.in_file(path)), message, suggestion, severity)


def read(file: str, content: str | bytes) -> Located:
    """Read a file; never raises, whatever it holds."""
    located = Located(file)
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content.removeprefix("\ufeff")
        text.encode()
    except UnicodeError as error:
        located.problems.append(Problem(file, line_at_fault(error), "", "is not UTF-8 text; save it as UTF-8"))
        return located
    if file.lower().endswith(".json"):
        text = _SURROGATES.sub(_one_character, text)
        text = _RAW.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        located.problems.append(_syntax_problem(file, text, error))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, max(error.position, 0)) + 1 if isinstance(error.position, int) else 0
        located.problems.append(Problem(file, line, "", "holds a control character that YAML does not allow"))
    except (yaml.YAMLError, RecursionError):
        located.add((), "cannot be read as YAML")
    else:
        if node is None:
            located.add((), "is empty")
        else:
            _Reader(located, text.splitlines()).read(node)
    return located


def line_at_fault(error: UnicodeError) -> int:
    """The line, from 1, of the first byte that is no UTF-8, such as an umlaut of Latin-1; 0 if none is said."""
    match error:
        case UnicodeDecodeError(object=read, start=start):
            return read.count(b"\n", 0, start) + 1
        case UnicodeEncodeError(object=text, start=start):
            return text.count("\n", 0, start) + 1
    return 0


def _one_character(found: re.Match[str]) -> str:
    r"""JSON writes 😀 as two escapes, `\ud83d\ude00`; YAML knows only one for the whole character."""
    if not found[1]:
        return found[0]
    high, low = int(found[1], 16), int(found[2], 16)
    return f"\\U{0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00):08x}"


def _syntax_problem(file: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    said = error.problem or error.context or "not YAML"
    open_quote = said == "found unexpected end of stream" and "quoted scalar" in (error.context or "")
    mark = error.context_mark if open_quote else error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    lines = text.splitlines()
    at_fault = lines[line - 1] if 0 < line <= len(lines) else ""
    if open_quote:
        message = "a quote opens here and is never closed"
    elif _TABS.match(at_fault):
        message = "starts with a tab; YAML wants blanks"
    elif "mapping values are not allowed" in said and mark and _KEY.fullmatch(at_fault[: mark.column]):
        message = "a key where none may be; look at its indentation, and at the line above"
    elif "mapping values are not allowed" in said:
        message = 'a colon where none may be; put text that holds ": " in quotes'
    elif "single document" in (error.context or said):
        message = "holds several documents (`---`); make a file of each"
    elif "undefined alias" in said:
        message = f"{said}; put text that starts with * in quotes"
    elif sign := _SIGN.match(at_fault):
        message = f"cannot be read as YAML: {said}; put text that starts with {sign[1]} in quotes"
    else:
        message = f"cannot be read as YAML: {said}; look at quotes, colons and indentation here and in the line above"
    return Problem(file, line, "", message)


class _Reader:
    """Walks the nodes of one file."""

    def __init__(self, located: Located, lines: list[str]) -> None:
        self.located = located
        self.lines = lines
        self.nodes = 0
        self.full = False

    def read(self, root: yaml.Node) -> None:
        """Fill in data, lines and words."""
        self.located.data = self._value(root, ())
        if self.full:
            self.located.problems.append(
                Problem(self.located.file, 1, "", "is nested too deeply or repeats itself without end")
            )

    def _value(self, node: yaml.Node, path: Path) -> Any:
        self.nodes += 1
        if self.nodes > MOST_NODES or len(path) > MOST_LEVELS:
            self.full = True
            return None
        self.located.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        self.located.typed[path] = node.value
        if isinstance(node, yaml.ScalarNode) and not node.style and self._goes_on(node.end_mark):
            self.located.cut.append(path)
        return self._scalar(node, path)

    def _goes_on(self, end: yaml.Mark) -> bool:
        """Whether what looks like the rest of a text without quotes stands behind it."""
        return end.line < len(self.lines) and _HASH.match(self.lines[end.line], end.column) is not None

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any] | str:
        """Keys and values; a text where somebody wrote `{{ name }}` without quotes, which was said then."""
        result: dict[str, Any] = {}
        seen: dict[str, int] = {}
        goes_on = unread = False
        for key_node, value_node, merged in self._pairs(node, path):
            if not isinstance(key_node, yaml.ScalarNode):
                self.located.add(path, "has a key that is no word; put it in quotes if it holds brackets or braces")
                unread = True
                continue
            key, line = key_node.value, key_node.start_mark.line + 1
            if key not in seen:
                seen[key] = line
                self.located.lines[*path, key] = line
                result[key] = self._value(value_node, (*path, key))
            elif not (merged or goes_on):
                # The first key of an entry of a list again: more keys that are there twice say nothing new.
                goes_on = bool(path) and isinstance(path[-1], int) and key == next(iter(seen))
                self._repeated(result[key], value_node, (*path, key), line, NEXT_ENTRY if goes_on else "")
        return result or (UNREAD if unread else result)

    def _repeated(self, kept: Any, node: yaml.Node, path: Path, line: int, hint: str = "") -> None:
        """A key that is there twice: the first one counts, and of the other what only that one says."""
        first = self.located.lines[path]
        message = f"is there twice, first in line {first}{hint}"
        self.located.problems.append(Problem(self.located.file, line, key_of(path), message))
        if isinstance(kept, dict) and isinstance(node, yaml.MappingNode):
            for key_node, value_node, _ in self._pairs(node, path):
                inner = (*path, key_node.value) if isinstance(key_node, yaml.ScalarNode) else path
                if inner == path:
                    continue
                where = key_node.start_mark.line + 1
                if key_node.value in kept:
                    self._repeated(kept[key_node.value], value_node, inner, where)
                else:
                    self.located.lines[inner] = where
                    kept[key_node.value] = self._value(value_node, inner)

    def _pairs(self, node: yaml.MappingNode, path: Path, depth: int = 0) -> Iterator[tuple[yaml.Node, yaml.Node, bool]]:
        """Keys and values: the mapping's own first, then those that `<<` brings in."""
        merges = []
        for key_node, value_node in node.value:
            if key_node.tag == f"{_TAG}merge":
                merges.append(value_node)
            else:
                yield key_node, value_node, depth > 0
        for value_node in merges:
            sources = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
            for source in sources:
                self.nodes += 1
                if not isinstance(source, yaml.MappingNode) or depth > MOST_LEVELS or self.nodes > MOST_NODES:
                    self.located.add(path, "`<<` must name keys and values that stand above, by an anchor")
                else:
                    yield from self._pairs(source, path, depth + 1)

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        typed: str = node.value
        match node.tag.removeprefix(_TAG):
            case "null":
                return None
            case "bool":
                return typed.lower() in {"yes", "true", "on"}
            case "int" | "float" as kind:
                return _number(typed, kind)
            case "str" | "timestamp" | "merge" | "value":
                return typed
            case _:
                message = (
                    f"the tag {node.tag} is not known here; leave it out, or put text that starts with ! in quotes"
                )
                self.located.add(path, message)
                return typed or node.tag


def _number(typed: str, kind: str) -> int | float | str:
    """Plain decimal numbers; octal, sexagesimal and the like stay as typed."""
    try:
        return int(typed) if kind == "int" else float(typed)
    except ValueError:
        return typed
