"""Jira's REST API, called through its SDK (`adapters.jira.sdk`) in threads of its own.

- What the SDK raises becomes an error by recovery in `failures`.
- Its pages never end if a token comes twice: a loop of ours.
- Its session is not made for threads: each has its own.
- It takes a tenth of a second to import, so nobody waits for it before the first call.
"""

import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from adapters.base import File
from adapters.errors import NotSent, Rejected
from adapters.jira.settings import NAME, JiraEnvironment
from adapters.limiter import Kind, Limiter, read_kind

if TYPE_CHECKING:
    from adapters.jira.sdk import Sdk

READ_SECONDS = 30.0
CALLS_PER_SECOND = 50.0
"""Half of Jira Cloud's burst limit, https://developer.atlassian.com/cloud/jira/platform/rate-limiting/."""
BURST = 100.0
LONGEST_PAUSE = 60.0
"""Seconds for which one answer can hold up all calls; some of Jira's limits are for a single issue."""
PAGE = 100
IDS_PAGE = 5_000
"""Issues that are asked for at a time: with their fields, and where their ids are enough."""
IN_MEMORY = 4 * 1024 * 1024
"""Files up to this size, in bytes, are not written to the disk on their way."""
T = TypeVar("T")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """A search: JQL, the ids of the fields that are wanted, and issues a page."""

    jql: str
    fields: Sequence[str]
    size: int = PAGE


