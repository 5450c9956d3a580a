"""What a ticket refers to by name: sections, custom fields, tags, people, the workspace. Looked up once, then kept."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any

from adapters.asana.client import AsanaClient
from adapters.asana.failures import understood
from adapters.asana.fields import SETTING_FIELDS, TRACKER, FieldDefinition, definition_of, field_definitions, person
from adapters.asana.settings import AsanaEnvironment
from adapters.base import Person
from adapters.errors import Misconfigured, NotFound, Rejected, Unsupported

KEPT = 600.0
"""Seconds for which sections, fields, tags and people are believed."""
UNKNOWN_KEPT = 60.0
"""The same for a person who was not found."""
USER_FIELDS = "name,email"
MOST_FOUND = 20


class Remembered:
    """Values by key, each fetched by one caller while others wait for it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Empty.

        Args:
            clock: seconds that only grow.
        """
        self._clock = clock
        self._values: dict[Hashable, tuple[float, Any]] = {}
        self._locks: dict[Hashable, asyncio.Lock] = {}

    async def get(self, key: Hashable, fetch: Callable[[], Awaitable[Any]]) -> Any:
        """What is remembered, or what `fetch` gives; nothing that was not found is remembered for long."""
        async with self._locks.setdefault(key, asyncio.Lock()):
            until, value = self._values.get(key, (0.0, None))
            if self._clock() >= until:
                value = await fetch()
                self.put(key, value)
            return value

    def put(self, key: Hashable, value: Any) -> None:
        """Remember a value from now on."""
        self._values[key] = (self._clock() + (UNKNOWN_KEPT if value is None else KEPT), value)

    def peek(self, key: Hashable) -> Any:
        """What is remembered, None if nothing is."""
        until, value = self._values.get(key, (0.0, None))
        return value if self._clock() < until else None

    def forget(self, *kinds: str) -> None:
        """Forget all values whose key begins with one of these words."""
        for key in [key for key in self._values if isinstance(key, tuple) and key[0] in kinds]:
            del self._values[key]


class Directory:
    """Names to gids."""

    def __init__(self, client: AsanaClient, environment: AsanaEnvironment) -> None:
        """Nothing is looked up before it is asked for."""
        self._client = client
        self._environment = environment
        self._remembered = Remembered()

    @property
    def chosen_workspace(self) -> str:
        """The workspace of ASANA_WORKSPACE; empty if it is left out."""
        return self._environment.workspace

    def forget(self) -> None:
        """Forget what Asana has just refused: a section, field or tag may be gone."""
        self._remembered.forget("sections", "fields", "tag")

    async def workspace(self, operation: str, project: str | None) -> str:
        """The gid of the workspace: as configured, else the project's.

        Raises:
            Misconfigured: neither says which.
        """
        if self._environment.workspace:
            return self._environment.workspace
        if project is None:
            fix = "Set ASANA_WORKSPACE, or a project for the team."
            raise Misconfigured(TRACKER, operation, "it is not known which workspace is meant", fix=fix)

        async def fetch() -> str:
            found = await self._client.project(operation, project, "workspace")
            with understood(operation):
                return str(found["workspace"]["gid"])

        workspace: str = await self._remembered.get(("workspace", project), fetch)
        return workspace

    async def sections(self, operation: str, project: str) -> dict[str, str]:
        """Name → gid of the project's sections, in order."""

        async def fetch() -> dict[str, str]:
            pages = self._client.sections(operation, project)
            found = [section async for page in pages for section in page]
            with understood(operation):
                return {str(section["name"]): str(section["gid"]) for section in found}

        found: dict[str, str] = await self._remembered.get(("sections", project), fetch)
        return found

    async def section(self, operation: str, project: str, wanted: str) -> str:
        """The gid of a section, by name or gid.

        Raises:
            Misconfigured: the project has none of that name.
        """
        for _ in range(2):
            found = await self.sections(operation, project)
            by_name = {name.casefold(): gid for name, gid in found.items()}
            if wanted in found.values():
                return wanted
            if gid := by_name.get(wanted.strip().casefold()):
                return gid
            self._remembered.forget("sections")
        known = ", ".join(found) or "none"
        fix = f"Add the section to the project, or choose one of: {known}."
        raise Misconfigured(TRACKER, operation, f"project {project} has no section “{wanted}”", fix=fix)

    async def fields(self, operation: str, project: str) -> tuple[FieldDefinition, ...]:
        """The custom fields of a project; none on a plan without custom fields."""
        return await self._fields(operation, project) or ()

    async def has_fields(self, operation: str, project: str) -> bool:
        """Whether the plan has custom fields: to a free one Asana answers 402, however the project looks."""
        return await self._fields(operation, project) is not None

    async def _fields(self, operation: str, project: str) -> tuple[FieldDefinition, ...] | None:
        async def fetch() -> tuple[FieldDefinition, ...] | None:
            pages = self._client.field_settings(operation, project, SETTING_FIELDS)
            try:
                found = [setting async for page in pages for setting in page]
            except Unsupported:
                return None
            with understood(operation):
                return field_definitions(found)

        found: tuple[FieldDefinition, ...] | None = await self._remembered.get(("fields", project), fetch)
        return found

    async def field(self, operation: str, project: str, wanted: str) -> FieldDefinition:
        """A custom field, by name or gid.

        Raises:
            Misconfigured: it is not on the project.
        """
        for _ in range(2):
            definitions = await self.fields(operation, project)
            if field := definition_of(wanted, definitions):
                return field
            self._remembered.forget("fields")
        known = ", ".join(field.name for field in definitions) or "none"
        fix = f"Add the field to the project in Asana, or name one of these in the template: {known}."
        raise Misconfigured(TRACKER, operation, f"project {project} has no custom field “{wanted}”", fix=fix)

    async def tag(self, operation: str, workspace: str, name: str, *, create: bool) -> str | None:
        """The gid of a tag; None if there is none and none may be made."""

        async def fetch() -> str | None:
            found = await self._client.typeahead(operation, workspace, "tag", name, 100)
            fitting = [tag for tag in found if str(tag.get("name")).casefold() == name.casefold()]
            if not fitting and not create:
                return None
            tag = fitting[0] if fitting else await self._client.create_tag(operation, workspace, name)
            with understood(operation):
                return str(tag["gid"])

        gid: str | None = await self._remembered.get(("tag", workspace, name.casefold(), create), fetch)
        return gid

    async def person(self, operation: str, who: str) -> Person | None:
        """The person with an e-mail address or gid; None if Asana does not know them."""

        async def fetch() -> Person | None:
            try:
                user = await self._client.user(operation, who, USER_FIELDS)
                with understood(operation):
                    return person(user)
            except (NotFound, Rejected):
                return None
            except Misconfigured as error:
                if error.status in {403, 404}:
                    return None
                raise

        found: Person | None = await self._remembered.get(("person", who.lower()), fetch)
        if found is not None and found.id is not None:
            self._remembered.put(("person", found.id), found)
        return found

    def known(self, someone: Person | None) -> Person | None:
        """The person with the e-mail address that tasks do not tell, if it has been looked up before."""
        if someone is None or someone.id is None:
            return someone
        known: Person | None = self._remembered.peek(("person", someone.id))
        return known or someone

    async def people(self, operation: str, query: str, project: str | None) -> list[Person]:
        """People of the workspace whose name begins like the query, or the one with that e-mail address or gid."""
        if "@" in query or query.isdecimal():
            exact = await self.person(operation, query.strip())
            return [exact] if exact else []
        workspace = await self.workspace(operation, project)
        found = await self._client.typeahead(operation, workspace, "user", query, MOST_FOUND)
        with understood(operation):
            people = [self.known(person(user)) for user in found]
        return [one for one in people if one is not None]

    async def gids(self, operation: str, people: Sequence[Person]) -> tuple[tuple[Person, ...], tuple[str, ...]]:
        """The people with their gids, and the names of those whom Asana does not know."""
        found, unknown = [], []
        for one in people:
            known = one if one.id else (await self.person(operation, one.email) if one.email else None)
            if known is None:
                unknown.append(one.name)
            else:
                found.append(known)
        return tuple(found), tuple(unknown)


async def tags_of(
    directory: Directory, operation: str, workspace: str, labels: Sequence[str], *, create: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The gids of the labels' tags, and a note for each label that could not be had.

    Raises:
        TrackerError: Asana could not be asked; nothing was made that a second try would not find.
    """
    gids, missed = [], []
    for label in dict.fromkeys(labels):
        try:
            gid = await directory.tag(operation, workspace, label, create=create)
        except (Rejected, Misconfigured, Unsupported) as error:
            if error.status == 401:
                raise
            gid = None
        if gid is None:
            missed.append(f"The label “{label}” could not be set, because Asana has no such tag.")
        else:
            gids.append(gid)
    return tuple(dict.fromkeys(gids)), tuple(missed)
