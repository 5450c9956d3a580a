"""Settings compared with the live workspace, for `devrequest doctor`."""

from collections.abc import AsyncIterator

from adapters.asana.client import AsanaClient
from adapters.asana.directory import Directory
from adapters.asana.fields import definition_of, unknown_options
from adapters.asana.mapping import ASSIGNEE, DATES
from adapters.asana.settings import AsanaTeam, AsanaTemplate, team_of, template_of
from adapters.base import Check, Finding
from adapters.errors import Ambiguous, Misconfigured, NotSent, Throttled, TrackerError

TRY_AGAIN = "Check the network and ASANA_URL, then run `devrequest doctor` again."
FIX_SETTINGS = "Correct `project` and `section` under trackers: asana: of the team in devrequest.yaml."
ONLY_LOOK = {"commenter", "viewer"}
FIX_ADDRESS = "Set ASANA_URL to the address of Asana's API, https://app.asana.com/api/1.0, or leave it out."
LATER = (NotSent, Throttled, Ambiguous)
"""Errors that say nothing about the settings."""


async def findings(client: AsanaClient, directory: Directory, what: Check) -> list[Finding]:
    """What is right and wrong with a connection, a team and a request type; never raises a tracker's error."""
    found: list[Finding] = []
    try:
        async for finding in _all(client, directory, what):
            found.append(finding)  # noqa: PERF401  # what was found before an error counts
    except TrackerError as error:
        found.append(_problem(error))
    return found


def _problem(error: TrackerError) -> Finding:
    fix = TRY_AGAIN if isinstance(error, LATER) else FIX_SETTINGS
    if isinstance(error, Misconfigured) and error.fix:
        fix = error.fix
    return Finding("error", f"Asana: {error.reason}.", fix)


async def _all(client: AsanaClient, directory: Directory, what: Check) -> AsyncIterator[Finding]:
    try:
        me = await client.user("check", "me", "name,workspaces.name")
    except Misconfigured as error:
        fix = FIX_ADDRESS if error.status == 404 else error.fix  # everybody has a "me"
        raise Misconfigured(error.tracker, "check", error.reason, error.status, fix) from error
    yield Finding("ok", f"Asana accepts the token of {me.get('name') or 'the account'}.")
    visible = {str(workspace["gid"]): workspace.get("name") for workspace in me.get("workspaces") or ()}
    chosen = directory.chosen_workspace
    if chosen and chosen not in visible:
        known = ", ".join(f"{gid} ({name})" for gid, name in visible.items()) or "none"
        fix = f"Set ASANA_WORKSPACE to one of: {known}; or leave it out."
        yield Finding("error", f"The token cannot see workspace {chosen}.", fix)
    if not what.team:
        return
    team, template = team_of("check", what.team), template_of("check", what.template)
    directory.forget()
    async for finding in _project(client, directory, team, template, what):
        yield finding
    for source in template.fields:
        if what.field_ids and source not in what.field_ids:
            place = what.file or what.request_type or "the template"
            fix = f"Correct {source} under `tracker: asana: fields:` of {place}."
            yield Finding("warning", f"{what.request_type or 'The form'} has no field {source}.", fix)


async def _project(
    client: AsanaClient, directory: Directory, team: AsanaTeam, template: AsanaTemplate, what: Check
) -> AsyncIterator[Finding]:
    gid = template.project or team.project
    project = await client.project("check", gid, "name,archived,workspace")
    name = project.get("name") or gid
    if project.get("archived"):
        fix = "Choose another project, or take this one out of the archive in Asana."
        yield Finding("warning", f"The project {name} is archived.", fix)
    workspace = str((project.get("workspace") or {}).get("gid") or "")
    if directory.chosen_workspace and workspace != directory.chosen_workspace:
        fix = f"Set ASANA_WORKSPACE to {workspace}, or leave it out."
        yield Finding("error", f"The project {name} is in workspace {workspace}, not in the one that is set.", fix)
    if await _may_only_look(client, gid):
        fix = "Make it an editor of the project, under Share in Asana."
        yield Finding("error", f"The token's owner may only look at or comment in the project {name}.", fix)
    else:
        yield Finding("ok", f"Asana makes tickets in the project {name}.")
    async for finding in _names(directory, gid, team, template, what):
        yield finding


async def _may_only_look(client: AsanaClient, project: str) -> bool:
    """Whether the token's owner is a member of the project without the right to change it.

    Who is no member, but sees it by a team or as a public one, is not known to lack the right.
    """
    try:
        levels = [
            str(membership.get("access_level"))
            async for page in client.memberships("check", project, "me")
            for membership in page
        ]
    except LATER:
        raise
    except TrackerError:  # who may not ask for memberships may have all other rights
        return False
    return bool(levels) and set(levels) <= ONLY_LOOK


async def _names(
    directory: Directory, project: str, team: AsanaTeam, template: AsanaTemplate, what: Check
) -> AsyncIterator[Finding]:
    """Sections and fields that are named but missing."""
    for section in dict.fromkeys(filter(None, (template.section or team.section, *team.scope.sections))):
        try:
            await directory.section("check", project, section)
        except Misconfigured as error:
            yield _problem(error)
    has_fields = await directory.has_fields("check", project)
    for source, name in template.fields.items():
        if name in DATES or name.casefold() == ASSIGNEE:
            continue
        if not has_fields:
            fix = f"Take {name} out of `tracker: asana: fields:`, or choose a plan that has custom fields."
            yield Finding("warning", f"This plan of Asana has no custom fields: {name} is left out.", fix)
            continue
        try:
            field = await directory.field("check", project, name)
        except Misconfigured as error:
            yield _problem(error)
            continue
        if not field.is_writable:
            message = f"The field “{field.name}” cannot be set from here: its answer stands in the text only."
            fix = f"Unlock it for the token's owner in Asana, or take {name} out of `tracker: asana: fields:`."
            yield Finding("warning", message, fix)
        elif unknown := unknown_options(field, what.options.get(source, ())):
            form, place = what.request_type or "the form", what.file or what.request_type or "the template"
            offered = f"{', '.join(unknown)}, which {source} of {form} offers"
            fix = f"Correct the options of {source} in {place}, or those in Asana; it has: {', '.join(field.options)}."
            yield Finding("error", f"The field {field.name} in Asana has no option {offered}.", fix)
    for tag in team.scope.tags:
        workspace = await directory.workspace("check", team.project)
        if await directory.tag("check", workspace, tag, create=False) is None:
            fix = "Make the tag in Asana, or correct `scope: {tags: …}` under trackers: asana: of the team."
            yield Finding("warning", f"Asana has no tag “{tag}”, so that no task is the team's by it.", fix)
    if "estimate_field" in team.model_fields_set:
        async for finding in _estimate(directory, team):
            yield finding


async def _estimate(directory: Directory, team: AsanaTeam) -> AsyncIterator[Finding]:
    """What is wrong with the field of the estimate that somebody named."""
    fields = await directory.fields("check", team.project)
    known = definition_of(team.estimate_field, fields)
    if known is None or known.kind != "number":
        what = "does not exist" if known is None else "holds no number"
        numbers = ", ".join(field.name for field in fields if field.kind == "number") or "none"
        message = f'The field "{team.estimate_field}" {what} in project {team.project}: no task has an estimate.'
        yield Finding("warning", message, f"Correct `estimate_field` of the team; number fields are: {numbers}.")
