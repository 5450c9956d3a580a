"""Drafts and changes become the fields of a request to Jira. Pure: people and metadata are looked up before."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.base import Person, TicketDraft, Value
from adapters.errors import Misconfigured, Rejected
from adapters.jira.fields import NEVER_MAPPED, FieldMeta, pick_field
from adapters.jira.mapping import SPECIAL, Screen, request_label
from adapters.jira.refusals import fix_for_required, not_on_screen, unfilled
from adapters.jira.settings import NAME, JiraTeam, JiraTemplate
from adapters.jira.ticket_text import compose, summary_of
from adapters.jira.values import UnknownPerson, encode, label
from adapters.sections import TooLong

People = Mapping[Person, Person]
"""A person as a draft names them → the same with their account id; who has none is missing."""


@dataclass(slots=True)
class Payload:
    """The fields of a request.

    Attributes:
        fields: by id, as they go on the wire.
        sources: field id → id of the question that it answers.
        notes: what could not be done, one sentence each.
        overflow: the full text as Markdown, if the description had to be shortened.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    overflow: str | None = None


def create_payload(
    draft: TicketDraft,
    team: JiraTeam,
    template: JiraTemplate,
    screen: Screen,
    people: People,
    left_out: Mapping[str, str] | None = None,
) -> Payload:
    """The fields of a new issue.

    Args:
        draft: what is to be made.
        team: the team's settings.
        template: the template's settings; they win.
        screen: what can be set.
        people: those who were found in Jira.
        left_out: ids of fields that Jira refused before → the note that says so.

    Raises:
        Rejected: an answer that its field cannot hold, or a required field whose answer is missing.
        Misconfigured: a required field that no question fills, or no place for the ticket's label.
    """
    refused = dict(left_out or {})
    made = Payload(notes=[note for note in refused.values() if note])
    _need(screen, "description", "labels")
    made.fields = {
        "project": {"key": screen.project},
        "issuetype": {"id": screen.issue_type_id},
        "summary": summary_of(draft.title) or draft.request_type or "Request",
    }
    settable = Screen(
        screen.project,
        screen.issue_type_id,
        screen.issue_type,
        {identity: meta for identity, meta in screen.fields.items() if identity not in refused},
    )
    _put_people(made, draft, settable, people, refused)
    _put_dates(made, draft, template, settable, refused)
    _put_labels(made, draft, team, template)
    _put_settings(made, template, settable, refused)
    put_values(made, draft.values, _mapped(made, draft, template), screen, people, "create", refused)
    _put_text(made, draft)
    _put_extra(made, template, refused)
    _require(made, draft, template, screen)
    return made


def put_values(
    made: Payload,
    values: Mapping[str, Value],
    mapped: Mapping[str, str],
    screen: Screen,
    people: People,
    operation: str,
    refused: Iterable[str] = (),
) -> None:
    """Add the answers that a template maps to fields.

    Raises:
        Rejected: an answer that its field cannot hold.
    """
    faults: dict[str, str] = {}
    names: dict[str, str] = {}
    for source, wanted in mapped.items():
        if source not in values or wanted in refused:
            continue
        meta = _target(made, wanted, screen)
        if meta is None or meta.id in refused:
            continue
        try:
            encoded = encode(meta, _with_accounts(made, meta, values[source], people), people)
        except UnknownPerson as error:
            if operation == "create" and meta.required and not meta.has_default:
                faults[source] = names[meta.name] = f"{error}, and Jira needs {meta.name}: choose somebody who has one."
            else:
                made.notes.append(f"{error}, so the field {meta.name} stays as it is.")
            continue
        except ValueError as error:
            faults[source], names[meta.name] = f"{meta.name} {error}", str(error)
            continue
        made.fields[meta.id] = [*made.fields.get("labels", []), *encoded] if meta.id == "labels" else encoded
        made.sources[meta.id] = source
    if faults:
        raise Rejected(NAME, operation, "; ".join(faults.values()), None, names, faults)


def _with_accounts(made: Payload, meta: FieldMeta, value: Value, people: People) -> Value:
    """Of several people those who have an account, and a note for each other one; as it is where nobody has."""
    persons = [one for one in value if isinstance(one, Person)] if isinstance(value, tuple) else []
    known = tuple(one for one in persons if people.get(one, one).id)
    if meta.kind != "users" or not known:
        return value
    missing = [one.name for one in persons if one not in known]
    made.notes += [f"{name} has no account in Jira, so they are missing in {meta.name}." for name in missing]
    return known


def _need(screen: Screen, *identities: str) -> None:
    for identity in identities:
        if identity not in screen.fields:
            raise Misconfigured(
                NAME,
                "create",
                f"{identity} is not on the create screen of {screen.issue_type} in {screen.project}",
                fix=f"Add the field {identity.capitalize()} to the create screen of {screen.issue_type} in the Jira "
                f"project {screen.project}: tickets are written to it and found by it.",
            )


