"""What Jira refuses or requires, in words for people."""

import re
from collections.abc import Container, Iterable, Mapping
from typing import Any

from adapters.base import Person, TicketChange, TicketDraft
from adapters.errors import TITLE, Misconfigured, Rejected, TrackerError
from adapters.jira.fields import NEVER_MAPPED, FieldMeta
from adapters.jira.mapping import Screen
from adapters.jira.settings import NAME
from adapters.jira.values import CATEGORIES, mapping

QUOTED = r"[^\w\s.,;:()-]\s?{}\s?[^\w\s.,;:()-]"
"""A word between whatever marks a language quotes with."""
USUAL_NAMES = {"assignee": "Assignee", "description": "Description", "duedate": "Due date", "labels": "Labels"}
"""What is written without looking at a screen, as people know it."""
ABOUT_PEOPLE = frozenset({"summary", "description", "reporter", "assignee", "duedate"})
"""Fields that hold what a person wrote or chose, or who they are, whether or not a template maps a question to them."""


def is_closed(identity: str, reason: str) -> bool:
    """Whether a field cannot be set at all: it is not on the screen, or the bot may not set it.

    Jira says so in the language of the bot's account, but always with the field's id in quotes.
    """
    return "cannot be set" in reason or bool(re.search(QUOTED.format(re.escape(identity)), reason))


def refused_edit(
    error: Rejected, screen: Screen, sources: Mapping[str, str], change: TicketChange, issue: Mapping[str, Any]
) -> TrackerError:
    """A refused change in words for whoever can mend it.

    Args:
        error: as Jira said it.
        screen: what the ticket's fields are called.
        sources: id of a field → the question whose answer was sent as that.
        change: what was to be written.
        issue: its key, and of its fields `project`, `issuetype` and `status`.
    """
    key, fields = str(issue.get("key")), mapping(issue.get("fields"))
    closed = {identity for identity, reason in error.fields.items() if is_closed(identity, reason)}
    if closed & {"description", "labels"}:
        return _closed_text(error, key, fields)
    said = {identity: f"Jira does not let the bot set {_name(identity, screen)} on {key}." for identity in closed}
    if change.assignee and "assignee" in error.fields.keys() - closed:
        said["assignee"] = f"{change.assignee.name} cannot be assigned to {key}."
    reasons = dict(error.fields) | said
    beside = error.reason.removesuffix("; ".join(error.fields.values()))
    told = Rejected(NAME, error.operation, beside + "; ".join(reasons.values()), error.status, reasons)
    return rejection(told, screen, sources, dispensable=bool(said) and said.keys() == reasons.keys())


def _closed_text(error: Rejected, key: str, fields: Mapping[str, Any]) -> TrackerError:
    """The error where the ticket's text itself is closed: for good if it is done, else by its edit screen."""
    status, kind = mapping(fields.get("status")), mapping(fields.get("issuetype")).get("name")
    if CATEGORIES.get(str(mapping(status.get("statusCategory")).get("key"))) == "done":
        reason = f"{key} is {status.get('name')}, and Jira lets nobody change it any more."
        return Rejected(NAME, error.operation, error.reason, error.status, {"Status": reason})
    names = " and ".join(USUAL_NAMES[one] for one in ("description", "labels") if one in error.fields)
    fix = f"Add the field {names} to the edit screen of {kind} in the Jira project {key.rpartition('-')[0]}."
    return Misconfigured(NAME, error.operation, error.reason, error.status, fix)


def _name(identity: str, screen: Screen) -> str:
    meta = screen.fields.get(identity)
    return meta.name if meta else USUAL_NAMES.get(identity, identity)


