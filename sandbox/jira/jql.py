"""A parser for the part of JQL that people and clients of this kind write; anything beyond is refused by name."""

import re
from dataclasses import dataclass
from typing import Literal

Operator = Literal["=", "!=", "in", "not in", "<", "<=", ">", ">=", "~", "!~", "is", "is not"]
OPPOSITE: dict[Operator, Operator] = {
    "=": "!=",
    "!=": "=",
    "in": "not in",
    "not in": "in",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "~": "!~",
    "!~": "~",
    "is": "is not",
    "is not": "is",
}
UNSUPPORTED_OPERATORS = frozenset({"was", "changed", "during", "before", "after", "on", "by", "from", "to"})
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
ORDER_LIMIT = 7


class JqlError(ValueError):
    """A query that Jira refuses; the message is Jira's own or says that the stand-in goes no further."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query and where it begins, counted from 0."""

    kind: str
    text: str
    place: int


@dataclass(frozen=True, slots=True)
class Value:
    """An operand: a text, `EMPTY`, or a function without arguments."""

    text: str
    kind: Literal["text", "empty", "function"] = "text"
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """`field operator values`."""

    field: str
    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Clauses joined by `and` or `or`."""

    word: Literal["and", "or"]
    terms: tuple["Term", ...]


Term = Clause | Joined


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `where` None: it restricts nothing. `order` holds field and "asc" or "desc"."""

    where: Term | None
    order: tuple[tuple[str, str], ...]


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        JqlError: not JQL, or JQL beyond what is supported.
    """
    return _Parser(_tokens(text), text).query()


def negated(term: Term) -> Term:
    """The opposite of a term, as Jira makes it: by turning operators round, so that empty fields match neither."""
    if isinstance(term, Clause):
        return Clause(term.field, OPPOSITE[term.operator], term.values)
    return Joined("or" if term.word == "and" else "and", tuple(map(negated, term.terms)))


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match[1].startswith("u") and len(match[1]) == 5:
            return chr(int(match[1][1:], 16))
        return ESCAPES.get(match[1], match[1])

    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", character, text, flags=re.DOTALL)


def _tokens(text: str) -> list[Token]:
    found, place = [], 0
    while place < len(text.rstrip()):
        match = TOKEN.match(text, place)
        if match is None:
            start = len(text) - len(text[place:].lstrip())
            character = text[start]
            if character in "\"'":
                raise JqlError(
                    f"Error in the JQL Query: The quoted string '{text[start + 1 :]}' has not been completed. "
                    f"{_where(text, start)}"
                )
            raise JqlError(
                f"Error in the JQL Query: The character '{character}' is a reserved JQL character. You must enclose "
                f"it in a string or use the escape '\\u{ord(character):04x}' instead. {_where(text, start)}"
            )
        kind = match.lastgroup or ""
        piece = match[kind]
        piece = _unescaped(piece[1:-1]) if kind == "quoted" else _unescaped(piece) if kind == "word" else piece
        found.append(Token(kind, piece, match.start(kind)))
        place = match.end()
    return found


def _where(text: str, place: int) -> str:
    line = text.count("\n", 0, place) + 1
    return f"(line {line}, character {place - text.rfind(chr(10), 0, place)})"


class _Parser:
    def __init__(self, tokens: list[Token], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._next = 0

    def query(self) -> Query:
        where = None if not self._tokens or self._is_word("order") else self._or()
        order = self._order() if self._takes("order") else ()
        if self._next < len(self._tokens):
            token = self._tokens[self._next]
            raise self._error(f"Expecting either 'OR' or 'AND' but got '{token.text}'.")
        return Query(where, order)

    def _or(self) -> Term:
        terms = [self._and()]
        while self._takes("or", "||", "|"):
            terms.append(self._and())
        return terms[0] if len(terms) == 1 else Joined("or", tuple(terms))

    def _and(self) -> Term:
        terms = [self._not()]
        while self._takes("and", "&&", "&"):
            terms.append(self._not())
        return terms[0] if len(terms) == 1 else Joined("and", tuple(terms))

    def _not(self) -> Term:
        if self._takes("not", "!"):
            return negated(self._not())
        if self._takes("("):
            inside = self._or()
            self._expect(")")
            return inside
        return self._clause()

    def _clause(self) -> Clause:
        field = self._field()
        operator = self._operator(field)
        if operator in ("in", "not in"):
            return Clause(field, operator, self._values())
        value = self._value()
        if operator in ("is", "is not") and value.kind != "empty":
            raise self._error(f"The operator '{operator}' only takes EMPTY or NULL.")
        return Clause(field, operator, (value,))

    def _field(self) -> str:
        token = self._take()
        if token is None:
            raise self._error("Expecting a field name at the end of the query.")
        if token.kind not in ("word", "quoted", "custom"):
            raise self._error(f"Expecting a field name but got '{token.text}'.")
        if token.kind == "word" and token.text.lower() in RESERVED:
            raise self._error(
                f"Expecting a field name but got '{token.text}'. You must surround '{token.text}' in quotation marks "
                "to use it as a field name."
            )
        return token.text

    def _operator(self, field: str) -> Operator:
        token = self._take()
        word = token.text.lower() if token is not None and token.kind in ("word", "operator") else ""
        if word in UNSUPPORTED_OPERATORS:
            raise JqlError(f"The operator '{word}' is not supported by this stand-in for Jira.")
        if word == "not":
            self._expect("in")
            return "not in"
        if word == "is":
            return "is not" if self._takes("not") else "is"
        for operator in OPPOSITE:
            if word == operator:
                return operator
        got = f"but got '{token.text}'" if token is not None else "before the end of the query"
        raise self._error(
            f"Expecting operator {got}. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', "
            f"'NOT IN', 'IS' and 'IS NOT'. The field was '{field}'."
        )

    def _values(self) -> tuple[Value, ...]:
        self._expect("(")
        values = [self._value()]
        while self._takes(","):
            values.append(self._value())
        self._expect(")")
        return tuple(values)

    def _value(self) -> Value:
        token = self._take()
        if token is None:
            raise self._error("Expecting either a value, list or function at the end of the query.")
        if token.kind == "quoted":
            return Value(token.text, quoted=True)
        if token.kind != "word":
            raise self._error(f"Expecting either a value, list or function but got '{token.text}'.")
        if self._takes("("):
            if not self._takes(")"):
                raise JqlError(
                    f"The function '{token.text}' with arguments is not supported by this stand-in for Jira."
                )
            return Value(token.text, "function")
        if token.text.lower() in ("empty", "null"):
            return Value(token.text, "empty")
        if token.text.lower() in RESERVED:
            raise self._error(
                f"Expecting either a value, list or function but got '{token.text}'. '{token.text}' is a reserved JQL "
                "word. You must surround it in quotation marks to use it as a value."
            )
        return Value(token.text)

    def _order(self) -> tuple[tuple[str, str], ...]:
        self._expect("by")
        order = []
        while True:
            field = self._field()
            direction = "desc" if self._takes("desc") else "asc" if self._takes("asc") else ""
            order.append((field, direction))
            if not self._takes(","):
                break
        if len(order) > ORDER_LIMIT:
            raise JqlError(f"The maximum number of fields in the ORDER BY clause is {ORDER_LIMIT}.")
        return tuple(order)

    def _is_word(self, *words: str) -> bool:
        token = self._tokens[self._next] if self._next < len(self._tokens) else None
        return token is not None and token.kind != "quoted" and token.text.lower() in words

    def _takes(self, *words: str) -> bool:
        if self._is_word(*words):
            self._next += 1
            return True
        return False

    def _take(self) -> Token | None:
        if self._next >= len(self._tokens):
            return None
        self._next += 1
        return self._tokens[self._next - 1]

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            self._take()
            raise self._error(f"Expecting '{word.upper()}'.")

    def _error(self, message: str) -> JqlError:
        last = self._tokens[min(max(self._next - 1, 0), len(self._tokens) - 1)].place if self._tokens else 0
        return JqlError(f"Error in the JQL Query: {message} {_where(self._text, last)}")
