"""The words, signs and strings of JQL."""

import re
from dataclasses import dataclass

RESERVED_WORDS = """
a an abort access add after alias all alter and any are as asc at audit avg be before begin between boolean
break but by byte catch cf char character check checkpoint collate collation column commit connect continue
count create current date decimal declare decrement default defaults define delete delimiter desc difference
distinct divide do double drop else empty encoding end equals escape exclusive exec execute exists explain
false fetch file field first float for from function go goto grant greater group having identified if
immediate in increment index initial inner inout input insert int integer intersect intersection into is
isempty isnull it join last left less like limit lock long max min minus mode modify modulo more multiply next
no noaudit not notin nowait null number object of on option or order outer output power previous prior
privileges public raise raw remainder rename resource return returns revoke right row rowid rownum rows select
session set share size sqrt start strict string subtract such sum synonym table that the their then there
these they this to trans transaction trigger true uid union unique update user validate values view was when
whenever where while will with
"""
RESERVED = frozenset(RESERVED_WORDS.split())
TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<operator>!=|!~|<=|>=|&&|\|\||[=<>~!])
      | (?P<mark>[(),])
      | (?P<custom>cf\[\d+\])
      | (?P<word>(?:[^\s"'=!<>~(),|&\\\[\]{}$%^*+;?@/#`]|\\.)+)
    )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


class JqlError(ValueError):
    """A query that Jira refuses; the message is Jira's own or says that the stand-in goes no further."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query and where it begins, counted from 0."""

    kind: str
    text: str
    place: int


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match[1].startswith("u") and len(match[1]) == 5:
            return chr(int(match[1][1:], 16))
        return ESCAPES.get(match[1], match[1])

    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", character, text, flags=re.DOTALL)


def tokens(text: str) -> list[Token]:
    """The pieces of a query.

    Raises:
        JqlError: a character or string that JQL does not have.
    """
    found, place = [], 0
    while place < len(text.rstrip()):
        match = TOKEN.match(text, place)
        if match is None:
            start = len(text) - len(text[place:].lstrip())
            character = text[start]
            if character in "\"'":
                raise JqlError(
                    f"Error in the JQL Query: The quoted string '{text[start + 1 :]}' has not been completed. "
                    f"{where(text, start)}"
                )
            raise JqlError(
                f"Error in the JQL Query: The character '{character}' is a reserved JQL character. You must enclose "
                f"it in a string or use the escape '\\u{ord(character):04x}' instead. {where(text, start)}"
            )
        kind = match.lastgroup or ""
        piece = match[kind]
        piece = _unescaped(piece[1:-1]) if kind == "quoted" else _unescaped(piece) if kind == "word" else piece
        found.append(Token(kind, piece, match.start(kind)))
        place = match.end()
    return found


def where(text: str, place: int) -> str:
    """A place in a query as Jira names it."""
    line = text.count("\n", 0, place) + 1
    return f"(line {line}, character {place - text.rfind(chr(10), 0, place)})"
