"""What Jira refuses or requires, in words for people."""

from collections.abc import Container, Iterable, Mapping

from adapters.base import Person, TicketDraft
from adapters.errors import TITLE, Misconfigured, Rejected
from adapters.jira.fields import NEVER_MAPPED, FieldMeta
from adapters.jira.mapping import Screen

ABOUT_PEOPLE = frozenset({"summary", "description", "reporter", "assignee", "duedate"})
"""Fields that hold what a person wrote or chose, or who they are, whether or not a template maps a question to them."""


def rejection(error: Rejected, screen: Screen, sources: Mapping[str, str]) -> Rejected:
    """A refusal whose fields are ids, with names and questions instead."""
    names, questions, others = {}, {}, []
    asked = {"summary": TITLE, **sources}
    for identity, reason in error.fields.items():
        meta = screen.fields.get(identity)
        name = meta.name if meta else identity
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
    return Rejected(error.tracker, error.operation, error.reason, error.status, names, questions)


def of_operators(error: Rejected, screen: Screen, draft: TicketDraft, asked: Container[str]) -> Misconfigured | None:
    """The same refusal as an operator's to mend, if nothing that it names was filled in by the person.

    A field that Jira requires though its create screen does not say so, or a priority that it does not have: sent back,
    the form would have no place to mend that.
    """
    if not error.fields or any(identity in ABOUT_PEOPLE or identity in asked for identity in error.fields):
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
            notes[identity] = (
                f"Jira did not accept {draft.reporter.name} as the reporter; the ticket names them instead."
            )
        elif identity == "assignee" and draft.assignee:
            notes[identity] = f"{draft.assignee.name} cannot be assigned in {screen.project}, so nobody is assigned."
        elif "cannot be set" in reason and identity not in NEVER_MAPPED | {"labels"}:
            notes[identity] = not_on_screen(name, screen, sources.get(identity, ""))
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
