"""Who somebody is: in Slack, and in the trackers by e-mail or by the configuration's `people`."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from adapters.base import Person, Scope, Settings
from adapters.errors import TrackerError
from bot import log
from bot.domain.request import Requester
from bot.slack.gateway import Gateway, SlackRefused
from bot.usecases.ports import SlackUnavailable, Trackers

KEEP = 600.0
"""Seconds that an answer is trusted."""
MEMBERS_KEEP = 60.0
"""Seconds that the members of a channel are trusted; somebody who joined just now should not wait long."""
ADDRESS_WITHIN = 5.0
"""Seconds that a message waits for the address of one of its people."""
UNSAID_KEEP = 60.0
"""Seconds for which a tracker that did not say an address is not asked for it again."""
MEMBER_WITHIN = 0.4
"""Seconds that somebody who pressed Submit is kept waiting for the question whether they may."""
ASKED = 3
"""How often Slack is asked who reads a channel, before titles are withheld."""
LONGEST_PAUSE = 10.0
"""Seconds between two times at most."""

HIDDEN = frozenset({"user_not_visible", "user_not_found"})
"""What Slack says of people whom our token may not see: those of other organisations
(https://docs.slack.dev/reference/methods/users.info)."""

logger = log.get(__name__)


class KnownPerson(Protocol):
    """What the configuration says about somebody; beside the e-mail, ids under the names of trackers."""

    @property
    def email(self) -> str | None: ...  # noqa: D102 (the class says it)


class SlackPeople:
    """The port `People` on Slack's `users.info`.

    Args:
        gateway: Slack.
        trackers: where people are looked up by e-mail.
        known: Slack id → what the configuration says.
        scopes: tracker name → the settings of a team that uses it, to search for people in.
    """

    def __init__(
        self, gateway: Gateway, trackers: Trackers, known: Mapping[str, KnownPerson], scopes: Mapping[str, Settings]
    ) -> None:
        self._gateway = gateway
        self._trackers = trackers
        self._known = known
        self._scopes = scopes
        self._users: dict[str, tuple[float, dict[str, Any]]] = {}
        self._asking: dict[str, asyncio.Task[dict[str, Any]]] = {}
        self._found: dict[tuple[str, str], tuple[float, Person]] = {}
        self._by_address: dict[str, tuple[float, str | None]] = {}
        self._addresses: dict[tuple[str, str], tuple[float, str | None]] = {}
        self._unsaid: dict[str, float] = {}
        self._shared: dict[str, tuple[float, bool]] = {}
        self._members: dict[str, tuple[float, set[str]]] = {}
        self._channels: dict[str, tuple[float, str]] = {}
        self._sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def requester(self, user: str) -> Requester:
        """Name, e-mail and time zone; only the id if Slack does not say."""
        info = await self._user(user)
        profile = info.get("profile") or {}
        email = getattr(self._known.get(user), "email", None) or profile.get("email")
        name = (
            profile.get("real_name") or info.get("real_name") or profile.get("display_name") or info.get("name") or user
        )
        return Requester(
            id=user, name=str(name), email=email.lower() if email else None, time_zone=info.get("tz") or ""
        )

    async def is_outsider(self, user: str, slack_team: str, *, within: float | None = None) -> bool:
        """Whether that is a guest, or somebody of another organisation (Slack Connect).

        Members of another workspace of the same Grid organisation are none, nor are those of whom Slack says nothing
        now, since a member's request matters more than a guest's: it is asked again when the form is handed in, and
        before the ticket is made. Whom Slack hides from us is one.
        """
        info = await self._user(user, within=MEMBER_WITHIN if within is None else within)
        if not info:
            return False
        if info.get("deleted"):
            return True
        if info.get("is_restricted") or info.get("is_ultra_restricted") or info.get("is_stranger"):
            return True
        at_grid = info.get("enterprise_user") or {}
        ours = self._gateway.workspace.enterprise
        if ours and at_grid.get("enterprise_id") == ours:
            return False
        return slack_team not in (at_grid.get("teams") or [info.get("team_id")])

    async def in_tracker(self, user: str, tracker: str) -> Person:
        """The person for that tracker; without an id where the tracker does not know them, or does not answer now."""
        kept = self._found.get((user, tracker))
        if kept and time.monotonic() - kept[0] < KEEP:
            return kept[1]
        who = await self.requester(user)
        fixed = getattr(self._known.get(user), tracker, None)
        found: Person | None = Person(who.name, who.email, str(fixed) if fixed else None)
        if who.email and not fixed:
            found = await self._by_email(who, tracker)
        if found is None:
            return Person(who.name, who.email)
        if found.name != user:
            self._found[user, tracker] = (time.monotonic(), found)
        return found

    async def in_slack(self, person: Person, tracker: str, *, sure: bool = False) -> str | None:
        """The Slack id of a person of that tracker: by the configuration, else by e-mail; None if unknown.

        Where tickets do not tell the address of a person, their tracker is asked for it.

        https://docs.slack.dev/reference/methods/users.lookupByEmail

        Raises:
            SlackUnavailable: with `sure`, where Slack does not say now and never did.
        """
        for user, known in self._known.items():
            fixed = getattr(known, tracker, None)
            if person.id and fixed == person.id:
                return user
            if person.email and (known.email or "").lower() == person.email.lower():
                return user
        email = person.email or await self._address(person, tracker)
        if not email:
            return None
        kept = self._by_address.get(email)
        if kept and time.monotonic() - kept[0] < KEEP:
            return kept[1]
        try:
            answer = await self._gateway.form("users.lookupByEmail", email=email)
        except SlackRefused:
            found = None
        except SlackUnavailable as error:
            logger.info("user not looked up", reason=str(error))
            if sure and not kept:
                raise
            return kept[1] if kept else None
        else:
            found = str((answer.get("user") or {}).get("id") or "") or None
        self._by_address[email] = (time.monotonic(), found)
        return found

    async def has_left(self, user: str) -> bool:
        """Whether that account was deactivated; no, while Slack does not say."""
        return bool((await self._user(user)).get("deleted"))

    async def is_bot(self, user: str) -> bool:
        """Whether that is a bot, ourselves included; no, while Slack does not say."""
        return bool((await self._user(user)).get("is_bot")) or user == "USLACKBOT"

    async def is_shared(self, channel: str) -> bool:
        """Whether people of another organisation read the channel (Slack Connect).

        A Slack that does not answer is asked again, and then it is what it was last; where nobody knows, it is: a title
        that was shown to strangers cannot be taken back. Where Slack refuses to tell, it is not.

        https://docs.slack.dev/reference/objects/conversation-object
        """
        kept = self._shared.get(channel)
        if kept and time.monotonic() - kept[0] < KEEP:
            return kept[1]
        for _ in range(ASKED):
            try:
                answer = await self._gateway.form("conversations.info", channel=channel)
            except SlackRefused as refused:
                logger.info("channel not read", reason=refused.code)
                return kept[1] if kept else False
            except SlackUnavailable as error:
                logger.info("channel not read", reason=str(error))
                if kept:
                    return kept[1]
                await self._sleep(min(error.after, LONGEST_PAUSE))
            else:
                shared = bool((answer.get("channel") or {}).get("is_ext_shared"))
                self._shared[channel] = (time.monotonic(), shared)
                return shared
        logger.warning("nobody knows who reads a channel: posts there name keys and links only", channel=channel)
        return True

    async def channel_name(self, channel: str) -> str:
        """What a channel is called; its id if Slack does not say, as of private ones that the bot is not in."""
        kept = self._channels.get(channel)
        if kept and time.monotonic() - kept[0] < KEEP:
            return kept[1]
        try:
            answer = await self._gateway.form("conversations.info", channel=channel)
        except SlackUnavailable as error:
            logger.info("channel not read", reason=str(error))
            return kept[1] if kept else channel
        except SlackRefused as refused:
            logger.info("channel not read", reason=refused.code)
            answer = {}
        name = str((answer.get("channel") or {}).get("name") or channel)
        self._channels[channel] = (time.monotonic(), name)
        return name

    async def in_channel(self, user: str, channel: str) -> bool:
        """Whether that person is a member of the channel; no, while Slack does not say.

        https://docs.slack.dev/reference/methods/conversations.members
        """
        kept = self._members.get(channel)
        if kept and time.monotonic() - kept[0] < MEMBERS_KEEP:
            return user in kept[1]
        members: set[str] = set()
        try:
            async for page in self._gateway.pages("conversations.members", "members", channel=channel):
                members.update(str(member) for member in page)
        except (SlackRefused, SlackUnavailable) as error:
            logger.info("members not read", reason=str(error))
            return kept is not None and user in kept[1]
        self._members[channel] = (time.monotonic(), members)
        return user in members

    async def _address(self, person: Person, tracker: str) -> str | None:
        """The e-mail address of somebody whose tickets do not tell it; None if their tracker does not say it now."""
        if not person.id:
            return None
        now = time.monotonic()
        until, address = self._addresses.get((tracker, person.id), (0.0, None))
        if now < max(until, self._unsaid.get(tracker, 0.0)):
            return address
        try:
            port = self._trackers.get(tracker)
            if port.capabilities.tells_addresses:
                return None
            async with asyncio.timeout(ADDRESS_WITHIN):
                found = await port.people(person.id, Scope(self._scopes.get(tracker, {})))
        except (TrackerError, KeyError, TimeoutError) as error:
            logger.info("address not looked up", tracker=tracker, reason=type(error).__name__)
            self._unsaid[tracker] = now + UNSAID_KEEP
            return address
        address = next((one.email for one in found if one.id == person.id), None)
        self._addresses[tracker, person.id] = (now + KEEP, address)
        return address

    async def _by_email(self, who: Requester, tracker: str) -> Person | None:
        """The person with that address, without an id if there is none; None if the tracker does not answer now."""
        try:
            found = await self._trackers.get(tracker).people(who.email or "", Scope(self._scopes.get(tracker, {})))
        except (TrackerError, KeyError) as error:
            logger.info("person not looked up", tracker=tracker, reason=type(error).__name__)
            return None
        exact = [person for person in found if (person.email or "").lower() == who.email]
        match = exact[0] if exact else found[0] if len(found) == 1 and found[0].email is None else None
        return Person(who.name, who.email, match.id if match else None)

    async def _user(self, user: str, within: float | None = None) -> dict[str, Any]:
        """Slack's user object; what was known before, or nothing, if Slack does not say so in time."""
        kept = self._users.get(user)
        if kept and time.monotonic() - kept[0] < KEEP:
            return kept[1]
        if within == 0.0:
            return kept[1] if kept else {}
        if user not in self._asking:
            self._asking[user] = asyncio.create_task(self._ask(user))
            self._asking[user].add_done_callback(lambda _: self._asking.pop(user, None))
        answer = None
        try:
            async with asyncio.timeout(within):
                answer = await asyncio.shield(self._asking[user])  # whoever waits for longer gets the same answer
        except TimeoutError:
            logger.debug("user not read in time")
        return answer or (kept[1] if kept else {})

    async def _ask(self, user: str) -> dict[str, Any]:
        try:
            answer = await self._gateway.form("users.info", user=user)
        except (SlackRefused, SlackUnavailable) as error:
            logger.info("user not read", reason=str(error))
            if not isinstance(error, SlackRefused) or error.code not in HIDDEN:
                return {}
            answer = {"user": {"is_stranger": True}}
        info: dict[str, Any] = answer.get("user") or {}
        self._users[user] = (time.monotonic(), info)
        return info
