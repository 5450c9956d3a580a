"""What a Jira site looks like, read once and remembered: create screens, fields, people, the time zone."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters.base import Person
from adapters.errors import Misconfigured, NotFound, Rejected, TrackerError
from adapters.jira.client import JiraClient, path_part
from adapters.jira.fields import FieldMeta, pick_field, read_field
from adapters.jira.issue_types import pick_type
from adapters.jira.mapping import TOO_MUCH, Screen
from adapters.jira.settings import NAME, JiraTeam, JiraTemplate
from adapters.jira.values import read_person

SCREEN_SECONDS = 900.0
PEOPLE_SECONDS = 3_600.0
STRANGER_SECONDS = 300.0
"""Somebody who was not found may be invited to Jira at any time."""
META_PAGE = 200
MOST_REMEMBERED = 5_000


class Remembered:
    """Answers by key for a while; whoever asks for one that is being fetched shares it, be it a failure."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, ...], tuple[float, Any]] = {}
        self._fetching: dict[tuple[str, ...], asyncio.Task[Any]] = {}

    async def get(self, key: tuple[str, ...], seconds: float, fetch: Callable[[], Awaitable[Any]]) -> Any:
        """The answer for a key, fetched if it is older than some seconds. Failures are not remembered."""
        until, value = self._values.get(key, (0.0, None))
        if asyncio.get_running_loop().time() < until:
            return value
        task = self._fetching.get(key)
        if task is None:
            task = self._fetching[key] = asyncio.create_task(self._fetched(key, seconds, fetch))
            task.add_done_callback(lambda done: self._settle(key, done))
        return await asyncio.shield(task)

    def put(self, key: tuple[str, ...], seconds: float, value: object) -> None:
        """Remember something."""
        now = asyncio.get_running_loop().time()
        self._values[key] = (now + seconds, value)
        if len(self._values) > MOST_REMEMBERED:
            fresh = [entry for entry in self._values.items() if entry[1][0] > now]
            self._values = dict(fresh[-MOST_REMEMBERED // 2 :])

    def known(self, key: tuple[str, ...]) -> Any:
        """What is remembered, None if nothing is."""
        until, value = self._values.get(key, (0.0, None))
        return value if asyncio.get_running_loop().time() < until else None

    async def _fetched(self, key: tuple[str, ...], seconds: float, fetch: Callable[[], Awaitable[Any]]) -> Any:
        value = await fetch()
        self.put(key, seconds, value)
        return value

    def _settle(self, key: tuple[str, ...], done: asyncio.Task[Any]) -> None:
        del self._fetching[key]
        if not done.cancelled():
            done.exception()  # whoever asked has seen it; if they all gave up, nobody needs to

    def forget(self, *start: str) -> None:
        """Forget all keys that begin like this."""
        for key in [key for key in self._values if key[: len(start)] == start]:
            del self._values[key]


class Metadata:
    """What is remembered of one site."""

    def __init__(self, client: JiraClient) -> None:
        self._client = client
        self._remembered = Remembered()

    async def screen(self, operation: str, project: str, issue_type: str) -> Screen:
        """What can be set on an issue of a type.

        Args:
            operation: of the port.
            project: its key.
            issue_type: its name or id; empty for the project's usual one.

        Raises:
            Misconfigured: there is no such project or type, or it is hidden from us.
        """
        types = await self.issue_types(operation, project)
        if not types:
            fix = f'Grant "Create issues" in the Jira project {project} to the bot\'s account.'
            raise Misconfigured(NAME, operation, f"no issue can be created in the project {project}", fix=fix)
        chosen = pick_type(types, issue_type)
        if chosen is None:
            offered = ", ".join(str(entry.get("name")) for entry in types)
            raise Misconfigured(
                NAME,
                operation,
                f"the project {project} has no issue type {issue_type!r}",
                fix=f"Change `issue_type` under tracker: jira: to one that the Jira project {project} has: {offered}.",
            )
        identity = str(chosen.get("id"))
        fields = await self._remembered.get(
            ("screen", project, identity),
            SCREEN_SECONDS,
            lambda: self._fields_of(operation, project, identity),
        )
        return Screen(project, identity, str(chosen.get("name")), fields)

    async def meant_type(self, operation: str, team: JiraTeam, template: JiraTemplate, named: str) -> str:
        """The issue type of a ticket, as `screen` takes it.

        Args:
            operation: of the port.
            team: the team's settings.
            template: the template's settings; they win.
            named: what the form itself says; a form from elsewhere may name a type that the project does not have.
        """
        if template.issue_type or not named:
            return template.issue_type or team.issue_type
        known = await self.issue_types(operation, template.project or team.project)
        return named if pick_type(known, named) else team.issue_type

    async def issue_types(self, operation: str, project: str) -> list[dict[str, Any]]:
        """The issue types that can be created in a project.

        Raises:
            Misconfigured: there is no such project, or it is hidden from us.
        """
        types: list[dict[str, Any]] = await self._remembered.get(
            ("types", project), SCREEN_SECONDS, lambda: self._types_of(operation, project)
        )
        return types

    async def catalogue(self, operation: str) -> dict[str, FieldMeta]:
        """All fields of the site, by id."""
        fields: dict[str, FieldMeta] = await self._remembered.get(
            ("catalogue",), SCREEN_SECONDS, lambda: self._all_fields(operation)
        )
        return fields

    async def zone(self, operation: str) -> tzinfo:
        """The time zone in which Jira reads times in a query: that of the token's user."""
        zone: tzinfo = await self._remembered.get(("zone",), PEOPLE_SECONDS, lambda: self._own_zone(operation))
        return zone

    async def accounts(self, operation: str, persons: Iterable[Person]) -> dict[Person, Person]:
        """Those of some persons who have an account, with its id."""
        distinct = list(dict.fromkeys(persons))
        found = await asyncio.gather(*(self._account(operation, person) for person in distinct))
        return {person: known for person, known in zip(distinct, found, strict=True) if known is not None}

    async def people(self, query: str, project: str) -> list[Person]:
        """People by name or e-mail who can be assigned in a project; in the whole site without one."""
        key = ("people", project, query.strip().casefold())
        people: list[Person] = await self._remembered.get(
            key, STRANGER_SECONDS, lambda: self._find_people(query.strip(), project)
        )
        return people

    async def options(self, field_name: str, team: JiraTeam) -> list[str]:
        """The options of a field, from the first create screen of the project that has it.

        Raises:
            Misconfigured: no screen has such a field.
        """
        types = await self.issue_types("options", team.project)
        preferred = pick_type(types, team.issue_type)
        for entry in sorted(types, key=lambda entry: entry is not preferred):
            screen = await self.screen("options", team.project, str(entry.get("id")))
            try:
                meta = pick_field(field_name, screen.fields.values())
            except LookupError as error:
                raise Misconfigured(NAME, "options", str(error), fix="Use the id of the field.") from error
            if meta is not None:
                return [choice.name for choice in meta.choices]
        fix = (
            f'Put the field "{field_name}" on a create screen of the Jira project {team.project}, or correct its name.'
        )
        raise Misconfigured(NAME, "options", f"there is no field {field_name!r} in {team.project}", fix=fix)

    @staticmethod
    def named(wanted: Iterable[str], catalogue: Mapping[str, FieldMeta]) -> list[str]:
        """The ids of fields by their names or ids, without regard to case and marks; unknown ones are left out."""
        names = {_folded(name) for name in wanted}
        known = (meta for meta in catalogue.values() if names & {_folded(meta.id), *map(_folded, meta.names)})
        return [meta.id for meta in known if meta.id not in TOO_MUCH]

    def reporter_refused(self, project: str) -> bool:
        """Whether Jira lately did not let us set the reporter in a project."""
        return bool(self._remembered.known(("reporter refused", project)))

    def note_reporter_refused(self, project: str) -> None:
        """Remember it for a while, so that the next tickets take one request, not two."""
        self._remembered.put(("reporter refused", project), SCREEN_SECONDS, value=True)

    async def was_outdated(self, operation: str, project: str, issue_type: str) -> bool:
        """Whether a screen is another one than was remembered, so that what Jira refused may be right now.

        It is read anew, and remembered if it can be read.
        """
        before = None
        with suppress(TrackerError):
            before = await self.screen(operation, project, issue_type)
        self.forget(project)
        try:
            return await self.screen(operation, project, issue_type) != before
        except TrackerError:
            return False

    def forget(self, project: str) -> None:
        """Forget a project's screens: they may have been changed since."""
        self._remembered.forget("types", project)
        self._remembered.forget("screen", project)

    async def _types_of(self, operation: str, project: str) -> list[dict[str, Any]]:
        path = f"issue/createmeta/{path_part(project)}/issuetypes"
        try:
            return await self._client.listed(operation, path, "issueTypes", maxResults=META_PAGE)
        except (NotFound, Rejected) as error:
            raise no_project(operation, project, error.status) from error

    async def _fields_of(self, operation: str, project: str, identity: str) -> dict[str, FieldMeta]:
        path = f"issue/createmeta/{path_part(project)}/issuetypes/{path_part(identity)}"
        try:
            found = await self._client.listed(operation, path, "fields", maxResults=META_PAGE)
        except (NotFound, Rejected) as error:
            raise no_project(operation, project, error.status) from error
        return _by_id(found)

    async def _all_fields(self, operation: str) -> dict[str, FieldMeta]:
        return _by_id(await self._client.read_list(operation, "field"))

    async def _own_zone(self, operation: str) -> tzinfo:
        name = str((await self._client.read(operation, "myself")).get("timeZone") or "UTC")
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            return UTC

    async def _account(self, operation: str, person: Person) -> Person | None:
        if person.id:
            return person
        if not person.email:
            return None
        key = ("account", person.email)
        known: Person | None = await self._remembered.get(
            key, PEOPLE_SECONDS, lambda: self._find_account(operation, str(person.email))
        )
        if known is None:
            self._remembered.put(key, STRANGER_SECONDS, None)
        return known

    async def _find_account(self, operation: str, email: str) -> Person | None:
        try:
            users = await self._client.read_list(operation, "user/search", query=email, maxResults=10)
        except (Misconfigured, NotFound, Rejected):  # without "Browse users" nobody can be found
            return None
        return by_email(users, email)

    async def _find_people(self, query: str, project: str) -> list[Person]:
        path, scope = ("user/assignable/search", {"project": project}) if project else ("user/search", {})
        try:
            users = await self._client.read_list("people", path, query=query, maxResults=50, **scope)
        except (NotFound, Rejected) as error:
            raise no_project("people", project, error.status) from error
        found = by_email(users, query) if "@" in query else None
        return [found] if found else [read_person(user) for user in users if isinstance(user, dict) and is_human(user)]


def by_email(users: Sequence[Any], email: str) -> Person | None:
    """The one user with this e-mail; also the only one that Jira found by it, if their e-mail is hidden."""
    active = [read_person(user) for user in users if isinstance(user, dict) and is_human(user)]
    exact = [person for person in active if person.email == email.lower()]
    if exact:
        return exact[0]
    return active[0] if len(active) == 1 and active[0].email is None else None


def is_human(user: dict[str, Any]) -> bool:
    """Whether somebody can act: active, and no app."""
    return bool(user.get("active", True)) and user.get("accountType", "atlassian") != "app"


def _folded(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def no_project(operation: str, project: str, status: int | None, said: str = "") -> Misconfigured:
    """The error for a project that we do not see, or that takes no tickets, such as an archived one."""
    why = f" Jira says: {said.rstrip('.')}." if said else ""
    return Misconfigured(
        NAME,
        operation,
        f"there is no project {project}, or the account may not see it",
        status,
        f"Check `project: {project}` in devrequest.yaml, and that the bot's Jira account may browse that project and "
        f"create issues in it.{why}",
    )


def _by_id(raw: Sequence[Any]) -> dict[str, FieldMeta]:
    fields = (read_field(entry) for entry in raw if isinstance(entry, dict))
    return {meta.id: meta for meta in fields if meta.id}
