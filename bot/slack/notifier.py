"""Messages and views on their way to Slack: each once, and looked for before it is sent again."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot import log
from bot.domain.messages import Address, Message, Posted, ToPerson, Unreachable
from bot.domain.request import Draft
from bot.slack.acks import Acks
from bot.slack.forms import Forms
from bot.slack.gateway import Gateway, SlackRefused
from bot.slack.home_tabs import HomeTabs
from bot.slack.permalinks import permalink
from bot.slack.views.messages import as_view, render
from bot.slack.views.rendered import Rendered
from bot.usecases.own_comments import SKEW
from bot.usecases.ports import People, SlackUnavailable

EVENT = "devrequest_post"
LOOK_BACK_PAGES = 5
"""Pages of 200 messages in which an earlier post is looked for; a retry comes within hours, not months."""
DELETED = frozenset({"message_not_found", "channel_not_found", "cant_update_message"})
"""What Slack says of a message that somebody deleted, by itself or with its channel; the last if it had replies, and a
note of Slack's own stands in its place."""
INSTALL_AGAIN = "Slack no longer takes my token: install the app again and set SLACK_BOT_TOKEN to the new one."
THREADS_ONLY = "That channel takes replies only: allow the app to post there, or name another channel."
FIXES = {
    "not_in_channel": "Type /invite @devrequest in that channel.",
    "channel_not_found": "Type /invite @devrequest there; if the channel is gone, name another in the configuration.",
    "is_archived": "The channel is archived: unarchive it, or name another channel in the configuration.",
    "restricted_action": "Posting is restricted there: allow the app to post, or name another channel.",
    "restricted_action_read_only_channel": "Posting is restricted there: allow the app to post.",
    "restricted_action_thread_only_channel": THREADS_ONLY,
    "restricted_action_non_threadable_channel": "That channel takes no replies: allow threads there, or name another.",
    "cannot_reply_to_message": "That message takes no replies.",
    "invalid_auth": INSTALL_AGAIN,
    "not_authed": INSTALL_AGAIN,
    "token_revoked": INSTALL_AGAIN,
    "token_expired": INSTALL_AGAIN,
    "account_inactive": INSTALL_AGAIN,
    "user_not_found": "That person is no longer in this workspace.",
    "user_disabled": "That person is no longer in this workspace.",
    "cannot_dm_bot": "That is a bot, which takes no direct messages.",
    "messages_tab_disabled": "Switch on the Messages tab of the app's home.",
    "missing_scope": "Reinstall the app with the scopes of `devrequest manifest`.",
}

logger = log.get(__name__)


