"""The modal on top, as the inside of the page's one dialog."""

from sandbox.page.blocks import blocks_html
from sandbox.page.html import Html, el
from sandbox.page.surface import Surface
from sandbox.page.words import avatar, plain
from sandbox.slack.workspace import SlackWorkspace


def modal_html(workspace: SlackWorkspace, user_id: str) -> Html:
    """The modal that a person looks at; empty if none is open."""
    stack = workspace.windows.stacks.get(user_id, [])
    if not stack:
        return Html("")
    view = stack[-1]
    surface, content = Surface.of_view(workspace, view), view.content
    deep = len(stack) > 1
    back = el("button", "←", type="button", class_="icon", data_close="view", aria_label="Back") if deep else None
    title = el("h2", plain(content["title"]), id="modal-title")
    leave = el("button", "✕", type="button", class_="icon", data_close="all", aria_label="Close this window")
    notice = el("p", view.notice, role="alert", class_="alert error", data_key="notice") if view.notice else None
    submit = None
    if content.get("submit"):
        words = plain(content["submit"])
        disabled = bool(content.get("submit_disabled"))
        submit = el("button", words, type="submit", class_="button primary", data_submit=True, disabled=disabled)
    close_words = plain(content.get("close")) or "Close"
    close = el("button", close_words, type="button", class_="button", data_close="view")
    return el(
        "form",
        el("header", back, avatar(workspace.app.name, app=True, small=True), title, leave, data_key="head"),
        el("div", blocks_html(surface, view.blocks), notice, class_="body", data_key=f"body/{view.id}"),
        el("footer", close, submit, data_key="foot"),
        novalidate=True,
        data_where=surface.where,
        data_view=view.id,
        data_hash=view.hash,
        data_key=f"view/{view.id}",
    )
