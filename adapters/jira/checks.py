"""Settings compared with the live site, for `devrequest doctor`."""

from collections.abc import AsyncGenerator, Collection, Generator, Iterator, Mapping, Sequence
from typing import Any

from adapters.base import Check, Finding
from adapters.errors import Ambiguous, Misconfigured, NotSent, Throttled, TrackerError
from adapters.jira.client import JiraClient, Query, path_part
from adapters.jira.fields import NEVER_MAPPED, FieldMeta, pick_field
from adapters.jira.jql import quoted
from adapters.jira.mapping import Screen, estimate_ids
from adapters.jira.metadata import Metadata
from adapters.jira.refusals import fix_for_required, unfilled
from adapters.jira.settings import JiraTeam, JiraTemplate, team_of, template_of
from adapters.jira.values import unknown_options

NEEDED = {
    "BROWSE_PROJECTS": ("error", "no ticket can be read or found"),
    "CREATE_ISSUES": ("error", "no ticket can be made"),
    "EDIT_ISSUES": ("warning", "missing sections cannot be filled in from Slack"),
    "MODIFY_REPORTER": ("warning", "requesters are named in the text instead of being the reporter"),
    "ADD_COMMENTS": ("warning", "nothing can be noted on a ticket"),
    "CREATE_ATTACHMENTS": ("warning", "files stay in Slack"),
    "LINK_ISSUES": ("warning", "tickets carry no link to their Slack message"),
    "TRANSITION_ISSUES": ("warning", "tickets cannot be moved from Slack"),
    "ASSIGN_ISSUES": ("warning", "nobody can be assigned"),
    "USER_PICKER": ("warning", "nobody is found by e-mail, so requesters are named in the text and nobody is assigned"),
}
"""Permission → how much its lack hurts, and what then happens."""
EVERYWHERE = frozenset({"USER_PICKER"})
"""Those that are no project's."""
NEEDED_FIELDS = ("description", "labels")
LISTED = 10
"""Options that are named; a field may have hundreds."""
TRY_AGAIN = "Check the network and JIRA_URL, then run `devrequest doctor` again."


LATER = (NotSent, Throttled, Ambiguous)
"""Errors that say nothing about the settings."""


async def findings(client: JiraClient, metadata: Metadata, site: str, what: Check) -> list[Finding]:
    """What is right and wrong with a connection, a team and a request type; never raises a tracker's error."""
    found: list[Finding] = []
    if await _ended_by(found, _connection(client, site)) or not what.team:
        return found
    try:
        team, template = team_of("check", what.team), template_of("check", what.template)
    except Misconfigured as error:
        return [*found, _problem(error)]
    project = template.project or team.project
    metadata.forget(project)
    if await _ended_by(found, _permissions(client, project), _fix_project(project, template, what)):
        return found
    parts = (_scope(client, team), _form(metadata, team, template, what), _read_fields(metadata, team))
    for part in parts:  # none of them needs another, so each is looked at whatever is wrong with the others
        if isinstance(await _ended_by(found, part), LATER):
            break
    for part in parts:
        await part.aclose()
    return found


async def _ended_by(
    found: list[Finding], part: AsyncGenerator[Finding, None], fix: str = TRY_AGAIN
) -> TrackerError | None:
    """Add what one part of the examination finds; the error that ended it counts as found, and is given back."""
    try:
        async for finding in part:
            found.append(finding)  # noqa: PERF401  # what was found before an error counts
    except TrackerError as error:
        found.append(_problem(error, fix))
        return error
    return None


def _problem(error: TrackerError, fix: str = TRY_AGAIN) -> Finding:
    if isinstance(error, LATER):
        fix = TRY_AGAIN
    elif isinstance(error, Misconfigured) and error.fix:
        fix = error.fix
    return Finding("error", f"Jira: {error.reason.rstrip('.')}.", fix)


def _file(what: Check) -> str:
    return what.file or f"templates/{what.request_type or '<type>'}.yaml"


def _fix_project(project: str, template: JiraTemplate, what: Check) -> str:
    place = f"tracker: jira: in {_file(what)}" if template.project else "trackers: jira: of the team in devrequest.yaml"
    return f"Correct `project: {project}` under {place}, or let the bot's Jira account browse that project."


async def _form(
    metadata: Metadata, team: JiraTeam, template: JiraTemplate, what: Check
) -> AsyncGenerator[Finding, None]:
    """The create screen of a request type."""
    wanted = await metadata.meant_type("check", team, template, what.issue_type)
    screen = await metadata.screen("check", template.project or team.project, wanted)
    yield Finding("ok", f"Jira makes {screen.issue_type} tickets in {screen.project}.")
    for finding in _screen(screen, template, what):
        yield finding


