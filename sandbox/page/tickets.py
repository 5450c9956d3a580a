"""The panel with the tickets."""

from typing import TYPE_CHECKING

from sandbox.page.html import Html, el
from sandbox.page.place import Place

if TYPE_CHECKING:
    from sandbox.server import Sandbox


def panel_html(sandbox: "Sandbox", place: Place) -> Html:
    """The list of tickets, or one of them."""
    return el("p", f"Tickets of {place.tracker}: {len(sandbox.jira.issues)}")
