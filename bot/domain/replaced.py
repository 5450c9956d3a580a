"""A section that somebody replaced from Slack, kept so that it can be restored."""

from typing import Any

from bot.domain.request import Model


class Replaced(Model):
    """What stood there before.

    Attributes:
        id: names it in a button.
        handle: of the ticket.
        section: the id of the template's field.
        heading: as it stood in the ticket.
        before: the document, see `adapters.document.to_json`.
        after: the digest of what was put in its place; see `section_place.digest`.
        by: the Slack id of who replaced it.
        at: seconds since 1970.
        restored: whether it was put back.
    """

    id: str
    handle: str
    section: str
    heading: str
    before: list[Any]
    by: str
    at: float
    after: str = ""
    restored: bool = False
