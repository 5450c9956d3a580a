"""A parser for the part of JQL that people and clients of this kind write; anything beyond is refused by name."""

from dataclasses import dataclass
from typing import Literal

from sandbox.jira.jql_tokens import RESERVED, JqlError, Token, tokens, where

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
ORDER_LIMIT = 7


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
    return _Parser(tokens(text), text).query()


def negated(term: Term) -> Term:
    """The opposite of a term, as Jira makes it: by turning operators round, so that empty fields match neither."""
    if isinstance(term, Clause):
        return Clause(term.field, OPPOSITE[term.operator], term.values)
    return Joined("or" if term.word == "and" else "and", tuple(map(negated, term.terms)))


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
        if not self._is_word("("):
            value = self._value()
            if value.kind == "text":
                raise self._error(f"Expecting '(' but got '{value.text}'.")
            return (value,)
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
        return JqlError(f"Error in the JQL Query: {message} {where(self._text, last)}")
