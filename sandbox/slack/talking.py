"""What people do in channels and in the app's home: post, edit, delete, react, invite; and what the bot hears."""

from sandbox.slack import events, posting
from sandbox.slack.forms import ClientRefusedError
from sandbox.slack.model import Channel, Json, Message, User, View
from sandbox.slack.submission import Outcome
from sandbox.slack.typed import blocks_of, encoded
from sandbox.slack.workspace import SlackWorkspace


class Talker:
    """One user of the workspace, talking to others.

    Raises:
        SlackError: `user_not_found`.
    """

    def __init__(self, workspace: SlackWorkspace, user_id: str) -> None:
        self.workspace = workspace
        self.user: User = workspace.user(user_id)

    @property
    def dm(self) -> Channel:
        """Their DM with the bot."""
        return self.workspace.dm(self.user.id)

    @property
    def home(self) -> View | None:
        """The app's home tab as last published."""
        return self.workspace.windows.homes.get(self.user.id)

    def messages(self, channel_id: str, thread_ts: str | None = None) -> list[Message]:
        """What they see in a channel or thread, their ephemeral messages included, oldest first."""
        return self.workspace.visible_messages(channel_id, self.user.id, thread_ts)

    async def post(
        self, channel_id: str, text: str, *, thread_ts: str | None = None, reply_broadcast: bool = False
    ) -> Message:
        """Post a message as typed (`@mara`, `#web` and URLs become links); the bot hears of it if it subscribed.

        `reply_broadcast` shows a reply in the channel as well.
        """
        channel, workspace = self._in(channel_id), self.workspace
        if channel.posting_restricted_to is not None and self.user.id not in channel.posting_restricted_to:
            raise ClientRefusedError(f"{self.user.name} may not post in #{channel.name}")
        ts = workspace.issued.new_ts()
        message = Message(channel.id, ts, self.user.id, encoded(workspace, text), thread_ts=thread_ts)
        message.team, message.blocks = self.user.team_id, blocks_of(workspace, message.text)
        message.reply_broadcast = reply_broadcast and thread_ts is not None
        posting.thread_of(channel, thread_ts)
        channel.messages[message.ts] = message
        workspace.changed()
        events.posted(workspace, channel, message)
        return message

    async def edit(self, channel_id: str, ts: str, text: str) -> None:
        """Change one of their own messages."""
        channel, message = self._in(channel_id), self._message(channel_id, ts)
        if message.user != self.user.id:
            raise ClientRefusedError("that is no message of theirs")
        before = message.json()
        message.text = encoded(self.workspace, text)
        message.blocks = blocks_of(self.workspace, message.text)
        message.edited_ts = self.workspace.issued.new_ts()
        self.workspace.changed()
        events.changed(self.workspace, channel, message, before)

    def may_delete(self, message: Message) -> bool:
        """Whether Slack offers them to delete a message: one of their own, or any if they are an admin."""
        theirs = message.user == self.user.id or self.user.is_admin
        return theirs and message.subtype != "tombstone" and message.ephemeral_to is None

    async def delete(self, channel_id: str, ts: str) -> None:
        """Delete one of their own messages; an admin deletes those of others and of the bot too."""
        channel, message = self._in(channel_id), self._message(channel_id, ts)
        if not self.may_delete(message):
            raise ClientRefusedError("that is no message of theirs")
        posting.remove(self.workspace, channel, message)

    async def react(self, channel_id: str, ts: str, name: str) -> None:
        """Add a reaction to a message."""
        channel, message = self._in(channel_id), self._message(channel_id, ts)
        users = message.reactions.setdefault(name, [])
        if self.user.id not in users:
            users.append(self.user.id)
        self.workspace.changed()
        item = {"type": "message", "channel": channel_id, "ts": ts}
        event = {"type": "reaction_added", "user": self.user.id, "reaction": name, "item": item}
        event |= {"item_user": message.user, "event_ts": self.workspace.issued.new_ts()}
        events.tell(self.workspace, channel, "reaction_added", event)

    async def open_home(self, tab: str = "home") -> Outcome:
        """Open a tab of the app's home: `home` or `messages` (event app_home_opened).

        The event carries the view if it is the home tab and something was published there before.

        Raises:
            ClientRefusedError: the app has no such tab.
        """
        app = self.workspace.app
        if tab not in [
            name for name, on in (("home", app.home_tab_enabled), ("messages", app.messages_tab_enabled)) if on
        ]:
            raise ClientRefusedError(f"{app.name} has no tab {tab!r}")
        event: Json = {
            "type": "app_home_opened",
            "user": self.user.id,
            "channel": self.workspace.dm(self.user.id).id,
            "tab": tab,
            "event_ts": self.workspace.issued.new_ts(),
        }
        if tab == "home" and self.home is not None:
            event["view"] = self.workspace.windows.json(self.home)
        if "app_home_opened" not in app.events:
            return Outcome(acknowledged=False, problem="not_subscribed")
        payload = events.event_callback(self.workspace, event)
        return Outcome.of(await self.workspace.delivery.deliver("events_api", payload), payload)

    def invite(self, channel_id: str, user_id: str) -> None:
        """Bring somebody, or the bot, into a channel, as `/invite @name` does."""
        channel, user = self._in(channel_id), self.workspace.user(user_id)
        if user.id not in channel.members:
            channel.members.append(user.id)
            self.workspace.changed()
            kind = "G" if channel.is_private else "C"
            event = {"type": "member_joined_channel", "user": user.id, "channel": channel.id, "channel_type": kind}
            event |= {"team": user.team_id, "inviter": self.user.id, "event_ts": self.workspace.issued.new_ts()}
            events.tell(self.workspace, channel, "member_joined_channel", event)

    def _message(self, channel_id: str, ts: str) -> Message:
        message = self._in(channel_id).messages.get(ts)
        if message is None:
            raise ClientRefusedError("no such message")
        return message

    def _in(self, channel_id: str) -> Channel:
        channel = self.workspace.channel(channel_id)
        if self.user.deleted or self.user.id not in channel.members or channel.is_archived:
            raise ClientRefusedError(f"{self.user.name} can do nothing in {channel.name}")
        return channel

    def _slackbot(self, channel: Channel, text: str) -> Message:
        ts = self.workspace.issued.new_ts()
        channel.messages[ts] = Message(channel.id, ts, posting.SLACKBOT, text, ephemeral_to=self.user.id)
        self.workspace.changed()
        return channel.messages[ts]
