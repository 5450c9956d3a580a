"""Which tickets need not be listed, word for word as the port has it: nothing that may be left out is sent."""

from adapters.base import Distant, Ticket


def is_distant(ticket: Ticket, distant: Distant) -> bool:
    """Whether a ticket is one of those that a listing may leave out."""
    if ticket.status_category != "todo" or ticket.due is None or ticket.due <= distant.due_after:
        return False
    labels = {label.casefold() for label in distant.marks.labels}
    types = {name.casefold() for name in distant.marks.issue_types}
    fields = {name.casefold() for name in distant.fields}
    is_small = distant.small is not None and ticket.estimate is not None and ticket.estimate <= distant.small
    return not (
        ticket.flagged
        or ticket.links
        or ticket.request_id is not None
        or is_small
        or ticket.issue_type.casefold() in types
        or labels.intersection(map(str.casefold, ticket.labels))
        or fields.intersection(map(str.casefold, ticket.fields))
    )
