"""The middle of the page: messages of a channel or DM, a thread, the app's home tab, and the composer."""

from collections.abc import Sequence
from itertools import pairwise

from sandbox.page.blocks import blocks_html
from sandbox.page.html import Html, el
from sandbox.page.message import MessageView, Shortcuts
from sandbox.page.place import Place
from sandbox.page.surface import Surface
from sandbox.page.words import day, zone
from sandbox.slack.model import Channel, Message
from sandbox.slack.workspace import SlackWorkspace

TOGETHER = 300.0
"""Messages of the same author within so many seconds stand together under one name."""
LATEST = 200
"""The most messages that are shown of a channel."""


class Talk:
    """One person's view of the conversations.

    Args:
        workspace: the workspace.
        place: who looks, and where.
        shortcuts: the message shortcuts.
        read_only: nobody can write to the app, as its manifest says.
        offered: commands that stand as buttons above a channel.
    """

    def __init__(
        self,
        workspace: SlackWorkspace,
        place: Place,
        shortcuts: Shortcuts,
        *,
        read_only: bool = False,
        offered: Sequence[str] = (),
    ) -> None:
        self._read_only = read_only
        self._offered = offered
        self._workspace = workspace
        self._place = place
        self._view = MessageView(workspace, place, shortcuts)
        self._user = workspace.user(place.user)
        self._zone = zone(self._user.tz)
        self._channel = workspace.channel(place.channel)

    def main(self) -> Html:
        """What stands in the middle."""
        if self._place.home:
            return Html(self._header() + self._home())
        messages = self._workspace.visible_messages(self._channel.id, self._user.id)
        older, messages = messages[:-LATEST], messages[-LATEST:]
        log = el(
            "div",
            el("p", f"{len(older)} older messages are not shown.", class_="beginning") if older else self._beginning(),
            self._messages(messages),
            role="log",
            aria_label=f"Messages in {self.name(self._channel)}",
            class_="messages",
            tabindex="0",
            data_key=f"log/{self._channel.id}",
            data_scroll="end",
        )
        return Html(self._header() + log + self._composer())

    def thread(self) -> Html:
        """The open thread; empty if none is."""
        if not self._place.thread or self._place.home:
            return Html("")
        messages = self._workspace.visible_messages(self._channel.id, self._user.id, self._place.thread)
        close = el("a", "✕", href=self._place.url(thread=""), class_="icon", aria_label="Close thread", data_go=True)
        title = el("div", el("h2", "Thread"), el("span", self.name(self._channel), class_="faint"), class_="grow")
        replies = len(messages) - 1
        counted = el("div", f"{replies} {'reply' if replies == 1 else 'replies'}", class_="rule") if replies else None
        shown = [self._view.html(message, [], in_thread=True) for message in messages]
        shown.insert(1, counted or Html(""))
        log = el(
            "div",
            shown,
            role="log",
            aria_label="Messages in this thread",
            class_="messages",
            tabindex="0",
            data_key=f"log/{self._place.thread}",
            data_scroll="end",
        )
        return Html(el("header", title, close, class_="head") + log + self._composer(self._place.thread))

    def name(self, channel: Channel) -> str:
        """`#web`, `secret`, or the app's name for the DM with it."""
        if channel.is_im:
            return self._workspace.app.name
        return f"{'' if channel.is_private else '#'}{channel.name}"

    def _header(self) -> Html:
        channel, place = self._channel, self._place
        people = len(channel.members)
        about = channel.topic or channel.purpose or ("Direct message with the app" if channel.is_im else "")
        name = el("div", el("h1", self.name(channel)), el("span", about, class_="faint topic"), class_="grow")
        tabs = None
        if channel.is_im and self._workspace.app.home_tab_enabled:
            tabs = el(
                "nav",
                el("a", "Home", href=place.url(home=True), data_go="home", aria_current=place.home and "page"),
                el(
                    "a",
                    "Messages",
                    href=place.url(home=False),
                    data_go="messages",
                    aria_current=not place.home and "page",
                ),
                class_="tabs",
                aria_label="App",
            )
        buttons = [
            el("button", line.partition(" ")[2].capitalize(), type="button", class_="button quiet", title=line,
               data_command=line, data_channel=channel.id)
            for line in self._offered
            if not channel.is_im
        ]  # fmt: skip
        members = None if channel.is_im else el("span", f"{people} members", class_="faint count", title=self._names())
        return el("header", name, buttons, tabs, members, class_="head")

    def _names(self) -> str:
        return ", ".join(self._workspace.users[user].real_name for user in self._channel.members)

    def _home(self) -> Html:
        home = self._workspace.windows.homes.get(self._user.id)
        if home is None:
            return el("div", el("p", "The app has not published anything here yet.", class_="faint"), class_="home")
        surface = Surface.of_view(self._workspace, home)
        return el("div", blocks_html(surface, home.blocks), class_="home", data_where=surface.where)

    def _beginning(self) -> Html:
        channel = self._channel
        if channel.is_im:
            return el("p", f"This is the beginning of your conversation with {self.name(channel)}.", class_="beginning")
        shared = " People of another company are in it too." if channel.is_ext_shared else ""
        return el("p", f"This is the beginning of {self.name(channel)}. {channel.purpose}{shared}", class_="beginning")

    def _messages(self, messages: list[Message]) -> list[Html]:
        out = []
        replies = self._replies()
        now = self._workspace.clock.now()
        for before, message in pairwise([None, *messages]):
            if message is None:
                continue
            today = day(message.ts, self._zone, now)
            fresh_day = before is None or day(before.ts, self._zone, now) != today
            if fresh_day:
                out.append(el("div", el("span", today), class_="rule day", data_key=f"day/{today}"))
            together = before is not None and not fresh_day and _belongs(before, message)
            out.append(self._view.html(message, replies.get(message.ts, []), together=together))
        return out

    def _replies(self) -> dict[str, list[Message]]:
        found: dict[str, list[Message]] = {}
        for message in self._channel.messages.values():
            if message.thread_ts not in (None, message.ts) and message.ephemeral_to in (None, self._user.id):
                found.setdefault(str(message.thread_ts), []).append(message)
        return found

    def _composer(self, thread: str = "") -> Html:
        channel = self._channel
        where = "a reply" if thread else f"a message to {self.name(channel)}"
        restricted = channel.posting_restricted_to
        if channel.is_im and self._read_only:
            return el("p", "Sending messages to this app has been turned off.", class_="composer closed")
        if channel.is_archived or (restricted is not None and self._user.id not in restricted):
            return el("p", "Only some people can post here.", class_="composer closed")
        field_id = f"composer-{channel.id}-{thread}"
        typed = el(
            "textarea",
            rows=1,
            id=field_id,
            placeholder="Reply" if thread else f"Message {self.name(channel)}, or / for a command",
            aria_label=f"Write {where}",
            aria_autocomplete="list",
            aria_controls=f"{field_id}-list",
            autocomplete="off",
            enterkeyhint="send",
            data_key=field_id,
        )
        send = el("button", "Send", type="submit", class_="button primary", aria_label="Send")
        also = None
        if thread and not channel.is_im:
            box = el("input", type="checkbox", name="broadcast", data_key=f"also-{field_id}")
            also = el("label", box, f"Also send to {self.name(channel)}", class_="also")
        list_ = el("ul", role="listbox", id=f"{field_id}-list", hidden=True, aria_label="Commands")
        return el(
            "form",
            list_,
            typed,
            send,
            also,
            class_="composer",
            data_key=f"form/{field_id}",
            data_channel=channel.id,
            data_thread=thread,
        )


def _belongs(before: Message, message: Message) -> bool:
    near = float(message.ts) - float(before.ts) < TOGETHER
    quiet = not before.ephemeral_to and not message.ephemeral_to and message.thread_ts in (None, message.ts)
    return near and quiet and before.user == message.user and not message.bot_id