def _put_people(made: Payload, draft: TicketDraft, screen: Screen, people: People, refused: Mapping[str, str]) -> None:
    reporter = people.get(draft.reporter) if draft.reporter else None
    if reporter and reporter.id and "reporter" in screen.fields:
        made.fields["reporter"] = {"accountId": reporter.id}
    if not draft.assignee or "assignee" in refused:
        return
    assignee = people.get(draft.assignee)
    if not assignee or not assignee.id:
        made.notes.append(f"{draft.assignee.name} has no account in Jira, so nobody is assigned.")
    elif "assignee" in screen.fields:
        made.fields["assignee"] = {"accountId": assignee.id}
    else:
        made.notes.append(not_on_screen("Assignee", screen, ""))


def _mapped(made: Payload, draft: TicketDraft, template: JiraTemplate) -> dict[str, str]:
    """What the template maps, without the question for the assignee: the draft has its answer already."""
    assignees = [source for source, wanted in template.fields.items() if wanted.casefold() == "assignee"]
    if not draft.assignee:
        return template.fields
    if assignees:
        made.sources["assignee"] = assignees[0]
    return {source: wanted for source, wanted in template.fields.items() if source not in assignees}


def _put_dates(
    made: Payload, draft: TicketDraft, template: JiraTemplate, screen: Screen, refused: Container[str]
) -> None:
    start = next((meta for meta in screen.fields.values() if meta.name.casefold() in SPECIAL["start"]), None)
    if draft.start and start is not None:
        made.fields[start.id] = encode(start, draft.start, {})
    if not draft.due:
        return
    source = next((name for name, value in draft.values.items() if value == draft.due), "")
    if "duedate" in screen.fields:
        made.fields["duedate"] = draft.due.isoformat()
        if source:
            made.sources["duedate"] = source
    elif source not in template.fields and "duedate" not in refused:
        made.notes.append(not_on_screen("Due date", screen, source))


def _put_labels(made: Payload, draft: TicketDraft, team: JiraTeam, template: JiraTemplate) -> None:
    wanted = [*draft.labels, draft.request_type, *team.labels, *template.labels]
    labels = [request_label(draft.request_id), *filter(None, map(label, wanted))]
    made.fields["labels"] = list(dict.fromkeys(labels))


def _put_settings(made: Payload, template: JiraTemplate, screen: Screen, refused: Container[str]) -> None:
    for identity, value in (("priority", template.priority), ("components", template.components)):
        if not value or identity in refused:
            continue
        meta = screen.fields.get(identity)
        if meta is None:
            made.notes.append(not_on_screen(identity.capitalize(), screen, ""))
        else:
            made.fields[identity] = encode(meta, value, {})


def _put_text(made: Payload, draft: TicketDraft) -> None:
    named = "" if "reporter" in made.fields or not draft.reporter else draft.reporter.name
    try:
        made.fields["description"], made.overflow = compose(draft.title, draft.sections, draft.request_id, named)
    except TooLong as error:
        reason = "The text is longer than Jira takes. Shorten the acceptance criteria."
        raise Rejected(NAME, "create", str(error), None, {"Description": reason}) from error


def _put_extra(made: Payload, template: JiraTemplate, refused: Container[str]) -> None:
    for identity, value in template.extra.items():
        if identity in refused:
            continue
        if identity == "labels" and isinstance(value, list):
            made.fields["labels"] = list(dict.fromkeys([*made.fields["labels"], *value]))
        else:
            made.fields[identity] = value


def _require(made: Payload, draft: TicketDraft, template: JiraTemplate, screen: Screen) -> None:
    """Say before the request which required fields it would lack."""
    missing = [meta for meta in unfilled(screen) if made.fields.get(meta.id) in (None, "", [])]
    if not missing:
        return
    questions = {target: source for source, target in _targets(template, screen).items()}
    if all(meta.id in questions for meta in missing):
        reasons = {meta.name: "is required in Jira" for meta in missing}
        sources = {questions[meta.id]: f"Jira needs {meta.name}." for meta in missing}
        raise Rejected(NAME, "create", f"missing: {', '.join(reasons)}", None, reasons, sources)
    meta = next(meta for meta in missing if meta.id not in questions)
    raise Misconfigured(
        NAME,
        "create",
        f"{screen.issue_type} in {screen.project} requires {meta.name}, which nothing fills",
        fix=fix_for_required(meta, screen, f"templates/{draft.request_type or '<type>'}.yaml"),
    )


def _targets(template: JiraTemplate, screen: Screen) -> dict[str, str]:
    """Question → id of the field that it is mapped to."""
    found = {}
    for source, wanted in template.fields.items():
        try:
            meta = pick_field(wanted, screen.fields.values())
        except LookupError:
            continue
        if meta:
            found[source] = meta.id
    return found


def _target(made: Payload, wanted: str, screen: Screen) -> FieldMeta | None:
    """The field that a template means; a note if there is none."""
    try:
        meta = pick_field(wanted, screen.fields.values())
    except LookupError as error:
        made.notes.append(f"Jira's field {wanted} was left out: {error}.")
        return None
    if meta is None or meta.id in NEVER_MAPPED:
        made.notes.append(not_on_screen(wanted, screen, ""))
        return None
    return meta
