"""What Slack hands out: ids, timestamps, trigger ids, response URLs, view hashes."""

import random
import string
from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.slack.errors import SlackError

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60.0


@dataclass(slots=True)
class Trigger:
    """A trigger id: one use within 3 seconds.

    Attributes:
        view_id: the modal it was born in; what a push goes on top of.
        channel: the conversation it was born in.
    """

    id: str
    user: str
    expires: float
    view_id: str | None = None
    channel: str | None = None
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """A response URL: 5 uses within 30 minutes.

    Attributes:
        message_ts: the message it may replace or delete; None for one that came of a command.
        posted: messages it posted, oldest first.
    """

    id: str
    channel: str
    user: str
    expires: float
    message_ts: str | None = None
    thread_ts: str | None = None
    command: str | None = None
    uses: int = 0
    posted: list[str] = field(default_factory=list)


class Issuer:
    """Hands out what is unique in a workspace.

    Attributes:
        triggers: the trigger ids handed out.
        response_urls: the response URLs handed out, by their token.
    """

    def __init__(self, clock: Clock, team_id: str) -> None:
        self.clock = clock
        self.team_id = team_id
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self._random = random.Random()
        self._last_ts = 0

    def new_id(self, prefix: str) -> str:
        """A fresh id such as `V0K3Q9ZX41B`, not seen in earlier runs either: bots keep ids in their databases."""
        return f"{prefix}0{''.join(self._random.choices(string.ascii_uppercase + string.digits, k=9))}"

    def new_ts(self) -> str:
        """A fresh message timestamp: seconds and microseconds, ever growing."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_trigger(self, user: str, view_id: str | None = None, channel: str | None = None) -> str:
        """A trigger id for what this person just did."""
        number = (
            f"{self._random.randrange(10**12)}.{self._random.randrange(10**11)}.{self._random.getrandbits(128):032x}"
        )
        self.triggers[number] = Trigger(number, user, self.clock.timestamp() + TRIGGER_SECONDS, view_id, channel)
        return number

    def take_trigger(self, trigger_id: str) -> Trigger:
        """Use a trigger id up; raises Slack's three errors for one that is unknown, old or used.

        The words are those of the reference of views.open: `invalid_trigger_id`, `expired_trigger_id`,
        `exchanged_trigger_id`.
        """
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock.timestamp() > trigger.expires:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_response_url(
        self,
        channel: str,
        user: str,
        message_ts: str | None = None,
        thread_ts: str | None = None,
        command: str | None = None,
    ) -> str:
        """The token of a response URL for what this person just did in a channel; see `ResponseUrl`."""
        token = f"{self.team_id}/{self._random.randrange(10**12)}/{self._random.getrandbits(96):024x}"
        expires = self.clock.timestamp() + RESPONSE_URL_SECONDS
        self.response_urls[token] = ResponseUrl(token, channel, user, expires, message_ts, thread_ts, command)
        return token

    def new_block_id(self) -> str:
        """An id for a block or element that came without one."""
        return "".join(self._random.choices(string.ascii_letters + string.digits, k=5))

    def new_hash(self) -> str:
        """A view's hash, new with every change: the time and eight characters."""
        tail = "".join(self._random.choices(string.ascii_letters + string.digits, k=8))
        return f"{int(self.clock.timestamp())}.{tail}"