async def _read_fields(metadata: Metadata, team: JiraTeam) -> AsyncGenerator[Finding, None]:
    """The fields that a team wants to have read."""
    catalogue = await metadata.catalogue("check")
    for name in team.fields:
        if not metadata.named((name,), catalogue):
            message = f'Jira has no field "{name}" that could be read with the tickets of {team.project}.'
            fix = f"Correct `fields` under trackers: jira: of the team with the project {team.project}."
            yield Finding("warning", message, fix)
    if problem := _estimate(team, catalogue):
        yield problem


async def _connection(client: JiraClient, site: str) -> AsyncGenerator[Finding, None]:
    server = await client.read("check", "serverInfo")
    kind = str(server.get("deploymentType") or "Server")
    if kind != "Cloud":
        yield Finding("error", f"Jira {kind} is not supported, only Jira Cloud.", "Set JIRA_URL to a Jira Cloud site.")
    if "/ex/jira/" in site:
        shown = str(server.get("displayUrl") or server.get("baseUrl") or "https://example.atlassian.net")
        yield Finding(
            "warning", "Links to tickets lead to Jira's API, not to its site.", f"Set JIRA_SITE_URL to {shown}."
        )
    myself = await client.read("check", "myself")
    yield Finding("ok", f"Jira accepts the token of {myself.get('displayName') or 'the account'}.")


async def _permissions(client: JiraClient, project: str) -> AsyncGenerator[Finding, None]:
    asked = await client.read("check", "mypermissions", projectKey=project, permissions=",".join(NEEDED))
    granted: dict[str, Any] = asked.get("permissions") or {}
    place = f"the Jira project {project}"
    missing = [name for name in NEEDED if not (granted.get(name) or {}).get("havePermission")]
    for name in missing:
        severity, effect = NEEDED[name]
        label = (granted.get(name) or {}).get("name") or name
        yield Finding(
            "error" if severity == "error" else "warning",
            f'The bot lacks the permission "{label}" in {"Jira" if name in EVERYWHERE else place}: {effect}.',
            f'Grant "{label}" to the bot\'s account in '
            + ("Jira's global permissions." if name in EVERYWHERE else f"the permission scheme of {project}."),
        )
    async for finding in _life(client, project):
        yield finding
    if not missing:
        yield Finding("ok", f"The bot has all permissions that it needs in the Jira project {project}.")


async def _life(client: JiraClient, project: str) -> AsyncGenerator[Finding, None]:
    """Whether the project is still what it was when somebody wrote its key down."""
    read = await client.read("check", f"project/{path_part(project)}")
    if read.get("archived") or read.get("deleted"):
        what = "archived" if read.get("archived") else "in the trash"
        fix = "Choose another project, or restore this one in Jira."
        yield Finding("error", f"The Jira project {project} is {what}; no ticket can be made.", fix)
    key = str(read.get("key") or project)
    if key.casefold() != project.casefold():
        fix = f"Write {key} wherever the configuration and the templates say `project: {project}`."
        yield Finding("warning", f"The Jira project {project} has the key {key} now.", fix)


async def _scope(client: JiraClient, team: JiraTeam) -> AsyncGenerator[Finding, None]:
    """Let Jira judge the team's JQL.

    Raises:
        Misconfigured: it is no valid JQL.
    """
    if not team.scope:
        return
    try:
        await client.page("check", Query(f"({team.scope}) AND project = {quoted(team.project)}", ("id",), 1), dict)
    except TrackerError as error:
        if error.status != 400:
            raise
        fix = f"Correct `scope` under trackers: jira: of the team with the project {team.project}."
        raise Misconfigured("jira", "check", f"the scope is not valid JQL: {error.reason}", 400, fix) from error
    yield Finding("ok", f"The scope of {team.project} is valid JQL.")


def _estimate(team: JiraTeam, catalogue: Mapping[str, FieldMeta]) -> Finding | None:
    """What is wrong with the field of the estimate, if the team names one."""
    known = estimate_ids(team.estimate_field, catalogue)
    if known is None or any(catalogue[identity].kind == "number" for identity in known):
        return None
    numbers = sorted({meta.name for meta in catalogue.values() if meta.kind == "number"})
    what = "holds no number" if known else "does not exist"
    return Finding(
        "warning",
        f'The field "{team.estimate_field}" {what} in Jira: no ticket of {team.project} has an estimate.',
        f"Correct `estimate_field` of the team; number fields are: {', '.join(numbers) or 'none'}.",
    )


