"""Answers become the draft of a ticket."""

from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any

from adapters.base import Link, Person, Section, Settings, TicketDraft, Value
from adapters.document import (
    BulletList,
    CodeBlock,
    Document,
    Inline,
    Link as DocumentLink,
    ListItem,
    Paragraph,
    Quote,
    Text,
    document,
    from_json,
)
from bot.domain.answers import Answer, answer_text, is_empty, is_waived, shown_fields
from bot.domain.option_texts import shown_options
from bot.domain.plain_text import from_plain, inlines, one_item_a_line
from bot.domain.request import Source, Submission
from bot.domain.template import FILES, Field

DUE_IDS = ("launch_date", "needed_by", "due_date")
ASSIGNEE_IDS = ("assignee", "owner")
STILL_NEEDED = "Still needed before work can start."
"""What stands under the heading of a section that is asked for and was not answered yet."""

People = Mapping[str, Person]
"""Slack user id → the person in the tracker."""


def ticket_draft(
    submission: Submission, team: Settings, people: People, template: Settings | None = None
) -> TicketDraft:
    """The ticket that a submission asks for.

    Args:
        submission: what was handed in.
        team: the team's settings for the tracker.
        people: everyone whom the answers name, and the requester.
        template: the request type's settings for the tracker; left out, those of its snapshot.
    """
    request_type = submission.request_type
    answers = submission.answers
    fields = [field for field in shown_fields(request_type, answers) if field.is_input]
    if template is None:
        template = request_type.tracker.settings.get(submission.tracker, {})
    values = {
        field.id: value
        for field in fields
        if (value := value_of_answer(field, answers.get(field.id), people)) is not None
    }
    source = submission.source
    return TicketDraft(
        request_id=submission.request_id,
        request_type=request_type.key,
        title=submission.title,
        sections=tuple(_sections(fields, answers, people)) + ((_source_section(source),) if source else ()),
        values=values,
        reporter=people.get(submission.requester.id),
        assignee=_person(values, template, "assignee", ASSIGNEE_IDS),
        due=due_day(values),
        labels=request_type.labels,
        links=(Link(source.permalink, "Slack message", "slack"),) if source and source.permalink else (),
        team=team,
        template=template,
        issue_type=request_type.type,
    )


def named_people(submission: Submission) -> set[str]:
    """The Slack ids of everyone whom the answers name, and of the requester."""
    ids = {submission.requester.id}
    for field in submission.request_type.fields.values():
        answer = submission.answers.get(field.id)
        if field.type == "person" and isinstance(answer, str) and answer:
            ids.add(answer)
        elif field.type == "people" and isinstance(answer, list):
            ids.update(str(user) for user in answer)
    return ids


def launch_date(answers: Mapping[str, Any]) -> date | None:
    """The day that the request names as its launch or due date."""
    for key in DUE_IDS:
        answer = answers.get(key)
        if isinstance(answer, str) and answer:
            return _parsed_day(answer)
    return None


def full_text(submission: Submission, people: People | None = None) -> str:
    """Everything that a person wrote, as plain text with the form's labels; nothing is shortened.

    Args:
        submission: what was handed in.
        people: those whom the answers name; who is not among them stands there by id.
    """
    parts = [submission.title] if submission.title else []
    for field in shown_fields(submission.request_type, submission.answers):
        answer = submission.answers.get(field.id)
        if field.is_input and not is_empty(answer):
            parts.append(f"{field.label}\n{_in_words(field, answer, people or {})}")
    if submission.source and submission.source.text:
        parts.append(f"Slack message\n{submission.source.text}")
    return "\n\n".join(parts)


def _in_words(field: Field, answer: Answer | None, people: People) -> str:
    """An answer as plain text, people by name."""
    match answer:
        case str():
            return _shown(field, answer, people)
        case list() if field.type == "people":
            return "\n".join(_shown(field, str(user), people) for user in answer)
        case _:
            return answer_text(answer)


def body_of(field: Field, answer: Answer | None, people: People) -> Document:
    """A section's text from its answer."""
    match answer:
        case dict():
            return from_json(answer.get("rich", []))
        case list() if field.type in FILES:
            return _bullets(_file_line(file) for file in answer if isinstance(file, dict))
        case list():
            options = shown_options(field)
            return _bullets(options.get(str(entry)) or (Text(_shown(field, str(entry), people)),) for entry in answer)
        case str() if field.type == "person":
            return document(Paragraph((Text(_shown(field, answer, people)),)))
        case str() if field.attributes.render:
            return document(CodeBlock(answer))
        case str() if field.ready.at_least or "acceptance_criteria" in field.ready.checks:
            return one_item_a_line(answer)
        case str() if field.type == "textarea":
            return from_plain(answer)
        case str():
            return document(Paragraph(inlines(answer)))
        case _:
            return Document()


def _sections(fields: list[Field], answers: Mapping[str, Any], people: People) -> list[Section]:
    sections = []
    for field in fields:
        answer = answers.get(field.id)
        if not is_empty(answer):
            body = body_of(field, answer, people)
        elif field.ready.required and not is_waived(field, answers):
            body = document(Paragraph((Text(STILL_NEEDED, frozenset({"em"})),)))
        else:
            continue
        sections.append(Section(field.label, body, field.id, keep=field.id == "acceptance_criteria"))
    return sections


def _source_section(source: Source) -> Section:
    """The Slack message that a request was made from, quoted, so that the ticket can be read without Slack."""
    by = (Text(f"{source.author}, "),) if source.author else ()
    where = (DocumentLink(source.permalink, (Text("in Slack"),)),) if source.permalink else ()
    quoted = Quote((Paragraph(inlines(source.text)),))
    return Section("Slack message", document(Paragraph((*by, *where)), quoted))


def value_of_answer(field: Field, answer: Answer | None, people: People) -> Value | None:
    """The answer as a custom field takes it; None where there is nothing to map."""
    if answer is None or is_empty(answer) or field.type in FILES:
        return None
    if isinstance(answer, list):
        if field.type == "people":
            return tuple(people.get(str(user), Person(str(user))) for user in answer)
        return tuple(str(entry) for entry in answer)
    text = answer_text(answer)
    if field.type == "person":
        return people.get(text, Person(text))
    if field.type == "date":
        return _parsed_day(text)
    if field.type == "number":
        return _number(text)
    return text


def _person(values: Mapping[str, Value], template: Settings, target: str, ids: tuple[str, ...]) -> Person | None:
    """Who was named for a role: by the field that the template maps to it, else by the field of that name."""
    mapped = [key for key, name in dict(template.get("fields") or {}).items() if str(name).lower() == target]
    for key in (*mapped, *ids):
        value = values.get(key)
        if isinstance(value, Person):
            return value
    return None


def due_day(values: Mapping[str, Value]) -> date | None:
    """The day by which the ticket is to be done: the first of the answers that name one."""
    return next((value for key in DUE_IDS if isinstance(value := values.get(key), date)), None)


def _parsed_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _number(text: str) -> float | str:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return text
    return number if isfinite(number) else text


def _shown(field: Field, entry: str, people: People) -> str:
    """The option of a dropdown as it is, a person by name."""
    if field.type in {"person", "people"}:
        known = people.get(entry)
        return known.name if known else entry
    return entry


def _file_line(file: Mapping[str, Any]) -> tuple[Inline, ...]:
    name, link = str(file.get("name") or "file"), str(file.get("permalink") or "")
    return (DocumentLink(link, (Text(name),)),) if link else (Text(name),)


def _bullets(lines: Any) -> Document:
    return document(BulletList(tuple(ListItem(tuple(line)) for line in lines)))
