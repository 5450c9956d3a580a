"""A call of the Web API: its arguments, and the pages of long answers."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack import scopes
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import Channel, Json
from sandbox.slack.workspace import SlackWorkspace

MOST_PER_PAGE = 1000


@dataclass(slots=True)
class Call:
    """One call.

    Attributes:
        workspace: the workspace it acts on.
        method: such as `chat.postMessage`.
        args: the arguments of query, form or JSON body, the token apart.
        socket_url: where a socket can be opened, seen from this client.
    """

    workspace: SlackWorkspace
    method: str
    args: Json = field(default_factory=dict)
    socket_url: str = ""

    def text(self, name: str, default: str = "") -> str:
        """A text argument."""
        value = self.args.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        """A text argument that must be there."""
        if not self.text(name):
            raise invalid_arguments(f"missing required field: {name}")
        return self.text(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean argument; forms write `1` and `true`."""
        value = self.args.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.args.get(name) or default)
        except (TypeError, ValueError) as error:
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from error

    def channel(self, action: str | None = None) -> Channel:
        """The conversation named by `channel`, seen by the bot; `action` is `read`, `history` or `write`."""
        workspace = self.workspace
        channel = workspace.channel(self.required("channel"))
        kind = "im" if channel.is_im else "private" if channel.is_private else "public"
        if action is not None:
            self.needs(scopes.BY_KIND[action][kind])
        if kind != "public" and workspace.app.bot_user not in channel.members:
            raise SlackError("channel_not_found")
        return channel

    def needs(self, *names: str) -> None:
        """Raise `missing_scope` unless all these scopes are granted."""
        granted = self.workspace.app.scopes
        if missing := [name for name in names if name not in granted]:
            raise SlackError("missing_scope", needed=",".join(missing), provided=",".join(sorted(granted)))

    def page(self, items: Sequence[Any], default_limit: int = 100) -> tuple[Sequence[Any], str]:
        """The page that `cursor` and `limit` ask for, and the next cursor (empty at the end)."""
        limit = self.number("limit", default_limit)
        if not 1 <= limit <= MOST_PER_PAGE:
            raise SlackError("invalid_limit")
        start = 0
        if cursor := self.text("cursor"):
            try:
                start = int(base64.b64decode(cursor, validate=True).removeprefix(b"next:"))
            except (ValueError, binascii.Error) as error:
                raise SlackError("invalid_cursor") from error
        end = start + limit
        following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
        return items[start:end], following


Method = Callable[[Call], Json]
