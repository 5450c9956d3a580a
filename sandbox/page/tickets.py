"""The panel with the tickets: a tab for each tracker, the list, and one ticket."""

from typing import TYPE_CHECKING

from sandbox.page.html import Html, el
from sandbox.page.issue import JiraPanel
from sandbox.page.parts import back
from sandbox.page.place import Place
from sandbox.page.task import AsanaPanel

if TYPE_CHECKING:
    from sandbox.server import Sandbox


def panel_html(sandbox: "Sandbox", place: Place) -> Html:
    """The list of tickets, or one of them."""
    panels: dict[str, tuple[str, JiraPanel | AsanaPanel]] = {
        "jira": ("Jira", JiraPanel(sandbox, place)),
        "asana": ("Asana", AsanaPanel(sandbox, place)),
    }
    tabs = [
        el(
            "a",
            name,
            el("span", panel.count(), class_="faint"),
            href=place.url(tracker=tracker, ticket=""),
            data_go=True,
            aria_current="page" if tracker == place.tracker else None,
            class_=tracker,
        )
        for tracker, (name, panel) in panels.items()
    ]
    head = el("header", el("h2", "Tickets"), el("nav", tabs, class_="tabs", aria_label="Trackers"), class_="head")
    name, panel = panels[place.tracker]
    if not place.ticket:
        body = panel.items()
    else:
        gone = el("p", f"There is no ticket {place.ticket} in {name}.", class_="faint")
        body = [panel.ticket(place.ticket) or el("article", back(place), gone, class_="ticket")]
    key = f"{place.tracker}/{place.ticket}"
    return Html(head + el("div", body, class_=f"tickets {place.tracker}", tabindex="0", data_key=key))
