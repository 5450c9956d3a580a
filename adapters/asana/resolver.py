"""Names become gids before anything is written: people, sections, tags, custom fields and their values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.asana import mapping
from adapters.asana.directory import Directory, tags_of
from adapters.asana.fields import TRACKER, FieldDefinition, definition_of, field_value
from adapters.asana.settings import AsanaTeam, AsanaTemplate
from adapters.base import Person, TicketChange, TicketDraft, Value
from adapters.errors import Misconfigured, Rejected


@dataclass(frozen=True, slots=True)
class Values:
    """Answers on their way to fields.

    Attributes:
        data: dates that are no custom fields.
        custom: gid → value.
        names: gid → name of each custom field that was set.
        sources: gid → id of the template's field.
        notes: what could not be set.
    """

    data: Mapping[str, Any]
    custom: Mapping[str, str]
    names: Mapping[str, str]
    sources: Mapping[str, str]
    notes: tuple[str, ...] = ()


class Resolver:
    """Looks up what drafts and changes name."""

    def __init__(self, directory: Directory) -> None:
        """Look up in this directory."""
        self._directory = directory

    async def prepared(
        self, draft: TicketDraft, team: AsanaTeam, template: AsanaTemplate
    ) -> tuple[str | None, mapping.Place, Values, tuple[str, ...]]:
        """Everything that has to be known before the task can be made."""
        project = template.project or team.project
        wanted = template.section or team.section
        section = await self._directory.section("create", project, wanted) if wanted else None
        people, told = await self.assigned("create", draft.assignee)
        tags: tuple[str, ...] = ()
        if draft.labels:
            workspace = await self._directory.workspace("create", project)
            tags, missed = await tags_of(self._directory, "create", workspace, draft.labels, create=team.create_tags)
            told += missed
        values = await self.values("create", draft.values, team, template)
        request = definition_of(team.request_field, await self._directory.fields("create", project))
        if request is not None and request.kind == "text" and request.is_writable:
            custom = {**values.custom, request.gid: f"{mapping.REQUEST_PREFIX}{draft.request_id}"}
            values = replace(values, custom=custom)
        values = replace(values, sources={**due_source(draft), **values.sources})
        return section, mapping.Place(project, people[0].id if people else None, tags), values, told

    async def assigned(
        self, operation: str, wanted: Person | None, *, must: bool = False
    ) -> tuple[tuple[Person, ...], tuple[str, ...]]:
        """The person to assign, none or one, and a note if Asana does not know them.

        Raises:
            Rejected: with `must`, they are not known.
        """
        if wanted is None:
            return (), ()
        found, unknown = await self._directory.gids(operation, [wanted])
        if unknown and must:
            reason = f"{wanted.name} is not known in Asana"
            raise Rejected(TRACKER, operation, reason, None, {"Assignee": reason})
        return found, tuple(f"{name} is not known in Asana, so nobody is assigned." for name in unknown)

    async def tags(
        self, operation: str, change: TicketChange, team: AsanaTeam | None, template: AsanaTemplate
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The gids of the tags that a change adds, and of those that it takes away.

        Raises:
            Misconfigured: there is no such tag, and none may be made.
        """
        project = template.project or (team.project if team else None)
        workspace = await self._directory.workspace(operation, project)
        create = team is None or team.create_tags
        gone, _ = await tags_of(self._directory, operation, workspace, change.labels_gone, create=False)
        added, missed = await tags_of(self._directory, operation, workspace, change.labels, create=create)
        if missed:
            fix = "Make a tag of that name in Asana, or set create_tags: true for the team."
            raise Misconfigured(TRACKER, operation, missed[0], fix=fix)
        return added, gone

    async def values(
        self, operation: str, values: Mapping[str, Value], team: AsanaTeam | None, template: AsanaTemplate
    ) -> Values:
        """The answers that the template maps, as Asana takes them."""
        mapped = {source: name for source, name in template.fields.items() if source in values}
        project = template.project or (team.project if team else None)
        data: dict[str, Any] = {}
        custom, names, sources, told = {}, {}, {}, []
        for source, name in mapped.items():
            value = values[source]
            if name in mapping.DATES:
                data[name], sources[name] = mapping.day_text(operation, source, name, value), source
                continue
            if name.casefold() == mapping.ASSIGNEE:  # who is not known is told by `assigned`
                found, _ = await self._directory.gids(operation, [value] if isinstance(value, Person) else [])
                if found:
                    data[mapping.ASSIGNEE] = found[0].id
                continue
            if project is None:
                fix = "Pass the team's settings with the change."
                raise Misconfigured(TRACKER, operation, "it is not known which project the field is in", fix=fix)
            if not await self._directory.has_fields(operation, project):
                told.append(f"{name} was left out, because this plan of Asana has no custom fields.")
                continue
            field = await self._directory.field(operation, project, name)
            if not field.is_writable:
                told.append(f"{field.name} was left out, because nothing can be written into it from here.")
                continue
            value, unknown = await self._with_gids(operation, field, value)
            told += [f"{who} is not known in Asana, so they are missing in {field.name}." for who in unknown]
            written = await self._written(operation, project, source, field, value)
            if written is not None:
                custom[field.gid] = written
                names[field.gid], sources[field.gid] = field.name, source
        return Values(data, custom, names, sources, tuple(told))

    async def _written(
        self, operation: str, project: str, source: str, field: FieldDefinition, value: Value
    ) -> str | None:
        """The value as the field takes it; an option may be newer than what is remembered.

        Raises:
            Rejected: the value does not fit the field.
        """
        try:
            return field_value(operation, source, field, value)
        except Rejected:
            self._directory.forget()
            return field_value(operation, source, await self._directory.field(operation, project, field.gid), value)

    async def _with_gids(self, operation: str, field: FieldDefinition, value: Value) -> tuple[Value, tuple[str, ...]]:
        if field.kind != "people":
            return value, ()
        people = value if isinstance(value, tuple) else (value,)
        return await self._directory.gids(operation, [one for one in people if isinstance(one, Person)])


def due_source(draft: TicketDraft) -> dict[str, str]:
    """The question whose answer is the due date, for a refusal of it."""
    asked = (source for source, value in draft.values.items() if draft.due is not None and value == draft.due)
    source = next(asked, None)
    return {} if source is None else {"due_on": source}
