"""What people do in channels: post, edit, delete, react, invite; and the events of which the bot then hears."""

from sandbox.slack import payloads, posting
from sandbox.slack.forms import ClientRefusedError
from sandbox.slack.model import Channel, Json, Message, User
from sandbox.slack.typed import blocks_of, encoded
from sandbox.slack.workspace import SlackWorkspace

SLACKBOT = "USLACKBOT"


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

    def messages(self, channel_id: str, thread_ts: str | None = None) -> list[Message]:
        """What they see in a channel or thread, their ephemeral messages included, oldest first."""
        return self.workspace.visible_messages(channel_id, self.user.id, thread_ts)

    async def post(self, channel_id: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Post a message as typed (`@mara`, `#web` and URLs become links); the bot hears of it if it subscribed."""
        channel, workspace = self._in(channel_id), self.workspace
        if channel.posting_restricted_to is not None and self.user.id not in channel.posting_restricted_to:
            raise ClientRefusedError(f"{self.user.name} may not post in #{channel.name}")
        ts = workspace.issued.new_ts()
        message = Message(channel.id, ts, self.user.id, encoded(workspace, text), thread_ts=thread_ts)
        message.team, message.blocks = self.user.team_id, blocks_of(workspace, message.text)
        posting.thread_of(channel, thread_ts)
        channel.messages[message.ts] = message
        workspace.changed()
        event = self._message_event(channel, message.json())
        self._tell(channel, _message_events(channel), event)
        if f"<@{workspace.app.bot_user}>" in message.text:
            self._tell(channel, "app_mention", {**event, "type": "app_mention"})
        return message

    async def edit(self, channel_id: str, ts: str, text: str) -> None:
        """Change one of their own messages."""
        channel, message = self._own(channel_id, ts)
        before = message.json()
        message.text = encoded(self.workspace, text)
        message.blocks = blocks_of(self.workspace, message.text)
        message.edited_ts = self.workspace.issued.new_ts()
        self.workspace.changed()
        event = {"type": "message", "subtype": "message_changed", "message": message.json(), "previous_message": before}
        self._tell(channel, _message_events(channel), self._message_event(channel, event))

    async def delete(self, channel_id: str, ts: str) -> None:
        """Delete one of their own messages."""
        channel, message = self._own(channel_id, ts)
        before = message.json()
        posting.remove(self.workspace, channel, message)
        event = {"type": "message", "subtype": "message_deleted", "deleted_ts": ts, "previous_message": before}
        self._tell(channel, _message_events(channel), self._message_event(channel, event))

    async def react(self, channel_id: str, ts: str, name: str) -> None:
        """Add a reaction to a message."""
        channel = self._in(channel_id)
        message = channel.messages.get(ts)
        if message is None:
            raise ClientRefusedError("no such message")
        users = message.reactions.setdefault(name, [])
        if self.user.id not in users:
            users.append(self.user.id)
        self.workspace.changed()
        item = {"type": "message", "channel": channel_id, "ts": ts}
        event = {"type": "reaction_added", "user": self.user.id, "reaction": name, "item": item}
        event |= {"item_user": message.user, "event_ts": self.workspace.issued.new_ts()}
        self._tell(channel, "reaction_added", event)

    def invite(self, channel_id: str, user_id: str) -> None:
        """Bring somebody, or the bot, into a channel, as `/invite @name` does."""
        channel, user = self._in(channel_id), self.workspace.user(user_id)
        if user.id not in channel.members:
            channel.members.append(user.id)
            self.workspace.changed()
            kind = "G" if channel.is_private else "C"
            event = {"type": "member_joined_channel", "user": user.id, "channel": channel.id, "channel_type": kind}
            event |= {"team": user.team_id, "inviter": self.user.id, "event_ts": self.workspace.issued.new_ts()}
            self._tell(channel, "member_joined_channel", event)

    def _own(self, channel_id: str, ts: str) -> tuple[Channel, Message]:
        channel = self._in(channel_id)
        message = channel.messages.get(ts)
        if message is None or message.user != self.user.id:
            raise ClientRefusedError("that is no message of theirs")
        return channel, message

    def _in(self, channel_id: str) -> Channel:
        channel = self.workspace.channel(channel_id)
        if self.user.deleted or self.user.id not in channel.members or channel.is_archived:
            raise ClientRefusedError(f"{self.user.name} can do nothing in {channel.name}")
        return channel

    def _slackbot(self, channel: Channel, text: str) -> Message:
        ts = self.workspace.issued.new_ts()
        channel.messages[ts] = Message(channel.id, ts, SLACKBOT, text, ephemeral_to=self.user.id)
        self.workspace.changed()
        return channel.messages[ts]

    def _message_event(self, channel: Channel, event: Json) -> Json:
        kind = "im" if channel.is_im else "group" if channel.is_private else "channel"
        ts = event.get("ts") or self.workspace.issued.new_ts()
        return {**event, "channel": channel.id, "channel_type": kind, "ts": ts, "event_ts": ts}

    def _tell(self, channel: Channel, name: str, event: Json) -> None:
        workspace = self.workspace
        if name in workspace.app.events and workspace.app.bot_user in channel.members:
            payload = payloads.event_callback(workspace, event)
            workspace.delivery.spawn(workspace.delivery.deliver("events_api", payload))


def _message_events(channel: Channel) -> str:
    return "message.im" if channel.is_im else "message.groups" if channel.is_private else "message.channels"
