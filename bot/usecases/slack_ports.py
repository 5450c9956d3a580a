"""What the use cases need of Slack: people, their files, and a way to tell them something."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol

from adapters.base import File, Person
from bot.domain.messages import Address, Message, Posted, Unreachable
from bot.domain.request import Draft, Requester


class People(Protocol):
    """People in Slack and in the trackers; answers are kept for a while."""

    async def requester(self, user: str) -> Requester:
        """Name, e-mail and time zone of a Slack user; only the id if Slack does not say."""
        ...

    async def is_outsider(self, user: str, slack_team: str, *, within: float | None = None) -> bool:
        """Whether that is a guest or somebody of another organisation; no, if Slack does not say so in time.

        `within` is in seconds; 0 asks nobody and answers from what is known.
        """
        ...

    async def in_tracker(self, user: str, tracker: str) -> Person:
        """The person for that tracker, from the `people` table or by e-mail; without an id where it is not known."""
        ...

    async def in_slack(self, person: Person, tracker: str, *, sure: bool = False) -> str | None:
        """The Slack id of a person of that tracker, from the `people` table or by e-mail; None if unknown.

        Raises:
            SlackUnavailable: with `sure`, where Slack does not say now; None without.
        """
        ...

    async def has_left(self, user: str) -> bool:
        """Whether that account was deactivated; no, while Slack does not say."""
        ...

    async def is_bot(self, user: str) -> bool:
        """Whether that is a bot, ourselves included; no, while Slack does not say."""
        ...

    async def is_shared(self, channel: str) -> bool:
        """Whether people of another organisation read the channel; no, while Slack does not say."""
        ...

    async def channel_name(self, channel: str) -> str:
        """What a channel is called; its id if Slack does not say."""
        ...

    async def in_channel(self, user: str, channel: str) -> bool:
        """Whether that person is a member of the channel; no, while Slack does not say."""
        ...


class Files(Protocol):
    """Files that people uploaded to Slack."""

    def open(self, file: Mapping[str, Any]) -> AbstractAsyncContextManager[File]:
        """Stream a file of an answer.

        Raises:
            FileUnavailable: gone, no permission, a log-in page instead of the file, or not on one of Slack's hosts.
        """
        ...


class FileUnavailable(Exception):
    """A file cannot be read; the message is one plain sentence for people.

    Attributes:
        after: seconds after which it may work; None if it never will.
    """

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Notifier(Protocol):
    """Slack, as far as the use cases know it."""

    async def post(self, key: str, to: Address, message: Message, *, may_exist: bool) -> Posted | Unreachable:
        """Post once: with `may_exist` the channel is searched for `key` before anything is sent.

        Raises:
            SlackUnavailable: Slack did not answer, or said to wait; try again after `after` seconds.
        """
        ...

    async def find(self, key: str, to: Address, since: datetime) -> Posted | Unreachable | None:
        """The message that was posted with this key since then; None if there is none, `Unreachable` if nobody can say.

        Raises:
            SlackUnavailable: Slack did not answer, or said to wait.
        """
        ...

    async def edit(self, posted: Posted, message: Message) -> bool:
        """Replace a message; False if it is gone.

        Raises:
            SlackUnavailable: Slack did not answer, or said to wait; editing again is safe.
        """
        ...

    async def show(self, view_id: str, message: Message) -> bool:
        """Replace an open view; False if it was closed meanwhile."""
        ...

    async def show_form(self, view_id: str, draft: Draft, problems: Mapping[str, str]) -> bool:
        """Replace an open view by the form, answers kept and reasons at their fields; False if it was closed."""
        ...

    def home_changed(self, slack_team: str, user: str) -> None:
        """Something in that person's Home may be different now: it is drawn again soon, if they have opened it once."""
        ...


class SlackUnavailable(Exception):
    """Slack cannot be reached, or wants us to wait.

    Attributes:
        after: seconds to wait.
        sent: True if the message may have arrived.
        pending: True if it may yet arrive: before `after` seconds it proves nothing that it is not found.
    """

    def __init__(self, reason: str, after: float = 1.0, *, sent: bool = False, pending: bool = False) -> None:
        super().__init__(reason)
        self.after = after
        self.sent = sent
        self.pending = pending
