"""users.*, auth.test, team.info, bots.info, api.test."""

from sandbox.slack.api.call import Call, Method
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json, User
from sandbox.slack.scopes import BY_KIND


def auth_test(call: Call) -> Json:
    """auth.test: whose token it is."""
    workspace = call.workspace
    return {
        "url": f"https://{workspace.team['domain']}.slack.com/",
        "team": workspace.team["name"],
        "user": workspace.users[workspace.app.bot_user].name,
        "team_id": workspace.team["id"],
        "user_id": workspace.app.bot_user,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
    }


def api_test(call: Call) -> Json:
    """api.test: says back what it was told."""
    if call.text("error"):
        raise SlackError(call.text("error"), args=call.args)
    return {"args": call.args}


def info(call: Call) -> Json:
    """users.info: people of other organisations too."""
    return {"user": _json(call, call.workspace.user(call.required("user")))}


def list_users(call: Call) -> Json:
    """users.list: this workspace's people, deactivated ones included, strangers not."""
    page, following = call.page([u for u in call.workspace.users.values() if not u.is_stranger])
    return {
        "members": [_json(call, user) for user in page],
        "cache_ts": int(call.workspace.clock.timestamp()),
        "response_metadata": {"next_cursor": following},
    }


def lookup_by_email(call: Call) -> Json:
    """users.lookupByEmail: finds neither strangers nor deactivated people."""
    email = call.required("email").lower()
    for user in call.workspace.users.values():
        if (user.email or "").lower() == email and not user.is_stranger and not user.deleted:
            return {"user": _json(call, user)}
    raise SlackError("users_not_found")


def conversations(call: Call) -> Json:
    """users.conversations: where a person (default: the bot) is a member, as far as the bot may know."""
    workspace = call.workspace
    bot = workspace.app.bot_user
    user = call.text("user") or bot
    workspace.user(user)
    kinds = call.text("types", "public_channel").split(",")
    if "private_channel" in kinds:
        call.needs(BY_KIND["read"]["private"])
    found = [
        channel
        for channel in workspace.channels.values()
        if user in channel.members
        and ("im" if channel.is_im else "private_channel" if channel.is_private else "public_channel") in kinds
        and (bot in channel.members or not (channel.is_private or channel.is_im))
        and not (channel.is_archived and call.flag("exclude_archived"))
    ]
    page, following = call.page(found)
    shown = [channel.json(bot, workspace.team["id"]) for channel in page]
    return {"channels": shown, "response_metadata": {"next_cursor": following}}


def team_info(call: Call) -> Json:
    """team.info."""
    return {"team": {**call.workspace.team, "email_domain": "example.com", "icon": {}}}


def bots_info(call: Call) -> Json:
    """bots.info: the bot itself."""
    app = call.workspace.app
    if call.text("bot", app.bot_id) != app.bot_id:
        raise SlackError("bot_not_found")
    bot = {"id": app.bot_id, "deleted": False, "name": app.name, "updated": 0, "app_id": app.id}
    return {"bot": {**bot, "user_id": app.bot_user, "icons": {}}}


def _json(call: Call, user: User) -> Json:
    return user.json(with_email="users:read.email" in call.workspace.app.scopes)


METHODS: dict[str, Method] = {
    "api.test": api_test,
    "auth.test": auth_test,
    "bots.info": bots_info,
    "team.info": team_info,
    "users.conversations": conversations,
    "users.info": info,
    "users.list": list_users,
    "users.lookupByEmail": lookup_by_email,
}