def rejection(error: Rejected, screen: Screen, sources: Mapping[str, str], *, dispensable: bool = False) -> Rejected:
    """A refusal whose fields are ids, with names and questions instead."""
    names, questions, others = {}, {}, []
    asked = {"summary": TITLE, **sources}
    for identity, reason in error.fields.items():
        name = _name(identity, screen)
        names[name] = reason
        if identity in asked:
            questions[asked[identity]] = reason
        else:
            others.append(f"{name}: {reason}")
    if names and (beside := error.reason.removesuffix("; ".join(error.fields.values())).removesuffix("; ")):
        names[""] = beside
        others.insert(0, beside)
    if questions and others:
        questions[""] = "; ".join(others)
    return Rejected(
        error.tracker, error.operation, error.reason, error.status, names, questions, dispensable=dispensable
    )


def of_operators(error: Rejected, screen: Screen, draft: TicketDraft, asked: Container[str]) -> Misconfigured | None:
    """The same refusal as an operator's to mend, if nothing that it names was filled in by the person.

    A field that Jira requires though its create screen does not say so, a priority that it does not have, or somebody
    to assign where no question asks for them: sent back, the form would have no place to mend that.
    """
    wanted = {str(name).casefold() for name in dict(draft.template.get("fields") or {}).values()}
    unasked = set() if draft.assignee or "assignee" in wanted else {"assignee"}
    people = ABOUT_PEOPLE - unasked
    if not error.fields or any(identity in people or identity in asked for identity in error.fields):
        return None
    names = {identity: meta.name for identity, meta in screen.fields.items()}
    said = "; ".join(f"{names.get(one, one)}: {reason.rstrip('.')}" for one, reason in error.fields.items())
    place = f"under tracker: jira: in templates/{draft.request_type or '<type>'}.yaml"
    fix = f"Jira says: {said}. Fill or correct it {place}, or in the Jira project {screen.project}."
    return Misconfigured(error.tracker, error.operation, error.reason, error.status, fix)


def without_refused(error: Rejected, screen: Screen, draft: TicketDraft, sources: Mapping[str, str]) -> dict[str, str]:
    """What to leave out for a second try → the note that says so; empty if a second try makes no sense.

    Jira refuses a reporter without the permission "Modify reporter", an assignee who may not have issues of the
    project, and fields that are not on the screen: the ticket is made without them.
    """
    notes: dict[str, str] = {}
    for identity, reason in error.fields.items():
        meta = screen.fields.get(identity)
        name = meta.name if meta else identity
        if identity == "reporter" and draft.reporter:
            notes[identity] = reporter_note(draft.reporter)
        elif identity == "assignee" and draft.assignee:
            notes[identity] = f"{draft.assignee.name} cannot be assigned in {screen.project}, so nobody is assigned."
        elif is_closed(identity, reason) and identity not in NEVER_MAPPED | {"labels"}:
            notes[identity] = not_on_screen(name, screen, sources.get(identity, ""))
        elif identity in sources and meta and meta.kind == "other" and not meta.required:
            notes[identity] = not_on_screen(name, screen, sources[identity])  # a sprint, say: no answer can fill it
        else:
            return {}
    return notes


def reporter_note(person: Person) -> str:
    """What to say when somebody cannot be made the reporter."""
    return f"Jira did not accept {person.name} as the reporter; the ticket names them instead."


def unfilled(screen: Screen) -> Iterable[FieldMeta]:
    """The fields of a screen that a template has to fill."""
    ours = {"project", "issuetype", "summary", "description", "labels", "reporter"}
    return [m for m in screen.fields.values() if m.required and not m.has_default and m.id not in ours]


def fix_for_required(meta: FieldMeta, screen: Screen, file: str) -> str:
    """What to add to a template so that a required field is filled."""
    return (
        f'{screen.issue_type} in the Jira project {screen.project} requires "{meta.name}". In '
        f"{file}, under tracker: jira: fields:, add the line "
        f'`<id of a question>: "{meta.name}"`.'
    )


def not_on_screen(name: str, screen: Screen, source: str) -> str:
    """Why a field was left out."""
    kept = f"; the answer to {source} stands in the text" if source else ""
    return f"{name} cannot be set for {screen.issue_type} in {screen.project}{kept}."
