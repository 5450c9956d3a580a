"""One request to the API, apart from HTTP, so that `POST /batch` can make requests too."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from sandbox.asana.errors import AsanaError, refuse
from sandbox.asana.fields import Tree, parse_opt_fields
from sandbox.asana.records import Record
from sandbox.asana.site import AsanaSite


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a form."""

    name: str
    content: bytes
    content_type: str


@dataclass(slots=True)
class Call:
    """What a handler gets.

    Attributes:
        site: the Asana.
        operation: the operation id of the contract.
        path: the path below the API's base, for the addresses of next pages.
        base: scheme, host and the path of the API's base.
        params: the parts of the path by name.
        query: the query; of a repeated name the last.
        body: the parsed JSON or form; None if there was none.
        files: the files of a multipart form by field.
        pages: remembers the offsets that were handed out.
    """

    site: AsanaSite
    operation: str
    path: str
    base: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    pages: "Pages"
    body: Any = None
    files: Mapping[str, Upload] = field(default_factory=dict)
    is_form: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """What the client wrote: the inside of `data`, or the fields of a form.

        Raises:
            AsanaError: 400, there is no `data` object.
        """
        body = self.body
        if self.is_form and isinstance(body, dict):
            return body
        if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
            shown = json.dumps(body)[:100]
            refuse(
                f"Could not interpret {shown} as a valid request body. "
                'Did you wrap data in an outer "data" property? See https://developers.asana.com/docs/making-requests'
            )
        inside: dict[str, Any] = body["data"]
        return inside

    @property
    def tree(self) -> Tree | None:
        """The fields that the client asked for, in the query or, as Asana allows, in the body's options."""
        asked = self.query.get("opt_fields")
        if asked is None and isinstance(self.body, dict) and isinstance(self.body.get("options"), dict):
            fields = self.body["options"].get("fields")
            asked = ",".join(fields) if isinstance(fields, list) else None
        return parse_opt_fields(asked)

    def one(self, record: Record, status: int = HTTPStatus.OK) -> "Answer":
        """One record, in full."""
        return Answer({"data": self.site.renderer.full(record, self.tree)}, status)

    def made(self, record: Record) -> "Answer":
        """A record that is new."""
        return self.one(record, HTTPStatus.CREATED)

    def page(self, records: list[Any]) -> "Answer":
        """A page of compact records and where the next one begins."""
        chosen, next_page = self.pages.cut(self, records)
        return Answer({"data": [self.site.renderer.compact(r, self.tree) for r in chosen], "next_page": next_page})

    def list(self, records: list[Any]) -> "Answer":
        """Compact records that come without pages."""
        return Answer({"data": [self.site.renderer.compact(r, self.tree) for r in records]})


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON body of an answer and its status."""

    body: Mapping[str, Any]
    status: int = HTTPStatus.OK


EMPTY = Answer({"data": {}})
Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the contract."""

    method: str
    path: str
    operation: str
    handler: Handler


class Pages:
    """The offsets that were handed out. Each is good for the list that it came from, and for no other."""

    KEPT = 10_000
    UNPAGED_LIMIT = 1000

    def __init__(self) -> None:
        self._begins: dict[str, tuple[str, str, int]] = {}
        self._made = 0

    def cut(self, call: Call, records: list[Any]) -> tuple[list[Any], dict[str, str] | None]:
        """The page of the records that the call asks for, and its `next_page`.

        Raises:
            AsanaError: 400, the limit is not 1 to 100, the offset was not handed out for this list, or the list is
                too large to come in one piece.
        """
        begin = self._begin(call, records)
        limit = _limit(call.query.get("limit"))
        if limit is None:
            if len(records) - begin > self.UNPAGED_LIMIT:
                refuse("The result is too large. You should use pagination (may require specifying a workspace)!")
            return records[begin:], None
        page = records[begin : begin + limit]
        if begin + limit >= len(records):
            return page, None
        offset = self._hand_out(call, page[-1].gid, begin + limit)
        kept = "".join(f"{name}={value}&" for name, value in call.query.items() if name != "offset")
        path = f"{call.path}?{kept}offset={offset}"
        return page, {"offset": offset, "path": path, "uri": f"{call.base}{path}"}

    def _begin(self, call: Call, records: list[Any]) -> int:
        offset = call.query.get("offset")
        if offset is None:
            return 0
        known = self._begins.get(offset)
        if known is None or known[0] != _list_of(call):
            refuse("offset: Your pagination token is invalid.")
        _, last, position = known
        after = (index + 1 for index, record in enumerate(records) if record.gid == last)
        return next(after, position)

    def _hand_out(self, call: Call, last: str, position: int) -> str:
        self._made += 1
        scrambled = self._made * 0x9E3779B97F4A7C15 % 2**64
        offset = f"eyJ0eXAiOiJKV1Qi{scrambled:016x}"
        self._begins[offset] = (_list_of(call), last, position)
        while len(self._begins) > self.KEPT:
            del self._begins[next(iter(self._begins))]
        return offset


def _list_of(call: Call) -> str:
    """What makes a list the same list: path and filters, but neither the page nor the fields."""
    filters = {n: v for n, v in call.query.items() if n not in {"offset", "limit", "opt_fields", "opt_pretty"}}
    return f"{call.path}?{sorted(filters.items())}"


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100:
        raise AsanaError(HTTPStatus.BAD_REQUEST, "limit: Must be a number between 1 and 100")
    return int(text)