class JiraClient:
    """Jira's REST API v3. Every method raises errors of `adapters.errors` and nothing else."""

    def __init__(self, environment: JiraEnvironment) -> None:
        self._environment = environment
        self._secrets = environment.secrets()
        self._limiter = Limiter(
            NAME,
            rate=CALLS_PER_SECOND,
            burst=BURST,
            readers=environment.parallel_reads,
            longest_pause=LONGEST_PAUSE,
        )
        self._local = threading.local()
        self._made: list[Sdk] = []

    @property
    def readers(self) -> int:
        """Pages that may be read side by side."""
        return self._limiter.readers

    async def read(self, operation: str, path: str, **params: Any) -> Json:
        """GET an object."""
        kind = read_kind(operation)
        answer: Json = await self._run(operation, lambda sdk: sdk.call("GET", path, dict, params or None), kind)
        return answer

    async def read_list(self, operation: str, path: str, **params: Any) -> list[Any]:
        """GET a list."""
        kind = read_kind(operation)
        answer: list[Any] = await self._run(operation, lambda sdk: sdk.call("GET", path, list, params or None), kind)
        return answer

    async def write(self, operation: str, method: str, path: str, body: Json) -> None:
        """POST or PUT a resource."""
        await self._run(operation, lambda sdk: sdk.call(method, path, dict, None, body), "write")

    async def create(self, fields: Json) -> Json:
        """Make an issue with one request; its id and key."""

        def call(sdk: "Sdk") -> Json:
            made = sdk.create_issue(fields=fields, prefetch=False).raw
            return {"id": _named(made["id"]), "key": _named(made["key"])}

        return await self._run("create", call, "write")

    async def issue(self, operation: str, issue: str, fields: Sequence[str]) -> Json:
        """One issue, read past the search index."""
        return await self.read(operation, f"issue/{path_part(issue)}", fields=",".join(fields))

    async def page(
        self,
        operation: str,
        query: Query,
        read: Callable[[Json], T],
        token: str | None = None,
        kind: Kind = "read",
    ) -> tuple[list[T], str | None]:
        """One page of a search, and the token of the next one, None at the end. A short page is no sign of the end.

        Args:
            operation: of the port.
            query: what is searched for.
            read: what is made of an issue, in the thread that fetched it.
            token: of the page; None for the first.
            kind: of the call.

        Source: POST /rest/api/3/search/jql.
        """
        body: Json = {"jql": query.jql, "fields": list(query.fields), "maxResults": query.size}
        if token is not None:
            body["nextPageToken"] = token

        def call(sdk: "Sdk") -> tuple[list[T], str | None]:
            page = sdk.call("POST", "search/jql", dict, None, body)
            if not isinstance(page["issues"], list):
                raise TypeError("no list of issues")
            following = None if page.get("isLast") else page.get("nextPageToken") or None
            return [read(issue) for issue in page["issues"]], following

        try:
            return await self._run(operation, call, kind)
        except Rejected as error:
            if token is None:
                raise
            # The first page took the query, so it is the token that Jira does not know any more: begin anew.
            raise NotSent(NAME, operation, error.reason, error.status) from error

    async def search(
        self, operation: str, query: Query, read: Callable[[Json], T], kind: Kind = "read"
    ) -> AsyncIterator[list[T]]:
        """Pages of a search, one after another. A token that came before ends it: Jira is known to repeat one."""
        seen: set[str] = set()
        token: str | None = None
        while True:
            found, token = await self.page(operation, query, read, token, kind)
            yield found
            if token is None or token in seen:
                return
            seen.add(token)

    async def comment(self, issue: str, body: Json) -> Json:
        """Add a comment."""

        def call(sdk: "Sdk") -> Json:
            made: Json = sdk.add_comment(issue, body).raw
            _named(made["id"])
            return made

        return await self._run("comment", call, "write")

    async def listed(self, operation: str, path: str, key: str, **params: Any) -> list[Json]:
        """All entries of a resource that is paged by `startAt` and `total`.

        Args:
            operation: of the port.
            path: of the resource.
            key: where the entries stand on a page.
            params: further parameters.
        """
        found: list[Json] = []
        while True:
            page = await self.read(operation, path, startAt=len(found), **params)
            entries = page.get(key) or page.get("values") or []
            found += entries
            if not entries or len(found) >= int(page.get("total", 0)):
                return found

    async def attach(self, issue: str, file: File) -> Json:
        """Attach a file. It is read in full before Jira is called, so that a slow source holds no connection."""
        with BytesIO() if 0 <= file.size <= IN_MEMORY else TemporaryFile() as held:
            size = 0
            async for chunk in file.content:
                size += held.write(chunk)
            if not size:
                raise Rejected(NAME, "attach", "the file is empty")

            def call(sdk: "Sdk", source: IO[bytes] = held) -> Json:
                made: Json = sdk.add_attachment(issue, source, file.name).raw
                return made

            return await self._run("attach", call, "write", upload=size)

    async def close(self) -> None:
        """Let go of threads and connections; running calls are waited for, but not for long."""
        await self._limiter.close()
        for sdk in self._made:
            sdk.close()

    async def _run(self, operation: str, call: "Callable[[Sdk], T]", kind: Kind, *, upload: int = 0) -> T:
        blocking = partial(self._call, operation, call, write=kind == "write")
        return await self._limiter.run(operation, blocking, kind, upload=upload)

    def _call(self, operation: str, call: "Callable[[Sdk], T]", *, write: bool) -> T:
        from adapters.jira.failures import EXPECTED, failure

        try:
            return call(self._sdk())
        except EXPECTED as error:
            raise failure(error, operation, write=write, secrets=self._secrets) from None

    def _sdk(self) -> "Sdk":
        sdk = getattr(self._local, "sdk", None)
        if sdk is None:
            from adapters.jira.sdk import Sdk

            sdk = self._local.sdk = Sdk(self._environment, READ_SECONDS)
            self._made.append(sdk)
        return sdk


def _named(name: object) -> str:
    """An id or a key.

    Raises:
        TypeError: it is none, so that the answer does not say what was made.
    """
    if not isinstance(name, str | int) or not str(name):
        raise TypeError("no id")
    return str(name)


def path_part(part: str) -> str:
    """A part of a path, quoted so that it stays one part."""
    return quote(part, safe="")
