"""One message: who said it, what stands in it, what can be done with it."""

from datetime import datetime
from typing import Any

from sandbox.page.blocks import blocks_html
from sandbox.page.html import Html, anchor, el
from sandbox.page.inputs import size
from sandbox.page.pictures import drawn
from sandbox.page.place import Place
from sandbox.page.surface import Surface
from sandbox.page.words import EMOJI, avatar, clock_time, icon, segments_html, zone
from sandbox.slack.model import Message
from sandbox.slack.mrkdwn import Reader, read_message
from sandbox.slack.people import Person
from sandbox.slack.uploads import File
from sandbox.slack.workspace import SlackWorkspace

Shortcuts = list[tuple[str, str]]
"""Callback id and name."""


class MessageView:
    """Messages as one person sees them.

    Args:
        workspace: the workspace.
        place: who looks, and where.
        shortcuts: the message shortcuts.
    """

    def __init__(self, workspace: SlackWorkspace, place: Place, shortcuts: Shortcuts) -> None:
        self._workspace = workspace
        self._place = place
        self._shortcuts = shortcuts
        self._person = Person(workspace, place.user)
        self._user = self._person.user
        self._zone = zone(self._user.tz)

    def html(
        self, message: Message, replies: list[Message], *, together: bool = False, in_thread: bool = False
    ) -> Html:
        """A message with its replies counted.

        Args:
            message: the message.
            replies: its replies.
            together: it stands below another one of the same author, whose name is enough.
            in_thread: it stands in the thread, not in the channel.
        """
        surface = Surface.of_message(self._workspace, self._user, message)
        name, is_app = self._author(message)
        when = el("time", clock_time(message.ts, self._zone), datetime=_iso(message.ts))
        badge = el("span", "APP", class_="badge") if is_app else None
        head = el("div", el("b", name, class_="author"), badge, when, class_="byline")
        body = [
            el("div", "Only visible to you", class_="only") if message.ephemeral_to else None,
            el("div", f"{message.typed_command}", class_="faint") if message.typed_command else None,
            None if together else head,
            None if in_thread else self._root(message),
            self._body(surface, message),
            self._reactions(message),
            None if in_thread else self._thread_link(message, replies),
        ]
        marked = "message" + (" together" if together else "") + (" ephemeral" if message.ephemeral_to else "")
        if message.ts == self._place.message:
            marked += " target"
        return el(
            "article",
            el("div", when if together else avatar(name, app=is_app), class_="gutter"),
            el("div", body, class_="grow"),
            None if message.ephemeral_to or message.subtype == "tombstone" else self._tools(message, in_thread),
            class_=marked,
            aria_label=f"{name}, {clock_time(message.ts, self._zone)}",
            data_key=f"m/{message.ts}",
            data_where=surface.where,
        )

    def _author(self, message: Message) -> tuple[str, bool]:
        if message.bot_id:
            return self._workspace.app.name, True
        user = self._workspace.users.get(message.user)
        return (user.real_name, False) if user else ("Slackbot", True)

    def _root(self, message: Message) -> Html | None:
        """Where a broadcast reply belongs."""
        if not message.reply_broadcast or not message.thread_ts:
            return None
        there = self._place.url(thread=message.thread_ts)
        link = el("a", "a thread", href=there, data_go=True)
        return el("div", "replied to ", link, class_="faint root")

    def _body(self, surface: Surface, message: Message) -> list[Html]:
        if message.subtype == "tombstone":
            return [el("div", el("em", message.text), class_="text faint")]
        if message.blocks:
            shown = blocks_html(surface, message.blocks)
        else:
            words = (
                segments_html(surface.eyes, read_message(self._workspace, message).segments)
                if message.text
                else Html("")
            )
            shown = [el("div", words, class_="text")]
        for attachment in message.attachments:
            shown.append(el("div", self._attachment(surface, attachment), class_="attachment"))
        shown += [_file(file) for file in message.files]
        if message.edited_ts and not (message.bot_id and message.blocks):
            shown.append(el("small", "(edited)", class_="faint"))
        return shown

    def _attachment(self, surface: Surface, attachment: dict[str, Any]) -> list[Html]:
        reader = Reader(self._workspace)
        lines = [
            el("div", segments_html(surface.eyes, reader.mrkdwn(str(attachment[key]))), class_="text")
            for key in ("pretext", "title", "text", "footer")
            if attachment.get(key)
        ]
        blocks = attachment.get("blocks")
        return [*lines, *(blocks_html(surface, blocks) if isinstance(blocks, list) else [])]

    def _reactions(self, message: Message) -> Html | None:
        if not message.reactions:
            return None
        drawn = [
            el("span", f"{EMOJI.get(n, f':{n}:')} {len(who)}", class_="reaction")
            for n, who in message.reactions.items()
        ]
        return el("div", drawn, class_="reactions")

    def _thread_link(self, message: Message, replies: list[Message]) -> Html | None:
        if not replies:
            return None
        words = f"{len(replies)} {'reply' if len(replies) == 1 else 'replies'}"
        faces = [avatar(name, app=app, small=True) for name, app in dict.fromkeys(map(self._author, replies))]
        return el("a", faces[:3], words, href=self._place.url(thread=message.ts), class_="replies", data_go=True)

    def _tools(self, message: Message, in_thread: bool) -> Html:
        name = self._author(message)[0]
        reply = None
        if not in_thread:
            there = self._place.url(thread=message.thread_ts or message.ts)
            reply = el("a", "Reply", href=there, data_go=True, aria_label=f"Reply in a thread to {name}")
        items = [
            el("button", label, type="button", role="menuitem", data_message_shortcut=callback)
            for callback, label in self._shortcuts
        ]
        if self._person.may_delete(message):
            items.append(el("button", "Delete message", type="button", role="menuitem", data_delete=True, class_="bad"))
        menu = None
        if items:
            summary = el("summary", "⋯", aria_label=f"More actions for the message of {name}")
            menu = el(
                "details",
                summary,
                el("div", items, role="menu"),
                class_="menu",
                aria_label="Menu",
                data_key=f"menu/{message.ts}",
            )
        return el("div", reply, menu, class_="message-tools")


def _file(file: File) -> Html:
    """A file below a message: a picture is drawn, anything else is named."""
    shown = drawn(file, file.alt_txt or file.title or file.name)
    name = [icon("clip"), " ", anchor(f"/sandbox/ui/file/{file.id}", file.title or file.name, download=True)]
    line = el("div", name, el("small", f" {size(len(file.data or b''))}"))
    return el("figure", shown, el("figcaption", line)) if shown else line


def _iso(ts: str) -> str:
    return datetime.fromtimestamp(float(ts)).astimezone().isoformat(timespec="seconds")
