"""The one new message of a channel that asks for what tickets lack: decided, read again, said once, remembered.

The message is stored before it is posted. A process that dies around the post leaves that row behind: the next run
looks into the channel for it, and either records what is there or decides anew under the same key.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.errors import NotFound, TrackerError
from bot.domain.alert_history import AskedTicket
from bot.domain.alert_lines import AlertMessage, alert_message
from bot.domain.alert_post import AlertEntry, AlertPost, alert_key, heard_by
from bot.domain.alerting import ChannelPost, Decision, channel_post
from bot.domain.messages import Posted, ToChannel, Unreachable
from bot.domain.seen_ticket import Tracked
from bot.usecases.asking import Asking, Decided, concerns
from bot.usecases.list_tickets import ONLY_LISTED
from bot.usecases.note_tickets import read_again
from bot.usecases.ports import Ports, SlackUnavailable, Team
from bot.usecases.posting import told, watch_channel
from bot.usecases.record_alert import older_key, record_alert

IN_FLIGHT = timedelta(minutes=2)
"""How long a message that somebody is posting is left to them; longer than the notifier waits for Slack."""
DAYS_BACK = timedelta(days=3)
"""How far back messages of one working day can lie; one that ends after midnight has two dates."""
AT_ONCE = 8
"""Tickets that are read again side by side."""
Result = dict[str, Any]
log = logging.getLogger(__name__)


async def post_alert(ports: Ports, team: Team) -> Result:
    """Ask for what the team's tickets lack, if it is time; safe to run again at any moment.

    Returns:
        `posted` (the key of a new message, or None), `tickets` (how many it is about), `reason` (why there is none),
        `retry_after` (seconds after which to try again, since Slack did not answer; else None).
    """
    if (waits := await _settle(ports, team)) is not None:
        return waits
    asking, now = Asking(ports, team), ports.clock.now()
    decided = [one async for one in _decided(ports, team, asking, now)]
    posts = await posts_of_late(ports, team, now)
    meant = channel_post(pairs_of(decided), moments_of(posts), now, team.alerts)
    if not isinstance(meant, ChannelPost):
        return _result(reason=meant.reason if meant else "nothing_due")
    due = {ticket.id for ticket, _ in meant.all}
    read = await _read_again(ports, team, due)
    now = ports.clock.now()
    try:
        named = await asking.decided(read, now, named=True)
    except SlackUnavailable as error:  # whoever is not known now must not be passed over
        return _result(reason="slack_away", retry_after=error.after)
    post = channel_post(pairs_of(named), moments_of(posts), now, team.alerts)
    if not isinstance(post, ChannelPost):
        return _result(reason=post.reason if post else "nothing_due")
    if team.observe:
        return await _observe(ports, team, post, decided, now)
    older = 0 if await ports.store.post(older_key(team)) else sum(one.decision.reason in ONLY_LISTED for one in decided)
    tracked = {one.tracked.ticket.handle: one.tracked for one in named}
    intent = _intent(team, post, tracked, _key(team, posts, now), older, now)
    intent = intent.model_copy(update={"shared": await ports.people.is_shared(team.channel)})
    shown, more = [
        await asking.lines(entries, tracked, now, shared=intent.shared) for entries in (intent.entries, intent.more)
    ]
    message = alert_message(intent.key, team.id, shown, more, older)
    return await _say(ports, team, heard_by(intent, message.mentioned), message)


async def _settle(ports: Ports, team: Team) -> Result | None:
    """Bring what an earlier run began to its end; a result if nothing may be posted now."""
    now = ports.clock.now()
    for post in await ports.tickets.alerts(team.id, now, open_only=True):
        if not post.only_meant:
            continue
        if post.busy((now - IN_FLIGHT).timestamp()):
            return _result(reason="busy", retry_after=post.tried_at + IN_FLIGHT.total_seconds() - now.timestamp())
        try:
            found = await _look(ports, post)
        except SlackUnavailable as error:
            return _result(reason="slack_away", retry_after=error.after)
        if isinstance(found, Posted):
            await record_alert(ports, team, post, found)
        elif post.day != team.alerts.working.day_of(now).isoformat() or post.channel != team.channel:
            log.info("alert %s was never posted and is dropped", post.key)
            await ports.tickets.drop_alert(post.key)
        elif isinstance(found, Unreachable):
            await _tell_lost(ports, team, found)
            return _result(reason=found.reason)
    return None


async def _decided(ports: Ports, team: Team, asking: Asking, now: datetime) -> AsyncIterator[Decided]:
    """The team's tickets that lack something, decided without finding out who they concern."""
    async for page in ports.tickets.of_team(team.id, "asking"):
        shown = [one for one in page if not one.ticket.restricted]
        for one in await asking.decided(shown, now, named=False):
            yield one


