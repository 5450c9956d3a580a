"""What a Slack workspace is made of, and how its API shows it."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.uploads import File

Json = dict[str, Any]
"""A JSON object. Slack's payloads are passed on as they are."""


@dataclass(slots=True)
class User:
    """A person or a bot.

    Attributes:
        is_restricted: a guest of several channels.
        is_ultra_restricted: a guest of one channel (Slack sets both flags then).
        is_stranger: somebody of another organisation, here through Slack Connect; has another `team_id`.
        deleted: the account is deactivated.
        email: None where Slack would hide it.
    """

    id: str
    name: str
    real_name: str
    team_id: str
    email: str | None = None
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False
    bot_id: str | None = None
    title: str = ""
    tz: str = "Europe/Berlin"
    tz_offset: int = 3600
    locale: str = "en-GB"

    def json(self, *, with_email: bool) -> Json:
        """The user object of users.info and users.list."""
        profile: Json = {
            "title": self.title,
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "first_name": self.real_name.partition(" ")[0],
            "last_name": self.real_name.partition(" ")[2],
            "team": self.team_id,
        }
        if with_email and self.email and not self.is_stranger:
            profile["email"] = self.email
        if self.bot_id:
            profile |= {"bot_id": self.bot_id, "api_app_id": ""}
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "color": "9f69e7",
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": self.tz_offset,
            "profile": profile,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_stranger": self.is_stranger,
            "updated": 1700000000,
            "is_email_confirmed": True,
            "who_can_share_contact_card": "EVERYONE",
        }


@dataclass(slots=True)
class Message:
    """A message in a channel, group or DM.

    Attributes:
        ephemeral_to: the one person who sees it; None for everybody.
        typed_command: the slash command shown above an `in_channel` answer.
        root: the message whose thread a broadcast reply stands in.
    """

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    reply_broadcast: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    subtype: str | None = None
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    edited_ts: str | None = None
    ephemeral_to: str | None = None
    typed_command: str | None = None
    root: "Message | None" = None
    link_names: bool = False
    parse: str = ""
    mrkdwn: bool = True
    team: str = ""

    def json(self, *, with_metadata: bool = False) -> Json:
        """The message object of conversations.history, payloads and answers."""
        out: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": self.team}
        optional: Json = {
            "subtype": self.subtype or ("thread_broadcast" if self.reply_broadcast else None),
            "hidden": self.subtype == "tombstone",
            "root": self.root.json() if self.root else None,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "thread_ts": self.thread_ts,
            "metadata": self.metadata if with_metadata else None,
            "files": [file.json() for file in self.files],
            "reactions": [{"name": n, "users": users, "count": len(users)} for n, users in self.reactions.items()],
        }
        out |= {key: value for key, value in optional.items() if value}
        if self.edited_ts:
            out["edited"] = {"user": self.user, "ts": self.edited_ts}
        return out


@dataclass(slots=True)
class Channel:
    """A public or private channel or a DM.

    Attributes:
        posting_restricted_to: who may post; None means every member.
        user: the other side of a DM with the bot.
        is_ext_shared: people of another organisation are in it.
    """

    id: str
    name: str
    created: int
    creator: str
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    is_general: bool = False
    is_ext_shared: bool = False
    members: list[str] = field(default_factory=list)
    posting_restricted_to: list[str] | None = None
    user: str | None = None
    topic: str = ""
    purpose: str = ""
    messages: dict[str, Message] = field(default_factory=dict)

    def json(self, bot_user: str, team_id: str) -> Json:
        """The conversation object as the bot sees it."""
        if self.is_im:
            return {
                "id": self.id,
                "created": self.created,
                "is_im": True,
                "is_org_shared": False,
                "context_team_id": team_id,
                "user": self.user,
                "is_archived": self.is_archived,
                "is_user_deleted": False,
            }
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "previous_names": [],
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_general": self.is_general,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_org_shared": False,
            "is_member": bot_user in self.members,
            "created": self.created,
            "creator": self.creator,
            "context_team_id": team_id,
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": self.purpose, "creator": "", "last_set": 0},
            "num_members": len(self.members),
        }


@dataclass(slots=True)
class View:
    """A modal or a home tab, and what its person has typed into it.

    Attributes:
        content: what the app sent: type, title, submit, close, blocks (normalised), private_metadata, callback_id …
        channel: where the person was when it opened; None if they were in no conversation.
        values: `{block_id: {action_id: value object}}`, what the person sees and would submit.
        errors: `{block_id: text}`, shown at the inputs after a refused submission.
        notice: a general error shown in the modal, such as "We had some trouble connecting. Try again?".
    """

    id: str
    user: str
    content: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    external_id: str = ""
    channel: str | None = None
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    notice: str | None = None

    @property
    def type(self) -> str:
        """`modal` or `home`."""
        return str(self.content["type"])

    @property
    def blocks(self) -> list[Json]:
        """Its blocks, with the block and action ids that Slack gave where the app gave none."""
        blocks: list[Json] = self.content["blocks"]
        return blocks


@dataclass(slots=True)
class SlackApp:
    """The installed app, as its manifest has it.

    Attributes:
        commands: slash command → its settings (`should_escape`); None: every command is sent to the bot.
        shortcuts: callback id → `global` or `message`; None: any.
        events: the bot events it subscribed to.
        scopes: the bot's granted scopes.
        interactive: interactivity is switched on; without it nothing that people press reaches the bot.
    """

    id: str = "A0SANDBOX"
    name: str = "devrequest"
    bot_id: str = "B0SANDBOX"
    bot_user: str = "U0BOT"
    commands: dict[str, Json] | None = None
    shortcuts: dict[str, str] | None = None
    events: set[str] = field(default_factory=lambda: {"app_home_opened"})
    scopes: set[str] = field(default_factory=set)
    interactive: bool = True
    home_tab_enabled: bool = True
    messages_tab_enabled: bool = True
