"""Asana on the wire: the SDK in threads of our own, paced, with timeouts, and every failure an error by recovery."""

import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.asana.failures import lost, translated, understood
from adapters.asana.fields import TRACKER
from adapters.asana.settings import AsanaEnvironment
from adapters.errors import Misconfigured
from adapters.limiter import Kind, Limiter, read_kind

if TYPE_CHECKING:
    from adapters.asana.sdk import FileToSend, PlainClient

TIMEOUT = (5.0, 30.0)
"""Seconds to connect, seconds to wait for an answer."""
UPLOAD_TIMEOUT = (5.0, 120.0)
PAGE = 100
"""Entries of a list in one answer; Asana gives no more."""
LONGEST_PAUSE = 900.0
"""Seconds for which one answer can hold up all calls, whatever it says."""
SMALLEST_BURST = 10.0

WAITS: Mapping[str, Any] = {"_request_timeout": TIMEOUT}

T = TypeVar("T")
Json = dict[str, Any]
Options = Mapping[str, Any]
Pages = AsyncIterator[list[Json]]
Call = Callable[["PlainClient"], Any]


class AsanaClient:
    """The operations of the API that we use. Each may raise any `TrackerError`."""

    def __init__(self, environment: AsanaEnvironment) -> None:
        """Nothing is imported or connected before the first call."""
        self._environment = environment
        per_minute = environment.requests_per_minute
        self._limiter = Limiter(
            TRACKER,
            rate=per_minute / 60,
            burst=max(SMALLEST_BURST, per_minute / 10),
            readers=environment.parallel_reads,
            longest_pause=LONGEST_PAUSE,
        )
        self._making = threading.Lock()
        self._made: PlainClient | None = None

    async def user(self, operation: str, who: str, fields: str) -> Json:
        """A user by gid, e-mail address or `me`."""
        return await self._read(operation, lambda sdk: sdk.users.get_user(who, {"opt_fields": fields}, **WAITS))

    async def project(self, operation: str, gid: str, fields: str) -> Json:
        """A project."""
        return await self._read(operation, lambda sdk: sdk.projects.get_project(gid, {"opt_fields": fields}, **WAITS))

    async def typeahead(self, operation: str, workspace: str, kind: str, query: str, count: int) -> list[Json]:
        """Up to `count` users or tags whose name begins like the query, compact."""
        options = {"query": query, "count": count, "opt_fields": "name"}
        answer = await self._payload(
            operation,
            lambda sdk: sdk.typeahead.typeahead_for_workspace(workspace, kind, options, **WAITS),
            "read",
        )
        return _list(operation, answer)

    def sections(self, operation: str, project: str) -> Pages:
        """The sections of a project, in order."""
        return self._pages(
            operation, {"opt_fields": "name"}, lambda sdk, o: sdk.sections.get_sections_for_project(project, o, **WAITS)
        )

    def field_settings(self, operation: str, project: str, fields: str) -> Pages:
        """The custom fields of a project."""
        return self._pages(
            operation,
            {"opt_fields": fields},
            lambda sdk, o: sdk.field_settings.get_custom_field_settings_for_project(project, o, **WAITS),
        )

    def memberships(self, operation: str, project: str, who: str) -> Pages:
        """The memberships of somebody in a project."""
        asked = {"user": who, "opt_fields": "access_level"}
        return self._pages(
            operation,
            asked,
            lambda sdk, o: sdk.memberships.get_project_memberships_for_project(project, o, **WAITS),
        )

    def tasks(self, operation: str, options: Options) -> Pages:
        """Tasks of a project, by its own list: the search endpoint costs a plan, lags, and has no pages."""
        return self._pages(operation, options, lambda sdk, o: sdk.tasks.get_tasks(o, **WAITS))

    async def tasks_page(
        self, operation: str, options: Options, offset: str | None, read: Callable[[list[Json]], T]
    ) -> tuple[T, str | None]:
        """One page of tasks, read in bulk, and the offset of the next one; None at the end.

        Args:
            operation: of the port.
            options: which tasks, and which of their fields.
            offset: of the page; None for the first.
            read: what is made of the tasks, in the thread that fetched them.
        """
        asked: Json = {**options, "limit": PAGE, **({"offset": offset} if offset else {})}

        def call() -> tuple[T, str | None]:
            answer = self._called(operation, lambda sdk: sdk.tasks.get_tasks(asked, **WAITS), writes=False)
            with understood(operation):
                return read(_list(operation, answer)), _offset(answer)

        return await self._limiter.run(operation, call, "bulk")

    @property
    def readers(self) -> int:
        """Pages that may be read side by side."""
        return self._limiter.readers

    def stories(self, operation: str, task: str, fields: str) -> Pages:
        """The history of a task, comments among it, oldest first."""
        return self._pages(
            operation, {"opt_fields": fields}, lambda sdk, o: sdk.stories.get_stories_for_task(task, o, **WAITS)
        )

    def attachments(self, operation: str, task: str, fields: str) -> Pages:
        """The files of a task."""
        return self._pages(
            operation,
            {"opt_fields": fields},
            lambda sdk, o: sdk.attachments.get_attachments_for_object(task, o, **WAITS),
        )

    def dependencies(self, operation: str, task: str, fields: str) -> Pages:
        """The tasks that a task waits for."""
        return self._pages(
            operation,
            {"opt_fields": fields},
            lambda sdk, o: sdk.tasks.get_dependencies_for_task(task, o, **WAITS),
        )

    async def task(self, operation: str, gid: str, fields: str) -> Json:
        """A task."""
        return await self._read(operation, lambda sdk: sdk.tasks.get_task(gid, {"opt_fields": fields}, **WAITS))

    async def create_task(self, operation: str, data: Json, fields: str) -> Json:
        """Make a task."""
        return await self._write(
            operation, lambda sdk: sdk.tasks.create_task({"data": data}, {"opt_fields": fields}, **WAITS)
        )

    async def update_task(self, operation: str, gid: str, data: Json, fields: str) -> Json:
        """Change a task and read it."""
        return await self._write(
            operation, lambda sdk: sdk.tasks.update_task({"data": data}, gid, {"opt_fields": fields}, **WAITS)
        )

    async def move_task(self, operation: str, gid: str, section: str) -> None:
        """Put a task into a section of a project."""
        await self._write(operation, lambda sdk: sdk.move(gid, section, TIMEOUT))

    async def add_dependencies(self, operation: str, gid: str, others: Sequence[str]) -> None:
        """Let a task wait for others."""
        body = {"data": {"dependencies": list(others)}}
        await self._write(operation, lambda sdk: sdk.tasks.add_dependencies_for_task(body, gid, **WAITS))

    async def add_dependents(self, operation: str, gid: str, others: Sequence[str]) -> None:
        """Let other tasks wait for a task."""
        body = {"data": {"dependents": list(others)}}
        await self._write(operation, lambda sdk: sdk.tasks.add_dependents_for_task(body, gid, **WAITS))

    async def create_tag(self, operation: str, workspace: str, name: str) -> Json:
        """Make a tag."""
        body = {"data": {"name": name}}
        return await self._write(
            operation,
            lambda sdk: sdk.tags.create_tag_for_workspace(body, workspace, {"opt_fields": "name"}, **WAITS),
        )

    async def add_tag(self, operation: str, task: str, tag: str) -> None:
        """Tag a task; one that it has already changes nothing."""
        body = {"data": {"tag": tag}}
        await self._write(operation, lambda sdk: sdk.tasks.add_tag_for_task(body, task, **WAITS))

    async def remove_tag(self, operation: str, task: str, tag: str) -> None:
        """Take a tag from a task; one that it has not changes nothing."""
        body = {"data": {"tag": tag}}
        await self._write(operation, lambda sdk: sdk.tasks.remove_tag_for_task(body, task, **WAITS))

    async def create_story(self, operation: str, task: str, html: str, fields: str) -> Json:
        """Comment on a task."""
        body = {"data": {"html_text": html}}
        return await self._write(
            operation, lambda sdk: sdk.stories.create_story_for_task(body, task, {"opt_fields": fields}, **WAITS)
        )

    async def upload(self, operation: str, task: str, file: "FileToSend", fields: str) -> Json:
        """Attach a file to a task."""
        call = partial(self._called, operation, lambda sdk: sdk.upload(task, file, fields, UPLOAD_TIMEOUT), writes=True)
        answer = await self._limiter.run(operation, call, "write", upload=file.size)
        return _object(operation, answer, writes=True)

    async def close(self) -> None:
        """Let go of threads and connections; running calls are waited for, but not for long."""
        await self._limiter.close()
        with self._making:
            if self._made is not None:
                self._made.close()

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do something that blocks in one of our threads."""
        return await self._limiter.in_thread(work)

    async def _pages(
        self, operation: str, options: Options, call: Callable[["PlainClient", Json], Any]
    ) -> AsyncIterator[list[Json]]:
        """All pages of a list. The SDK's own iterator follows a repeated offset for ever."""
        asked: Json = {**options, "limit": PAGE}
        seen: set[str] = set()
        while True:
            answer = await self._payload(operation, lambda sdk: call(sdk, dict(asked)), read_kind(operation))
            yield _list(operation, answer)
            offset = _offset(answer)
            if offset is None:
                return
            note_offset(operation, offset, seen)
            asked["offset"] = offset

    async def _read(self, operation: str, call: Call) -> Json:
        return _object(operation, await self._payload(operation, call, read_kind(operation)), writes=False)

    async def _write(self, operation: str, call: Call) -> Json:
        return _object(operation, await self._payload(operation, call, "write"), writes=True)

    async def _payload(self, operation: str, call: Call, kind: Kind) -> Json:
        """One call: when it is its turn, in a thread, its failure translated."""
        return await self._limiter.run(operation, partial(self._called, operation, call, writes=kind == "write"), kind)

    def _called(self, operation: str, call: Call, *, writes: bool) -> Json:
        sdk = self._sdk(operation)
        try:
            return _with_data(call(sdk))
        except Exception as error:
            token = self._environment.access_token.get_secret_value()
            meaning = translated(error, operation, writes=writes, secret=token)
            if meaning is None:
                raise
            raise meaning from error

    def _sdk(self, operation: str) -> "PlainClient":
        token = self._environment.access_token
        if not self._environment.configured():
            fix = "Set ASANA_ACCESS_TOKEN to a personal access token of Asana."
            raise Misconfigured(TRACKER, operation, "there is no access token", fix=fix)
        with self._making:
            if self._made is None:
                from adapters.asana.sdk import PlainClient

                self._made = PlainClient(token.get_secret_value(), self._environment.url, self._limiter.threads)
            return self._made


def note_offset(operation: str, offset: str, seen: set[str]) -> None:
    """Add an offset to those that came.

    Raises:
        NotSent: it came before, so that the list would never end.
    """
    if offset in seen:
        raise lost(operation, "the list of pages repeats itself", writes=False)
    seen.add(offset)


def _offset(answer: Json) -> str | None:
    following = answer.get("next_page")
    return str(following.get("offset")) if isinstance(following, dict) and following else None


def _object(operation: str, answer: Json, *, writes: bool) -> Json:
    data: Any = answer["data"]
    if not isinstance(data, dict):
        raise lost(operation, "a list where one thing was asked for", writes=writes)
    return data


def _list(operation: str, answer: Json) -> list[Json]:
    data: Any = answer["data"]
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise lost(operation, "one thing where a list was asked for", writes=False)
    return data


def _with_data(answer: Any) -> Json:
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict | list):
        raise TypeError("an answer without data")
    return answer