class SlackNotifier:
    """The port `Notifier`.

    Args:
        gateway: Slack.
        forms: makes the form that comes back after a refusal.
        people: the names of those whom messages are about.
        acks: draws into windows, after the answers to their submissions.
        homes: draws the app's Home.
    """

    def __init__(self, gateway: Gateway, forms: Forms, people: People, acks: Acks, homes: HomeTabs) -> None:
        self._gateway = gateway
        self._forms = forms
        self._people = people
        self._acks = acks
        self._homes = homes
        self._dms: dict[str, str] = {}
        self._pending: dict[str, float] = {}

    async def post(self, key: str, to: Address, message: Message, *, may_exist: bool) -> Posted | Unreachable:
        """Post once; the key travels in the message's metadata, where a later look finds it.

        A message that Slack did not answer for in time may come late: until it must have, it is neither looked for nor
        sent again, whoever asks.

        Raises:
            SlackUnavailable: try again after its `after` seconds, with `may_exist`.
        """
        channel, thread = (to.user, None) if isinstance(to, ToPerson) else (to.channel, to.thread_ts)
        rendered = render(message, await self._names(message))
        try:
            posted = await self._post(key, channel, thread, rendered, may_exist=may_exist)
            for number, rest in enumerate(rendered.continued, 2):
                await self._post(f"{key}#{number}", posted.channel, posted.ts, rest, may_exist=may_exist)
        except SlackRefused as refused:
            if refused.code not in FIXES:
                logger.warning(
                    "message refused", code=refused.code, details=refused.details, message=type(message).__name__
                )
            return _unreachable(channel, refused.code)
        logger.info("message posted", message=type(message).__name__, channel=posted.channel)
        return await self._with_permalink(posted, thread)

    async def find(self, key: str, to: Address, since: datetime) -> Posted | Unreachable | None:
        """The message that was posted with this key since then.

        Raises:
            SlackUnavailable: try again after its `after` seconds.
        """
        channel, thread = (to.user, None) if isinstance(to, ToPerson) else (to.channel, to.thread_ts)
        self._wait_for(key)
        try:
            ts = await self._earlier(channel, thread, key, since, guess=False)
            return await self._with_permalink(Posted(await self._dm(channel), ts), thread) if ts else None
        except SlackRefused as refused:
            return _unreachable(channel, refused.code)

    async def edit(self, posted: Posted, message: Message) -> bool:
        """Replace a message; False if it is gone.

        Raises:
            SlackUnavailable: try again after its `after` seconds.
        """
        rendered = render(message, await self._names(message))
        try:
            await self._gateway.call(
                "chat.update", channel=posted.channel, ts=posted.ts, text=rendered.text, blocks=rendered.blocks
            )
        except SlackRefused as refused:
            logger.info("message not edited", code=refused.code)
            return refused.code not in DELETED
        return True

    async def show(self, view_id: str, message: Message) -> bool:
        """Replace an open view; False if it was closed meanwhile."""
        return await self._update_view(view_id, as_view(message, await self._names(message)))

    async def show_form(self, view_id: str, draft: Draft, problems: Mapping[str, str]) -> bool:
        """Replace an open view by the form, with reasons at its fields; False if it was closed."""
        return await self._update_view(view_id, await self._forms.view(draft, problems))

    def home_changed(self, slack_team: str, user: str) -> None:
        """Draw somebody's Home again soon, if they have opened it once."""
        self._homes.changed(slack_team, user)

    async def _update_view(self, view_id: str, view: dict[str, Any]) -> bool:
        try:
            await self._acks.show(view_id, view)
        except SlackRefused as refused:
            if refused.code not in {"not_found", "view_not_found", "expired_trigger_id"}:
                logger.warning("view not updated", code=refused.code, details=refused.details)
            return False
        return True

    async def _post(self, key: str, channel: str, thread: str | None, rendered: Rendered, *, may_exist: bool) -> Posted:
        self._wait_for(key)
        if may_exist and (ts := await self._earlier(channel, thread, key)):
            return Posted(await self._dm(channel), ts)
        try:
            answer = await self._gateway.call(
                "chat.postMessage",
                channel=channel,  # a person's id stands for their DM with the bot
                thread_ts=thread,
                text=rendered.text,
                blocks=rendered.blocks,
                metadata={"event_type": EVENT, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackUnavailable as error:
            if error.pending:
                self._pending[key] = time.monotonic() + error.after
            raise
        return Posted(str(answer.get("channel") or channel), str(answer["ts"]))

    def _wait_for(self, key: str) -> None:
        """Not before a message that may come late must have come.

        Raises:
            SlackUnavailable: it may yet come.
        """
        left = self._pending.get(key, 0.0) - time.monotonic()
        if left > 0:
            raise SlackUnavailable("an earlier try may yet arrive", left, sent=True, pending=True)
        self._pending.pop(key, None)

    async def _names(self, message: Message) -> dict[str, str]:
        """The name of the person whom a message is about; what the form came with if Slack does not say one now."""
        about = getattr(message, "summary", None)
        if about is None:
            return {}
        name = (await self._people.requester(about.requester)).name
        return {about.requester: about.requester_name or name if name == about.requester else name}

    async def _earlier(
        self, channel: str, thread: str | None, key: str, since: datetime | None = None, *, guess: bool = True
    ) -> str | None:
        """The timestamp of a message that carries the key; thread replies are not in a channel's history.

        Without the scope to look nothing is found: with `guess`, whoever asks would rather say it twice than never.
        """
        oldest = f"{(since - SKEW).timestamp():.6f}" if since else None
        method = "conversations.replies" if thread else "conversations.history"
        left = LOOK_BACK_PAGES
        try:
            place = await self._dm(channel)
            pages = self._gateway.pages(
                method, "messages", channel=place, ts=thread, oldest=oldest, include_all_metadata=True
            )
            async for page in pages:
                for message in page:
                    payload = (message.get("metadata") or {}).get("event_payload") or {}
                    if payload.get("key") == key:
                        return str(message["ts"])
                left -= 1
                if not left:
                    return None
        except SlackRefused as refused:
            logger.info("history not read", code=refused.code)
            if refused.code == "missing_scope" and guess:
                return None
            raise
        return None

    async def _dm(self, channel: str) -> str:
        """The id of the DM for a user id; history wants it, posting does not."""
        if channel[:1] not in {"U", "W"}:
            return channel
        if channel not in self._dms:
            answer = await self._gateway.call("conversations.open", users=channel)
            self._dms[channel] = str((answer.get("channel") or {}).get("id") or channel)
        return self._dms[channel]

    async def _with_permalink(self, posted: Posted, thread: str | None) -> Posted:
        return replace(posted, permalink=await permalink(self._gateway, posted.channel, posted.ts, thread))


def _unreachable(channel: str, code: str) -> Unreachable:
    """What a refusal means; nobody can let the bot into the direct messages of two people."""
    fix = FIXES.get(code, f"Slack's reason is {code}; the bot's log may say more.")
    of_others = channel.startswith("D") and code == "channel_not_found"
    return Unreachable(channel, code, fix, hopeless=of_others or code == "cannot_reply_to_message")
