"""Where somebody is on the page: who they are, what they look at. All of it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from sandbox.slack.workspace import SlackWorkspace

TRACKERS = ("jira", "asana")
APP = "app"
"""In an address: the conversation of whoever looks with the app."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is.

    Attributes:
        user: who they are.
        channel: the conversation in the middle.
        thread: the message whose thread is open, "" for none.
        home: whether the app's home tab is shown instead of the messages with it.
        tracker: whose tickets stand at the side.
        ticket: the ticket at the side: a Jira key or an Asana gid, "" for the list.
        message: a message that a link led to.
    """

    user: str
    channel: str
    thread: str = ""
    home: bool = False
    tracker: str = "jira"
    ticket: str = ""
    message: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str], workspace: SlackWorkspace) -> Self:
        """The place that an address names; whatever it names wrongly is put right.

        Raises:
            LookupError: nobody is in the workspace.
        """
        people = [user for user in workspace.users.values() if not user.is_bot and not user.deleted]
        if not people:
            raise LookupError("There is nobody in this workspace.")
        user = next((user for user in people if user.id == query.get("user")), people[0])
        workspace.dm(user.id)
        channels = workspace.visible_channels(user.id)
        wanted = workspace.dm(user.id).id if query.get("channel") == APP else query.get("channel")
        channel = next((c for c in channels if c.id == wanted), channels[0])
        thread, message = query.get("thread", ""), query.get("message", "")
        if message in channel.messages:
            thread = channel.messages[message].thread_ts or thread
        tracker, _, ticket = query.get("ticket", "").partition(":")
        return cls(
            user.id,
            channel.id,
            thread if thread in channel.messages else "",
            query.get("tab") == "home" and channel.is_im and workspace.app.home_tab_enabled,
            tracker if tracker in TRACKERS else "jira",
            ticket,
            message,
        )

    def url(self, **changes: str | bool) -> str:
        """The address of this place, or of one beside it."""
        there = replace(self, **{"message": "", **changes})  # type: ignore[arg-type]
        query = {"user": there.user, "channel": there.channel}
        optional = {
            "thread": there.thread,
            "tab": "home" if there.home else "",
            "message": there.message,
            "ticket": f"{there.tracker}:{there.ticket}" if there.ticket or there.tracker != "jira" else "",
        }
        return "/?" + urlencode(query | {name: value for name, value in optional.items() if value})
