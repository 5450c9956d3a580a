"""Settings compared with the live site, for `devrequest doctor`."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from adapters.base import Check, Finding
from adapters.errors import Misconfigured, TrackerError
from adapters.jira.client import JiraClient, Query
from adapters.jira.fields import NEVER_MAPPED, FieldMeta, pick_field
from adapters.jira.jql import quoted
from adapters.jira.mapping import Screen, estimate_ids
from adapters.jira.metadata import Metadata
from adapters.jira.refusals import fix_for_required, unfilled
from adapters.jira.settings import JiraTeam, JiraTemplate, team_of, template_of

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
}
"""Permission in a project → how much its lack hurts, and what then happens."""
NEEDED_FIELDS = ("description", "labels")
TRY_AGAIN = "Check the network and JIRA_URL, then run `devrequest doctor` again."


async def findings(client: JiraClient, metadata: Metadata, site: str, what: Check) -> list[Finding]:
    """What is right and wrong with a connection, a team and a request type; never raises a tracker's error."""
    found: list[Finding] = []
    try:
        async for finding in _all(client, metadata, site, what):
            found.append(finding)  # noqa: PERF401  # what was found before an error counts
    except TrackerError as error:
        fix = error.fix if isinstance(error, Misconfigured) and error.fix else TRY_AGAIN
        found.append(Finding("error", f"Jira: {error.reason.rstrip('.')}.", fix))
    return found


async def _all(client: JiraClient, metadata: Metadata, site: str, what: Check) -> AsyncIterator[Finding]:
    async for finding in _connection(client, site):
        yield finding
    if not what.team:
        return
    team, template = team_of("check", what.team), template_of("check", what.template)
    project = template.project or team.project
    metadata.forget(project)
    async for finding in _permissions(client, project):
        yield finding
    if team.scope:
        await _try_scope(client, team)
        yield Finding("ok", f"The scope of {team.project} is valid JQL.")
    screen = await metadata.screen("check", project, template.issue_type or team.issue_type)
    yield Finding("ok", f"Jira makes {screen.issue_type} tickets in {project}.")
    for finding in _screen(screen, template, what):
        yield finding
    if problem := _estimate(team, await metadata.catalogue("check")):
        yield problem


async def _connection(client: JiraClient, site: str) -> AsyncIterator[Finding]:
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


async def _permissions(client: JiraClient, project: str) -> AsyncIterator[Finding]:
    asked = await client.read("check", "mypermissions", projectKey=project, permissions=",".join(NEEDED))
    granted: dict[str, Any] = asked.get("permissions") or {}
    missing = [name for name in NEEDED if not (granted.get(name) or {}).get("havePermission")]
    for name in missing:
        severity, effect = NEEDED[name]
        label = (granted.get(name) or {}).get("name") or name
        yield Finding(
            "error" if severity == "error" else "warning",
            f'The bot lacks the permission "{label}" in the Jira project {project}: {effect}.',
            f'Grant "{label}" to the bot\'s account in the permission scheme of {project}.',
        )
    if not missing:
        yield Finding("ok", f"The bot has all permissions that it needs in the Jira project {project}.")


async def _try_scope(client: JiraClient, team: JiraTeam) -> None:
    """Let Jira judge the team's JQL.

    Raises:
        Misconfigured: it is no valid JQL.
    """
    try:
        await client.page("check", Query(f"({team.scope}) AND project = {quoted(team.project)}", ("id",), 1), dict)
    except TrackerError as error:
        if error.status != 400:
            raise
        fix = f"Correct `scope` under trackers: jira: of the team with the project {team.project}."
        raise Misconfigured("jira", "check", f"the scope is not valid JQL: {error.reason}", 400, fix) from error


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
    filled = set()
    for source, wanted in template.fields.items():
        file = f"templates/{what.request_type or '<type>'}.yaml"
        if what.field_ids and source not in what.field_ids:
            yield Finding("error", f"{file} maps a question {source!r} that it does not ask.", f"Correct it in {file}.")
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
    filled |= set(template.extra) | ({"priority"} if template.priority else set())
    filled |= {"components"} if template.components else set()
    for meta in unfilled(screen):
        if meta.id not in filled:
            message = f'{where} requires "{meta.name}", which no question of {what.request_type or "the form"} fills.'
            yield Finding("error", message, fix_for_required(meta, screen, what.request_type))
