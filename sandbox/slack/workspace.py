"""The state of one Slack workspace: people, channels, messages, files, triggers, response URLs."""

import string
from collections.abc import Callable, Iterable

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.slack import posting, scopes
from sandbox.slack.changes import Changes
from sandbox.slack.delivery import Delivery
from sandbox.slack.elements import kept_values
from sandbox.slack.errors import SlackError
from sandbox.slack.issuing import Issuer
from sandbox.slack.model import Channel, Json, Message, SlackApp, User
from sandbox.slack.uploads import File
from sandbox.slack.windows import Windows


class SlackWorkspace(Changes):
    """One workspace with one installed app.

    Args:
        clock: the sandbox's time.
        faults: the faults that may be on.
        seed: fills a fresh workspace; called at once and after every `reset()`.

    Attributes:
        base_url: where the stand-in is reached, the mount point included: `http://127.0.0.1:8090/slack`. Response
            URLs, file URLs and the socket's URL start with it, so set it once the port is known.
        delivery: how payloads reach the bot; set `delivery.bot_url` for HTTP.
        issued: ids, trigger ids and response URLs.
        windows: the modals and home tabs that people have open.
        edit_window: seconds after which nobody changes a message any more, a setting of the workspace; None: never.
        processing: seconds that Slack takes to look into an upload before it is shared.
        complaints: what Slack would have refused where the app cannot be told: a view in the answer to a submission, a
            message for a response URL, unusable options. Tests expect none.
        revision: grows with every change; see `wait_for_change`.
    """

    def __init__(self, clock: Clock, faults: Faults, seed: "Callable[[SlackWorkspace], None] | None" = None) -> None:
        super().__init__()
        self.clock = clock
        self.faults = faults
        self.delivery = Delivery(clock)
        self.base_url = "http://127.0.0.1:8090/slack"
        self.app = SlackApp(scopes=set(scopes.ALL))
        self._seed = seed
        self._clear()

    def _clear(self) -> None:
        self.team: Json = {"id": "T0SANDBOX", "name": "Example Goods", "domain": "example-goods"}
        self.foreign_team_id = "T0PARTNER"
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.scheduled: dict[str, Json] = {}
        self.chosen: dict[str, dict[str, dict[str, Json]]] = {}
        self.offered: dict[tuple[str, str, str], list[Json]] = {}
        self.uploads: dict[str, int] = {}
        self.edit_window: float | None = None
        self.processing = 0.0
        self.complaints: list[str] = []
        self.windows = Windows(self)
        self.issued = Issuer(self.clock, self.team["id"])
        bot = User(self.app.bot_user, self.app.name, self.app.name, self.team["id"], is_bot=True)
        bot.bot_id = self.app.bot_id
        self.users[bot.id] = bot
        if self._seed is not None:
            self._seed(self)

    def reset(self) -> None:
        """Forget everything and start from the seed again. The app stays installed, connected and where it was."""
        self._clear()
        self.changed()

    # What a seed is written with.

    def add_user(
        self,
        name: str,
        real_name: str | None = None,
        *,
        user_id: str | None = None,
        email: str | None = None,
        admin: bool = False,
        guest: bool = False,
        single_channel_guest: bool = False,
        stranger: bool = False,
        deactivated: bool = False,
        tz: str = "Europe/Berlin",
        tz_offset: int = 3600,
        title: str = "",
    ) -> User:
        """A new person; the e-mail is `name@example.com` unless given.

        Args:
            name: the handle, such as `mara`.
            real_name: as people write it; default: the name with a capital letter.
            user_id: default `U0` + the name in capitals (`W0…` for a stranger).
            email: overrides the default.
            admin: a workspace admin.
            guest: a guest of several channels.
            single_channel_guest: a guest of one channel.
            stranger: of another organisation, through Slack Connect.
            deactivated: the account was switched off.
            tz: time zone name.
            tz_offset: the zone's offset in seconds.
            title: what they do.
        """
        user = User(
            user_id or self._named_id("W0" if stranger else "U0", name),
            name,
            real_name or name.capitalize(),
            self.foreign_team_id if stranger else self.team["id"],
            email or f"{name}@example.com",
            is_admin=admin,
            is_restricted=guest or single_channel_guest,
            is_ultra_restricted=single_channel_guest,
            is_stranger=stranger,
            deleted=deactivated,
            tz=tz,
            tz_offset=tz_offset,
            title=title,
        )
        self.users[user.id] = user
        self.changed()
        return user

    def add_channel(
        self,
        name: str,
        members: Iterable[User] = (),
        *,
        channel_id: str | None = None,
        private: bool = False,
        archived: bool = False,
        with_bot: bool = True,
        shared: bool = False,
        posting_restricted_to: Iterable[User] | None = None,
        topic: str = "",
        purpose: str = "",
    ) -> Channel:
        """A new channel.

        Args:
            name: without `#`.
            members: who is in it.
            channel_id: default `C0` + the name in capitals.
            private: a private channel.
            archived: nobody can post any more.
            with_bot: whether the bot is a member.
            shared: shared with another organisation.
            posting_restricted_to: the only people who may post.
            topic: the channel's topic.
            purpose: the channel's description.
        """
        people = [user.id for user in members]
        channel = Channel(
            channel_id or self._named_id("C0", name),
            name,
            int(self.clock.timestamp()),
            people[0] if people else self.app.bot_user,
            is_private=private,
            is_archived=archived,
            is_ext_shared=shared,
            members=people + ([self.app.bot_user] if with_bot else []),
            posting_restricted_to=None if posting_restricted_to is None else [u.id for u in posting_restricted_to],
            topic=topic,
            purpose=purpose,
        )
        self.channels[channel.id] = channel
        self.changed()
        return channel

    def add_file(self, user: str, name: str, data: bytes, mimetype: str = "application/octet-stream") -> File:
        """A file that a person uploaded; kept private until it is shared."""
        file = self.new_file(user, name, mimetype)
        file.data = data
        return file

    def install(self, manifest: Json) -> None:
        """Set commands, shortcuts, scopes and events as an app manifest has them; what it lacks is refused then."""
        features, settings = manifest.get("features", {}), manifest.get("settings", {})
        self.app.commands = {c["command"]: c for c in features.get("slash_commands", [])}
        self.app.shortcuts = {s["callback_id"]: s["type"] for s in features.get("shortcuts", [])}
        self.app.events = set(settings.get("event_subscriptions", {}).get("bot_events", []))
        self.app.scopes = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))
        self.app.interactive = bool(settings.get("interactivity", {}).get("is_enabled"))
        home = features.get("app_home", {})
        self.app.home_tab_enabled = bool(home.get("home_tab_enabled"))
        self.app.messages_tab_enabled = bool(home.get("messages_tab_enabled", True))

    def new_file(self, user: str, name: str, mimetype: str) -> File:
        """A file without its bytes yet."""
        file_id = self.issued.new_id("F")
        url = f"{self.base_url}/files-pri/{self.team['id']}-{file_id}"
        file = File(file_id, name, mimetype, user, int(self.clock.timestamp()), url=url)
        self.files[file.id] = file
        return file

    # What is read.

    def user(self, user_id: str) -> User:
        """The person with this id; raises `user_not_found`."""
        if user_id not in self.users:
            raise SlackError("user_not_found")
        return self.users[user_id]

    def channel(self, channel_id: str) -> Channel:
        """The conversation with this id; raises `channel_not_found`."""
        if channel_id not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[channel_id]

    def channel_named(self, name: str) -> Channel | None:
        """The channel of this name, `#` or not."""
        return next((c for c in self.channels.values() if c.name == name.lstrip("#") and not c.is_im), None)

    def dm(self, user_id: str) -> Channel:
        """The DM between the bot and this person, opened if need be."""
        found = next((c for c in self.channels.values() if c.is_im and c.user == user_id), None)
        if found is None:
            channel_id = self._named_id("D0", self.user(user_id).name)
            found = Channel(channel_id, "directmessage", int(self.clock.timestamp()), user_id, is_im=True, user=user_id)
            found.members = [user_id, self.app.bot_user]
            self.channels[found.id] = found
            self.changed()
        return found

    def visible_channels(self, user_id: str) -> list[Channel]:
        """What stands in this person's sidebar: their channels and the DM with the bot."""
        return [c for c in self.channels.values() if user_id in c.members]

    def visible_messages(self, channel_id: str, user_id: str, thread_ts: str | None = None) -> list[Message]:
        """What this person sees in a channel (or, with `thread_ts`, in one thread), oldest first."""
        posting.post_due(self)
        shown = [m for m in self.channel(channel_id).messages.values() if m.ephemeral_to in (None, user_id)]
        if thread_ts is not None:
            return [m for m in shown if thread_ts in (m.ts, m.thread_ts)]
        return [m for m in shown if m.thread_ts in (None, m.ts) or m.reply_broadcast]

    def message_values(self, message: Message) -> dict[str, dict[str, Json]]:
        """What is chosen in the elements of a message: `{block_id: {action_id: value object}}`."""
        if message.ts not in self.chosen:
            self.chosen[message.ts] = {}
        return kept_values(message.blocks, self.chosen[message.ts])

    def permalink(self, message: Message) -> str:
        """The link to a message. It has Slack's path but leads to this machine."""
        link = f"{self.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
        in_thread = message.thread_ts and message.thread_ts != message.ts
        return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}" if in_thread else link

    def new_response_url(
        self,
        channel: str,
        user: str,
        message_ts: str | None = None,
        thread_ts: str | None = None,
        command: str | None = None,
    ) -> str:
        """A response URL for what this person just did in a channel."""
        return f"{self.base_url}/response/{self.issued.new_response_url(channel, user, message_ts, thread_ts, command)}"

    def complain(self, where: str, error: SlackError) -> None:
        """Note something that Slack would not have taken, see `complaints`."""
        self.complaints.append(f"{where}: {error}")

    def _named_id(self, prefix: str, name: str) -> str:
        letters = "".join(c for c in name.upper() if c in string.ascii_uppercase + string.digits)[:9]
        taken = {**self.users, **self.channels}
        return f"{prefix}{letters}" if f"{prefix}{letters}" not in taken else self.issued.new_id(prefix)
