"""What a ticket says outside its text: custom fields, dates and people that stand for a section."""

from datetime import date

from adapters.base import Person, Ticket, Value
from bot.domain.draft import ASSIGNEE_IDS, DUE_IDS
from bot.domain.section_names import SectionNames, name_key
from bot.domain.template import RequestType

_DUE = frozenset({"duedate", "due date", "due on", "due", "due_on"})
_START = frozenset({"start date", "start on", "start_on", "start"})


def field_texts(request_type: RequestType, names: SectionNames, ticket: Ticket) -> dict[str, str]:
    """Section id → the text of the tracker's field that holds it.

    A field counts if the template maps the section to it, by id or by name, or if it has a name of the section.
    """
    found: dict[str, str] = {}
    settings = request_type.tracker.settings.get(ticket.ref.tracker, {})
    for section, target in dict(settings.get("fields") or {}).items():
        value = value_of(ticket, str(target))
        if value is not None and section in request_type.fields:
            found[section] = shown(value)
    for name, value in ticket.fields.items():
        section = names.exact.get(name_key(name), "")
        if section and section not in found:
            found[section] = shown(value)
    for ids, standing in ((DUE_IDS, ticket.due), (ASSIGNEE_IDS, ticket.assignee)):
        first = next((section for section in ids if section in request_type.fields), "")
        if first and first not in found and standing is not None:
            found[first] = shown(standing)
    return {section: text for section, text in found.items() if text.strip()}


def value_of(ticket: Ticket, target: str) -> Value | None:
    """The value of a field that a template names, by id or by name; None if it is empty or not there."""
    wanted = target.strip().casefold()
    if wanted in _DUE and ticket.due is not None:
        return ticket.due
    if wanted in _START and ticket.start is not None:
        return ticket.start
    if wanted == "assignee":
        return ticket.assignee
    if wanted == "reporter":
        return ticket.reporter
    if target in ticket.fields:
        return ticket.fields[target]
    return next((value for name, value in ticket.fields.items() if name.casefold() == wanted), None)


def shown(value: Value) -> str:
    """A value as text, several of them one a line."""
    if isinstance(value, tuple):
        return "\n".join(shown(part) for part in value)
    if isinstance(value, Person):
        return value.name
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