async def _read_again(ports: Ports, team: Team, handles: Collection[str]) -> list[Tracked]:
    """The tickets as they are this moment; one that cannot be read is not named."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(handle: str) -> list[Tracked]:
        async with gate:
            try:
                return await read_again(ports, team, [handle])
            except NotFound:
                log.info("%s was not found right before it was named", handle)
            except (TrackerError, KeyError) as error:
                log.warning("%s could not be read before it was named: %s", handle, type(error).__name__)
            return []

    read = await asyncio.gather(*(one(handle) for handle in sorted(handles)))
    return [tracked for found in read for tracked in found if tracked.asking and not tracked.ticket.restricted]


def _key(team: Team, posts: Sequence[AlertPost], now: datetime) -> str:
    """The key of the next message of the day."""
    day = team.alerts.working.day_of(now)
    return alert_key(team.id, day, 1 + sum(post.day == day.isoformat() for post in posts))


def _intent(
    team: Team, post: ChannelPost, tracked: Mapping[str, Tracked], key: str, older: int, now: datetime
) -> AlertPost:
    """The message, as it is stored before it is posted."""

    def entry(ticket: AskedTicket, decision: Decision) -> AlertEntry:
        return AlertEntry(
            handle=ticket.id,
            number=decision.number,
            ask=decision.ask,
            escalated=decision.action == "escalate",
            sections=tuple(gap.section for gap in ticket.gaps),
            concerns=concerns(tracked[ticket.id]),
        )

    return AlertPost(
        key=key,
        team=team.id,
        channel=team.channel,
        made_at=now.timestamp(),
        tried_at=now.timestamp(),
        trying=True,
        entries=tuple(entry(*pair) for pair in post.shown),
        more=tuple(entry(*pair) for pair in post.more),
        older=older,
    )


async def _say(ports: Ports, team: Team, intent: AlertPost, message: AlertMessage) -> Result:
    """Post what is meant, unless somebody else is at it or has done it."""
    before: list[AlertPost] = []

    def claim(known: AlertPost | None) -> AlertPost | None:
        before[:] = [known] if known else []
        if known is None:
            return intent
        if known.ts or known.busy(intent.tried_at - IN_FLIGHT.total_seconds()):
            return None
        return intent.model_copy(update={"made_at": known.made_at})

    claimed = await ports.tickets.change_alert(intent.key, claim)
    if claimed is None:
        done = bool(before and before[0].ts)
        return _result(reason="busy", retry_after=None if done else IN_FLIGHT.total_seconds())
    try:
        found = await _look(ports, before[0]) if before else None
        if isinstance(found, Posted):  # it arrived since the last look, as it was meant then
            await record_alert(ports, team, before[0], found)
            return _result(before[0])
        if isinstance(found, Unreachable):  # nobody knows whether it arrived
            await ports.tickets.save_alert(claimed.model_copy(update={"trying": False}))
            await _tell_lost(ports, team, found)
            return _result(reason=found.reason)
        posted = await ports.notifier.post(intent.key, ToChannel(intent.channel), message, may_exist=False)
    except SlackUnavailable as error:
        await ports.tickets.save_alert(claimed.model_copy(update={"trying": False}))
        return _result(reason="slack_away", retry_after=error.after)
    if isinstance(posted, Unreachable):
        await ports.tickets.drop_alert(intent.key)
        await _tell_lost(ports, team, posted)
        return _result(reason=posted.reason)
    await record_alert(ports, team, claimed.model_copy(update={"shown": message.digest}), posted)
    return _result(claimed)


async def _observe(ports: Ports, team: Team, post: ChannelPost, decided: Sequence[Decided], now: datetime) -> Result:
    """Write to the log what would be posted, once a working day. Nobody was asked, so no history changes."""
    key = alert_key(team.id, team.alerts.working.day_of(now), 1)
    if await ports.store.first_time(f"observed:{key}"):
        log.info("observed: %s would be posted in %s about %d tickets", key, team.channel, len(post.all))
        for ticket, decision in post.all:
            codes = ",".join(f"{gap.section}:{gap.code}" for gap in ticket.gaps)
            words = ticket.id, decision.action, decision.number, decision.ask or "the channel", codes
            log.info("observed: %s %s number %d to %s for %s", *words)
        quiet: dict[str, int] = {}
        for one in decided:
            if not one.decision.speaks:
                quiet[one.decision.reason] = quiet.get(one.decision.reason, 0) + 1
        log.info(
            "observed: %s would be left alone", ", ".join(f"{n} {why}" for why, n in sorted(quiet.items())) or "none"
        )
    return _result(reason="observed")


async def _look(ports: Ports, post: AlertPost) -> Posted | Unreachable | None:
    made = datetime.fromtimestamp(post.made_at, UTC)
    return await ports.notifier.find(post.key, ToChannel(post.channel), made)


async def _tell_lost(ports: Ports, team: Team, lost: Unreachable) -> None:
    heard = told(unreachable=lost.reason, fix=lost.fix)
    about = f"alert:{ports.clock.now().timestamp():.0f}"
    await watch_channel(ports, team.channel, f"the channel of team {team.name}", heard, about=about)


async def posts_of_late(ports: Ports, team: Team, now: datetime) -> list[AlertPost]:
    """The messages of the last days that are in the channel, or were."""
    return [post for post in await ports.tickets.alerts(team.id, now - DAYS_BACK) if not post.only_meant]


def moments_of(posts: Sequence[AlertPost]) -> list[datetime]:
    """When they came into the channel."""
    return [datetime.fromtimestamp(moment, UTC) for post in posts for moment in post.times]


def pairs_of(decided: Sequence[Decided]) -> list[tuple[AskedTicket, Decision]]:
    """As `channel_post` wants them."""
    return [(one.asked, one.decision) for one in decided]


def _result(post: AlertPost | None = None, *, reason: str = "", retry_after: float | None = None) -> Result:
    return {
        "posted": post.key if post else None,
        "tickets": len(post.all) if post else 0,
        "reason": reason,
        "retry_after": retry_after,
    }
