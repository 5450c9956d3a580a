"""Tasks are made and changed."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.asana import mapping, notes
from adapters.asana.client import AsanaClient
from adapters.asana.directory import Directory
from adapters.asana.failures import understood, with_source
from adapters.asana.fields import TRACKER
from adapters.asana.markup import BrokenXml
from adapters.asana.resolver import Resolver, Values
from adapters.asana.settings import AsanaTeam, AsanaTemplate
from adapters.base import Creation, Link, Section, TicketChange, TicketDraft, TicketRef
from adapters.errors import Ambiguous, Misconfigured, NotFound, NotSent, Rejected, TrackerError, Unsupported
from adapters.sections import TooLong, fit_new, with_full_title

CREATED_FIELDS = "permalink_url,html_notes,memberships.project,memberships.section.name"
FORBIDDEN = 403
"""How Asana refuses to change a locked custom field, and everything else that the token may not do."""
FRESH = 60.0
"""Seconds for which the text of a task that we made is known without reading it."""


class Writing:
    """Makes and changes tasks through one client."""

    def __init__(self, client: AsanaClient, directory: Directory) -> None:
        self._client = client
        self._directory = directory
        self._resolver = Resolver(directory)
        self._fresh: dict[str, tuple[float, str]] = {}

    async def create(self, draft: TicketDraft, team: AsanaTeam, template: AsanaTemplate) -> Creation:
        """See the port's `create`."""
        project = template.project or team.project
        title, sections, overflow = _fitting(draft)
        try:
            section, place, values, told = await self._resolver.prepared(draft, team, template)
        except (Ambiguous, NotFound) as error:
            raise NotSent(TRACKER, "create", error.reason, error.status) from error
        data = {**mapping.task_data(draft, title, sections, place), **values.data}
        data, too_early = mapping.with_possible_start(data)
        data |= {name: value for name, value in template.extra.items() if name != "custom_fields"}
        if custom := {**values.custom, **template.extra.get("custom_fields", {})}:
            data["custom_fields"] = custom
        task, refused = await self._made(draft, data, values)
        with understood("create", writes=True):
            ref = mapping.ref_of(task)
            self._remember(task)
        problems = await self._finished(ref, task, project, section, draft.links)
        return Creation(ref, (*told, *refused, *values.notes, *too_early, *problems), overflow)

    async def update(
        self, ref: TicketRef, change: TicketChange, team: AsanaTeam | None, template: AsanaTemplate
    ) -> None:
        """See the port's `update`."""
        data: dict[str, Any] = {}
        texts = [link for link in change.links if mapping.dependency_of(link) is None]
        if change.sections or texts:
            data["html_notes"] = await self._changed_text(ref, change, texts)
        if change.assignee is not None:
            (someone,), _ = await self._resolver.assigned("update", change.assignee, must=True)
            data["assignee"] = someone.id
        if change.due is not None:
            data["due_on"] = change.due.isoformat()
        values = await self._resolver.values("update", change.values, team, template)
        data |= values.data
        if values.custom:
            data["custom_fields"] = dict(values.custom)
        if change.state is not None:
            data |= await self._moved(ref, change.state, team)
        await self._link("update", ref, change.links)
        if change.labels or change.labels_gone:
            await self._label(ref, change, team, template)
        if not data:
            return
        try:
            await self._client.update_task("update", ref.id, data, "name")
        except Rejected as error:
            raise with_source(error, values.names, values.sources) from error
        except Misconfigured as error:
            self._directory.forget()
            if error.status != FORBIDDEN or "custom_fields" not in data:
                raise
            names, sources = (
                {one: _locked(values) for one in kept.values()} for kept in (values.names, values.sources)
            )
            raise Rejected(TRACKER, "update", error.reason, FORBIDDEN, names, sources, dispensable=True) from error

    async def _made(
        self, draft: TicketDraft, data: dict[str, Any], values: Values
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The new task; where Asana refuses its assignee, start or custom fields, without that and with a note."""
        try:
            return await self._client.create_task("create", data, CREATED_FIELDS), ()
        except Rejected as error:
            self._directory.forget()
            if "assignee" not in data or "Assignee" not in error.fields or draft.assignee is None:
                raise with_source(error, values.names, values.sources) from error
            without = "assignee"
            note = f"{draft.assignee.name} cannot be assigned in this project, so nobody is assigned."
        except Unsupported:
            if "start_on" not in data:
                raise
            without = "start_on"
            note = f"The start date {data[without]} could not be set, because this plan of Asana has no start dates."
        except Misconfigured as error:
            self._directory.forget()
            if error.status != FORBIDDEN or "custom_fields" not in data:
                raise
            without, note = "custom_fields", _locked(values)
        rest = {name: value for name, value in data.items() if name != without}
        task, more = await self._made(draft, rest, values)
        return task, (*([note] if note else []), *more)

    async def _finished(
        self, ref: TicketRef, task: Mapping[str, Any], project: str, section: str | None, links: Sequence[Link]
    ) -> list[str]:
        """What can only be done once the task exists, and a note for what failed: the ticket stands in any case."""
        problems = []
        if section is not None and not mapping.is_in_section(task, project, section):
            try:
                await self._client.move_task("create", ref.id, section)
            except TrackerError:
                problems.append("The ticket could not be moved to its section; it is in the project's first one.")
        try:
            await self._link("create", ref, links)
        except TrackerError:
            problems.append("The links to other tickets could not be set.")
        return problems

    async def _changed_text(self, ref: TicketRef, change: TicketChange, links: Sequence[Link]) -> str:
        until, text = self._fresh.pop(ref.id, (0.0, ""))
        if change.sections or time.monotonic() >= until:  # who changes a section has seen what stands there now
            text = (await self._client.task("update", ref.id, "html_notes")).get("html_notes") or ""
        try:
            changed = notes.change(text, change.sections, links)
        except BrokenXml as error:
            raise Unsupported(TRACKER, "update", f"the ticket's text cannot be read: {error}") from error
        if len(changed) > mapping.TEXT_LIMIT:
            reason = f"the text is too long, Asana takes {mapping.TEXT_LIMIT} characters"
            raise Rejected(TRACKER, "update", reason, None, {"Description": reason})
        return changed

    async def _moved(self, ref: TicketRef, state: str, team: AsanaTeam | None) -> dict[str, Any]:
        """Move the task to the section that a state means; what is left to write is whether it is completed."""
        wanted = state.strip().casefold()
        if wanted in {"done", "todo"}:
            return {"completed": wanted == "done"}
        if team is None:
            raise Misconfigured(
                TRACKER, "update", "sections are known by project only", fix="Pass the team's settings with the change."
            )
        sections = await self._directory.sections("update", team.project)
        if wanted == "in_progress":
            gid = next((gid for name, gid in sections.items() if mapping.is_in_progress(name)), None)
            if gid is None:
                reason = "the project has no section named “In progress” or “Doing”"
                raise Misconfigured(TRACKER, "update", reason, fix="Add such a section to the project in Asana.")
        else:
            gid = await self._directory.section("update", team.project, state)
        await self._client.move_task("update", ref.id, gid)
        return {"completed": False}

    async def _link(self, operation: str, ref: TicketRef, links: Iterable[Link]) -> None:
        ours = [(link.relation, gid) for link in links if (gid := mapping.dependency_of(link)) is not None]
        if blocked_by := [gid for relation, gid in ours if relation == "blocked_by"]:
            await self._client.add_dependencies(operation, ref.id, blocked_by)
        if blocks := [gid for relation, gid in ours if relation == "blocks"]:
            await self._client.add_dependents(operation, ref.id, blocks)

    async def _label(
        self, ref: TicketRef, change: TicketChange, team: AsanaTeam | None, template: AsanaTemplate
    ) -> None:
        labels, gone = await self._resolver.tags("update", change, team, template)
        for tag in gone:
            await self._client.remove_tag("update", ref.id, tag)
        for tag in labels:
            await self._client.add_tag("update", ref.id, tag)

    def _remember(self, task: Mapping[str, Any]) -> None:
        now = time.monotonic()
        self._fresh = {gid: kept for gid, kept in self._fresh.items() if kept[0] > now}
        if text := task.get("html_notes"):
            self._fresh[str(task["gid"])] = (now + FRESH, text)


def _locked(values: Values) -> str:
    """What to say of custom fields that are locked, or hidden from the token; empty if none holds an answer."""
    names = ", ".join(values.names.values())
    return f"Asana does not let the bot set {names}, so that stands in the text only." if names else ""


def _fitting(draft: TicketDraft) -> tuple[str, tuple[Section, ...], str | None]:
    title, whole = with_full_title(draft.title, draft.sections, mapping.TITLE_LIMIT)

    def size(sections: Sequence[Section]) -> int:
        return len(mapping.text_of_draft(draft, sections))

    try:
        sections, overflow = fit_new(whole, size, mapping.TEXT_LIMIT)
    except TooLong as error:
        raise Rejected(TRACKER, "create", str(error), None, {"Description": str(error)}) from error
    return title, sections, overflow