def _screen(screen: Screen, template: JiraTemplate, what: Check) -> Iterator[Finding]:
    where = f"{screen.issue_type} in the Jira project {screen.project}"
    for identity in NEEDED_FIELDS:
        if identity not in screen.fields:
            yield Finding(
                "error",
                f"{where} has no {identity} on its create screen; no ticket can be made.",
                f"Add the field {identity.capitalize()} to that screen.",
            )
    if what.due_field and what.due_field not in template.fields and "duedate" not in screen.fields:
        message = (
            f"{where} has no due date on its create screen: the answer to {what.due_field} stands in the text only."
        )
        yield Finding("warning", message, "Add the field Due date to that screen; the sync goes by it.")
    filled = yield from _mapped(screen, template, where, what)
    yield from _settings(screen, template, where, _file(what))
    for identity in template.extra:
        if identity not in screen.fields:
            message = f"{where} has no field {identity} on its create screen: what extra says of it is left out."
            yield Finding("warning", message, f"Put the field on the create screen, or correct {_file(what)}.")
    filled |= set(template.extra) | ({"priority"} if template.priority else set())
    filled |= {"components"} if template.components else set()
    yield from _required(screen, filled, where, what)


def _mapped(screen: Screen, template: JiraTemplate, where: str, what: Check) -> Generator[Finding, None, set[str]]:
    """The fields that the template maps questions to; gives the ids of those that answers fill."""
    filled = set[str]()
    for source, wanted in template.fields.items():
        file = _file(what)
        if what.field_ids and source not in what.field_ids:
            message = f"{what.request_type or 'The form'} maps a question {source!r} that it does not ask."
            yield Finding("error", message, f"Correct it in {file}.")
        try:
            meta = pick_field(wanted, screen.fields.values())
        except LookupError as error:
            yield Finding("error", f"{where}: {error}.", f"Use the id under tracker: jira: fields: in {file}.")
            continue
        if meta is None or meta.id in NEVER_MAPPED:
            yield Finding(
                "warning",
                f'{where} has no field "{wanted}" that could be set; the answer to {source} stands in the text only.',
                f"Put the field on the create screen, or correct its name in {file}.",
            )
        else:
            filled.add(meta.id)
            yield from _answers(meta, source, where, what)
    return filled


def _required(screen: Screen, filled: Collection[str], where: str, what: Check) -> Iterator[Finding]:
    """The fields that Jira requires and nothing fills."""
    for meta in unfilled(screen):
        if meta.id == "duedate" and what.due_field and meta.id not in filled:
            message = f'{where} requires "{meta.name}": a request without an answer to {what.due_field} is held up.'
            fix = f"In {_file(what)}, under tracker: jira: fields:, add the line `{what.due_field}: duedate`."
            yield Finding("warning", message, f"{fix} Then the form comes back and asks for it.")
        elif meta.id not in filled:
            message = f'{where} requires "{meta.name}", which no question of {what.request_type or "the form"} fills.'
            yield Finding("error", message, fix_for_required(meta, screen, _file(what)))


def _answers(meta: FieldMeta, source: str, where: str, what: Check) -> Iterator[Finding]:
    """The answers to a question that its field would not take: the form would come back to whoever gave them."""
    form = what.request_type or "the form"
    if unknown := unknown_options(meta, what.options.get(source, ())):
        message = f'{where}: "{meta.name}" has no option {_listed(unknown)}, which {source} of {form} offers.'
        fix = f"Correct the options of {source} in {_file(what)}, or those in Jira; it has: "
        yield Finding("error", message, fix + f"{_listed([choice.name for choice in meta.choices])}.")
    if meta.required and not meta.has_default and source in what.field_ids and source not in what.required:
        message = f'{where} requires "{meta.name}", but {source} of {form} can be left empty.'
        fix = f"Add `validations: {{required: true}}` to {source} in {_file(what)}, and no `when`."
        yield Finding("warning", message, fix)


def _listed(names: Sequence[str]) -> str:
    """The first of them, which are enough to see what is meant."""
    return ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")


def _settings(screen: Screen, template: JiraTemplate, where: str, file: str) -> Iterator[Finding]:
    """The values that a template sets itself and that its tickets will not have, or not be made with."""
    for identity, wanted in (("priority", filter(None, [template.priority])), ("components", template.components)):
        meta = screen.fields.get(identity)
        known = {choice.name.casefold(): choice.name for choice in meta.choices} if meta else {}
        for value in wanted:
            if meta is None:
                message = f"{where} has no {identity} on its create screen: {value} is left out."
                yield Finding("warning", message, f"Put the field on the create screen, or take it out of {file}.")
            elif known and value.casefold() not in known:
                message = f"{where} has no {identity} {value!r}; no ticket can be made with it."
                yield Finding("error", message, f"Correct it in {file}; it has: {', '.join(known.values())}.")
