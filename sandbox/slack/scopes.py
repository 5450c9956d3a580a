"""The bot scopes that the methods ask for (Slack's scope reference and the method pages)."""

NEEDED: dict[str, tuple[str, ...]] = {
    "bots.info": ("users:read",),
    "chat.delete": ("chat:write",),
    "chat.deleteScheduledMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.scheduleMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.join": ("channels:join",),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "reactions.add": ("reactions:write",),
    "reactions.get": ("reactions:read",),
    "reactions.remove": ("reactions:write",),
    "team.info": ("team:read",),
    "users.conversations": ("channels:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
}
"""Method → scopes it cannot do without. Methods on conversations depend on the kind of conversation instead."""

BY_KIND: dict[str, dict[str, str]] = {
    "read": {"public": "channels:read", "private": "groups:read", "im": "im:read"},
    "history": {"public": "channels:history", "private": "groups:history", "im": "im:history"},
    "write": {"public": "channels:manage", "private": "groups:write", "im": "im:write"},
}
"""Action → kind of conversation → scope."""

ALL: frozenset[str] = frozenset(
    {scope for scopes in NEEDED.values() for scope in scopes}
    | {scope for kinds in BY_KIND.values() for scope in kinds.values()}
    | {"app_mentions:read", "chat:write.customize", "chat:write.public", "commands", "users:read.email"}
)
"""What a fresh sandbox app is granted; `SlackWorkspace.install` narrows it to the manifest's."""
