"""The page's regions: each is drawn anew when something changed and sent to the browser if it became different."""

from typing import TYPE_CHECKING

from sandbox.page.around import sidebar_html, top_html
from sandbox.page.html import Html, el
from sandbox.page.message import Shortcuts
from sandbox.page.modal import modal_html
from sandbox.page.place import Place
from sandbox.page.strip import strip_html
from sandbox.page.talk import Talk
from sandbox.page.tickets import panel_html
from sandbox.slack.model import Channel

if TYPE_CHECKING:
    from sandbox.server import Sandbox


AS_BUTTONS = ("sync now",)
"""What stands behind a command and is worth a button in each channel, once the app suggests it."""


class Reads:
    """What people have read: the number of messages of others that are newer than the last visit to a channel."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], str] = {}
        self._channels: object = None

    def visit(self, sandbox: "Sandbox", place: Place) -> None:
        """Somebody looks at a channel; with the first look at the page all that is old in channels counts as read.

        So it does after a reset, which gives the workspace new channels. What the app said to somebody stays new until
        they look.
        """
        if self._channels is not sandbox.slack.channels:
            self._channels = sandbox.slack.channels
            self._until.clear()
        for channel in sandbox.slack.visible_channels(place.user):
            latest = max(channel.messages, default="0")
            known = channel.is_im or (place.user, channel.id) in self._until
            if channel.id == place.channel or not known:
                self._until[place.user, channel.id] = latest

    def unread(self, sandbox: "Sandbox", user: str) -> dict[str, int]:
        """Channel id → how many messages are new."""
        return {channel.id: self._new(channel, user) for channel in sandbox.slack.visible_channels(user)}

    def elsewhere(self, sandbox: "Sandbox", user: str) -> dict[str, int]:
        """Other people → how many messages of the app they have not seen."""
        counted = {
            str(channel.user): self._new(channel, str(channel.user))
            for channel in sandbox.slack.channels.values()
            if channel.is_im and channel.user != user
        }
        return {other: count for other, count in counted.items() if count}

    def _new(self, channel: Channel, user: str) -> int:
        until = self._until.get((user, channel.id), "0")
        return sum(
            1
            for message in channel.messages.values()
            if message.ts > until
            and message.user != user
            and message.ephemeral_to in (None, user)
            and message.thread_ts in (None, message.ts)
        )


def shortcuts_of(sandbox: "Sandbox", kind: str) -> Shortcuts:
    """The app's shortcuts of a kind: `global` or `message`."""
    known = sandbox.manifest.get("features", {}).get("shortcuts", [])
    return [(one["callback_id"], one["name"]) for one in known if one["type"] == kind]


def offered(sandbox: "Sandbox") -> list[str]:
    """The lines that the page offers as a button, of those that the app suggests behind its commands."""
    known = [f"{command} {text}" for command, texts in sandbox.suggestions.items() for text, _ in texts]
    return [line for line in known if line.partition(" ")[2] in AS_BUTTONS]


def regions(sandbox: "Sandbox", place: Place, reads: Reads) -> dict[str, Html]:
    """Every region, by its id in the page."""
    reads.visit(sandbox, place)
    read_only = bool(sandbox.manifest.get("features", {}).get("app_home", {}).get("messages_tab_read_only_enabled"))
    talk = Talk(sandbox.slack, place, shortcuts_of(sandbox, "message"), read_only=read_only, offered=offered(sandbox))
    return {
        "top": top_html(sandbox.slack, place, shortcuts_of(sandbox, "global"), reads.elsewhere(sandbox, place.user)),
        "side": sidebar_html(sandbox.slack, place, reads.unread(sandbox, place.user)),
        "main": talk.main(),
        "thread": talk.thread(),
        "panel": panel_html(sandbox, place),
        "strip": strip_html(sandbox, place),
        "modal": modal_html(sandbox.slack, place.user),
    }


STATIC = "/sandbox/ui/static"


def document(sandbox: "Sandbox", place: Place, drawn: dict[str, Html]) -> Html:
    """The whole page."""
    title = f"{sandbox.slack.team['name']} · devrequest sandbox"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", title),
        el("link", rel="icon", href=f"{STATIC}/icon.svg", type="image/svg+xml"),
        [el("link", rel="stylesheet", href=f"{STATIC}/{name}.css") for name in ("page", "talk", "form", "tickets")],
        el("script", src=f"{STATIC}/main.js", type="module"),
    )
    dialog = el("dialog", el("div", drawn["modal"], id="modal"), id="dialog", aria_labelledby="modal-title")
    body = el(
        "body",
        el("a", "Skip to the messages", href="#main", class_="skip"),
        el("header", drawn["top"], id="top"),
        el("nav", drawn["side"], id="side", aria_label="Channels"),
        el("main", drawn["main"], id="main"),
        el("section", drawn["thread"], id="thread", aria_label="Thread"),
        el("aside", drawn["panel"], id="panel", aria_label="Tickets"),
        el("footer", drawn["strip"], id="strip", aria_label="Controls of the sandbox"),
        dialog,
        el("dialog", id="confirm", aria_labelledby="confirm-title"),
        el("div", id="toasts", role="status", aria_live="polite"),
        data_user=place.user,
        data_place=place.url(message=place.message),
    )
    return Html("<!doctype html>" + el("html", head, body, lang="en"))
