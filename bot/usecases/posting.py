"""Saying something once, for every use case that posts: keyed, remembered once Slack took it, safe to run again."""

from typing import Any

from bot.domain.messages import Address, Message, OpsNotice, Posted, ToChannel, Unreachable
from bot.usecases.ports import Ports, SlackUnavailable

ANNOUNCED = "announce:"
"""How the keys of the messages start that announce a request; its id follows. Their threads tell what becomes of it."""
Told = dict[str, Any]
"""`posted` (channel, ts, permalink) or None, `unreachable` (a reason or empty), `retry_after` (seconds or None).

Beside `unreachable`: `fix` (one sentence for the operators) and `hopeless` (whether trying again is of no use).
"""


async def post_once(ports: Ports, key: str, to: Address, message: Message, *, may_exist: bool) -> Told:
    """Post once per key: what Slack is known to have taken is not sent again.

    Args:
        ports: the world.
        key: names the message for ever; a second call with it posts nothing.
        to: where it goes.
        message: what it says.
        may_exist: whether an earlier try may have arrived, so that it is looked for first.
    """
    if known := await ports.store.post(key):
        return told(known)
    attempted = await ports.store.mark_attempt(f"post:{key}")
    try:
        posted = await ports.notifier.post(key, to, message, may_exist=may_exist or attempted)
    except SlackUnavailable as error:
        return told(retry_after=error.after)
    if isinstance(posted, Unreachable):
        return told(unreachable=posted.reason, fix=posted.fix, hopeless=posted.hopeless)
    await ports.store.record_post(key, posted)
    return told(posted)


async def tell_operators(ports: Ports, key: str, post: str, notice: OpsNotice) -> Told:
    """Say it once until `key` is forgotten; what Slack did not take is said the next time.

    Whoever died before it was said comes here again with the same `post`, and says it.
    """
    channel = ports.teams.ops_channel
    if not channel or not await ports.store.first_time(key, post):
        return told()
    heard = await post_once(ports, post, ToChannel(channel), notice, may_exist=False)
    if not heard["posted"]:
        await ports.store.forget(key)
    return heard


async def watch_channel(
    ports: Ports, channel: str, name: str, heard: Told, *, about: str, affected: tuple[str, ...] = ()
) -> None:
    """Operators hear once of a channel that cannot be posted to, and again if it is lost again.

    Args:
        ports: the world.
        channel: its id.
        name: what to call it: "the channel of team Web".
        heard: what became of a message to it.
        about: tells this loss from a later one, such as the id of the request that the message was about.
        affected: request ids that wait for it.
    """
    key = f"ops:channel:{channel}"
    if heard["unreachable"]:
        notice = OpsNotice(f"I cannot post to {name}.", heard["fix"], affected)
        await tell_operators(ports, key, f"{key}:{about}", notice)
    elif heard["posted"]:
        await ports.store.forget(key)


def told(
    posted: Posted | None = None,
    unreachable: str = "",
    fix: str = "",
    retry_after: float | None = None,
    *,
    hopeless: bool = False,
) -> Told:
    """What became of a message, as JSON types."""
    return {
        "posted": {"channel": posted.channel, "ts": posted.ts, "permalink": posted.permalink} if posted else None,
        "unreachable": unreachable,
        "fix": fix,
        "hopeless": hopeless,
        "retry_after": retry_after,
    }
