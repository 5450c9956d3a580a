"""The hands of the workspace's users: what they type, press, fill in and send off, for tests and for the page.

    mara = Person(workspace, "U0MARA")
    await mara.command("C0WEB", "/devrequest landing-page New pricing page")
    await mara.fill({"audience": "Shop owners", "launch_date": "2027-03-01"})
    outcome = await mara.submit()

Every action sends the payload that Slack would send and gives back an `Outcome`. What a person has open is in
`workspace.windows`, what they read in `workspace.visible_messages`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.model import File, Json, Message, View
from sandbox.slack.workspace import SlackWorkspace

TROUBLE = "We had some trouble connecting. Try again?"
"""What Slack's client shows in a modal when the app did not answer as it should."""


@dataclass(slots=True)
class Outcome:
    """What came of an action.

    Attributes:
        acknowledged: the bot answered 200 (or acked the envelope) within 3 seconds.
        problem: Slack's error if not: `operation_timeout`, `dispatch_failed`, `http_client_error` or
            `http_service_error`.
        payload: what was sent to the bot; None if Slack's client refused the action before sending anything.
        answer: the JSON body of the bot's answer, if there was one.
        errors: `{block_id: text}` at the inputs, by the client itself or by the bot's `response_action: errors`.
        notice: the general words shown to the person, if something went wrong.
        messages: messages that appeared because of the answer (of a slash command).
    """

    acknowledged: bool
    problem: str | None = None
    payload: Json | None = None
    answer: Any = None
    errors: dict[str, str] = field(default_factory=dict)
    notice: str | None = None
    messages: list[Message] = field(default_factory=list)


class ClientRefusedError(Exception):
    """Slack's client would not let a person do this: no such button, an option that is not offered."""


class Person:
    """One user of the workspace and their hands."""

    def __init__(self, workspace: SlackWorkspace, user_id: str) -> None:
        raise NotImplementedError

    # What they see.

    @property
    def modal(self) -> View | None:
        """The modal on top, None if there is none."""
        raise NotImplementedError

    @property
    def home(self) -> View | None:
        """The app's home tab as last published."""
        raise NotImplementedError

    def messages(self, channel_id: str, thread_ts: str | None = None) -> list[Message]:
        """What they see in a channel or thread, their ephemeral messages included, oldest first."""
        raise NotImplementedError

    # What they start.

    async def command(self, channel_id: str, line: str, *, times: int = 1) -> Outcome:
        """Type a slash command, such as `/devrequest help`, into a channel or DM.

        A text or JSON answer appears as a message (ephemeral unless `response_type: in_channel`); no or a bad answer
        appears as an ephemeral message of Slackbot: `/devrequest failed with the error "operation_timeout"`.
        `times` sends the very same payload that often, at once.
        """
        raise NotImplementedError

    async def shortcut(self, callback_id: str, *, times: int = 1) -> Outcome:
        """Pick a global shortcut."""
        raise NotImplementedError

    async def message_shortcut(self, callback_id: str, channel_id: str, ts: str, *, times: int = 1) -> Outcome:
        """Pick a shortcut from the menu of a message."""
        raise NotImplementedError

    async def open_home(self, tab: str = "home") -> Outcome:
        """Open the app's home (event app_home_opened)."""
        raise NotImplementedError

    async def post(self, channel_id: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Post a message; the bot hears of it if it subscribed to such events."""
        raise NotImplementedError

    async def react(self, channel_id: str, ts: str, name: str) -> None:
        """Add a reaction to a message."""
        raise NotImplementedError

    # What they press and fill in. `where` is a message, a modal or the home tab; default: the modal on top.

    async def act(
        self,
        action_id: str,
        value: Any = None,
        *,
        where: Message | View | None = None,
        block_id: str | None = None,
        times: int = 1,
    ) -> Outcome:
        """Press a button or choose something in an actions block or a section's accessory: sends block_actions.

        Args:
            action_id: which element.
            value: what is chosen: an option's value, a user, channel or conversation id, a date `2027-03-01`, a time
                `09:00`, a number, a text; a list for elements of many values. Nothing for a button.
            where: a message or view; default: the modal on top.
            block_id: needed if the action id is not unique there.
            times: how often the same payload is sent, at once.

        Raises:
            ClientRefusedError: no such element, or no such option.
        """
        raise NotImplementedError

    async def fill(self, values: Mapping[str, Any], *, where: View | None = None) -> list[Outcome]:
        """Fill inputs in, `{block_id: value}`, values as in `act` (None empties; a file input takes a list of `File`).

        Sends block_actions for each input with `dispatch_action`; their outcomes are returned in order.

        Raises:
            ClientRefusedError: no such input, or a value it cannot take.
        """
        raise NotImplementedError

    async def suggest(
        self, action_id: str, typed: str, *, where: Message | View | None = None, block_id: str | None = None
    ) -> list[Json]:
        """The options that an external select offers for what was typed (option groups are flattened)."""
        raise NotImplementedError

    def upload(self, name: str, data: bytes, mimetype: str = "application/octet-stream") -> File:
        """Upload a file, to be given to `fill` for a file input."""
        raise NotImplementedError

    async def submit(self, *, where: View | None = None, times: int = 1) -> Outcome:
        """Press Submit. The client first checks required inputs, lengths, numbers, URLs, e-mails, dates.

        The answer is carried out: errors appear at the inputs (a key that is no input block gives the general
        notice), update and push change the stack, clear and an empty answer close. `times` sends the same payload
        that often, at once, as a retry would; the first answer counts.
        """
        raise NotImplementedError

    async def cancel(self) -> Outcome:
        """Press Cancel (or Back): closes the modal on top. view_closed is sent if it has notify_on_close."""
        raise NotImplementedError

    async def dismiss(self) -> Outcome:
        """Press the X: closes the whole stack. view_closed of the root view with is_cleared is sent if it wants it."""
        raise NotImplementedError

    async def send_again(self, outcome: Outcome) -> Outcome:
        """Deliver the payload of an earlier action once more, as a retry does; the answer changes nothing on screen."""
        raise NotImplementedError
