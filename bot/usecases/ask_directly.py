"""Somebody who is asked now, and was not when the channel's message was posted, hears of it once.

An edit of a message notifies nobody, so they get one direct message about all such tickets of the channel's message,
in their own working hours: those of the team, by the clock of where they are.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.alert_lines import AlertLine, AskedDirectly
from bot.domain.alert_post import AlertEntry, AlertPost
from bot.domain.messages import ToPerson
from bot.usecases.ports import Ports, SlackUnavailable, Team
from bot.usecases.posting import post_once

log = logging.getLogger(__name__)


async def ask_directly(ports: Ports, team: Team, post: AlertPost, lines: Iterable[AlertLine]) -> int:
    """Tell those who have not heard of it; how many were told.

    Args:
        ports: the world.
        team: whose message it is.
        post: the message, with whoever is asked now.
        lines: what it says.

    Raises:
        SlackUnavailable: Slack did not answer; running it again is safe.
    """
    now, told = ports.clock.now(), 0
    asking = {line.handle: line for line in lines if line.state == "asking"}
    for user in sorted({entry.ask for entry in post.all if entry.ask and _new(entry) and entry.handle in asking}):
        if not await _works(ports, team, user, now):
            continue
        post = await change_entries(ports, post, _on_its_way(post, user, asking))
        for key in sorted({entry.direct for entry in post.all if entry.ask == user and entry.direct}):
            sent, post = await _send(ports, post, key, user, asking)
            told += sent
    return told


async def _send(
    ports: Ports, post: AlertPost, key: str, user: str, asking: Mapping[str, AlertLine]
) -> tuple[bool, AlertPost]:
    """One direct message; whether it was sent, and the channel's message with that noted."""
    meant = [entry.handle for entry in post.all if entry.direct == key]
    message = AskedDirectly(tuple(asking[handle] for handle in meant if handle in asking), post.permalink)
    posted = False
    if message.lines:
        heard = await post_once(ports, key, ToPerson(user), message, may_exist=False)
        if heard["retry_after"] is not None:
            raise SlackUnavailable("not asked directly", heard["retry_after"])
        posted = heard["posted"] is not None

    def done(entry: AlertEntry) -> AlertEntry:
        return heard_of(entry) if entry.direct == key else entry

    return posted, await change_entries(ports, post, done)


async def change_entries(
    ports: Ports, post: AlertPost, change: Callable[[AlertEntry], AlertEntry], **values: Any
) -> AlertPost:
    """Change the entries of a message and other values of it, as it is stored now; the message with them."""

    def work(known: AlertPost | None) -> AlertPost | None:
        if known is None:
            return None
        entries, more = tuple(map(change, known.entries)), tuple(map(change, known.more))
        return known.model_copy(update={"entries": entries, "more": more, **values})

    return await ports.tickets.change_alert(post.key, work) or post


def heard_of(entry: AlertEntry) -> AlertEntry:
    """The entry, once whoever is asked has been notified."""
    heard = {*entry.heard, *([entry.ask] if entry.ask else [])}
    return entry.model_copy(update={"heard": tuple(sorted(heard)), "direct": ""})


def _new(entry: AlertEntry) -> bool:
    return entry.ask is not None and entry.ask not in entry.heard


def _on_its_way(post: AlertPost, user: str, asking: Iterable[str]) -> Callable[[AlertEntry], AlertEntry]:
    """Names the direct message in the entries that it is about, before it is sent: after a crash it is the same one."""
    asked = set(asking)
    meant = [one.handle for one in post.all if one.ask == user and _new(one) and not one.direct and one.handle in asked]
    key = f"asked:{post.key}:{user}:{sha256(' '.join(meant).encode()).hexdigest()[:8]}"

    def change(entry: AlertEntry) -> AlertEntry:
        return entry.model_copy(update={"direct": key}) if entry.handle in meant else entry

    return change


async def _works(ports: Ports, team: Team, user: str, now: datetime) -> bool:
    """Whether it is working time where they are."""
    working = team.alerts.working
    zone = (await ports.people.requester(user)).time_zone
    try:
        return replace(working, zone=ZoneInfo(zone) if zone else working.zone).is_open(now)
    except (ZoneInfoNotFoundError, ValueError):
        return working.is_open(now)
