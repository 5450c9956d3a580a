"""Messages that ask for something say what has become of it: edited in place, which notifies nobody."""

import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain.alert_lines import SETTLED, AlertLine, AlertMessage, alert_message
from bot.domain.alert_post import AlertEntry, AlertPost
from bot.domain.alerting import whom_to_ask
from bot.domain.messages import Posted, ToChannel, Unreachable
from bot.domain.seen_ticket import Tracked
from bot.usecases.ask_directly import ask_directly, change_entries, heard_of
from bot.usecases.asking import KEPT, Asking, concerns
from bot.usecases.ports import Ports, SlackUnavailable, Team
from bot.usecases.post_alert import DAYS_BACK, IN_FLIGHT

LOOKS = 3
"""How often a message is drawn in a row, if its tickets change meanwhile."""
Result = dict[str, Any]
log = logging.getLogger(__name__)


async def refresh_alerts(ports: Ports, team: Team, handles: Collection[str] | None = None) -> Result:
    """Bring the team's open messages up to date, from what is stored; safe to run again at any moment.

    Args:
        ports: the world.
        team: whose messages.
        handles: only messages about these tickets; all open ones without.

    Returns:
        `edited`, `fresh` (posted anew after somebody deleted them), `direct` (people asked by message), `closed`;
        `retry_after`: seconds after which to try again, since Slack did not answer; else None.
    """
    result: Result = {"edited": 0, "fresh": 0, "direct": 0, "closed": 0, "retry_after": None}
    now = ports.clock.now()
    posts = [post for post in await ports.tickets.alerts(team.id, now - KEPT, open_only=True) if not post.only_meant]
    newest = {entry.handle: post.key for post in posts for entry in post.all}
    asking = Asking(ports, team)
    for post in posts:
        if handles is not None and not any(entry.handle in handles for entry in post.all):
            continue
        latest = {handle for handle, key in newest.items() if key == post.key}
        try:
            for name in await _Refresh(ports, team, asking, post, latest).run():
                result[name] += 1
        except SlackUnavailable as error:
            return result | {"retry_after": error.after}
    return result


class _Refresh:
    """One message brought up to date.

    Args:
        ports: the world.
        team: whose message.
        asking: what decisions need to know.
        post: the message as stored.
        latest: the tickets that no newer message is about; only here they are asked about, and whoever is newly asked
            hears of them.
    """

    def __init__(self, ports: Ports, team: Team, asking: Asking, post: AlertPost, latest: Collection[str]) -> None:
        self._ports = ports
        self._team = team
        self._asking = asking
        self._post = post
        self._latest = latest
        self._done: list[str] = []

    async def run(self) -> list[str]:
        """What was done: `edited`, `fresh`, `direct`, `closed`.

        It is drawn again if tickets changed while Slack was busy: whoever edits last must show the newest.
        """
        for _ in range(LOOKS):
            found = await self._ports.tickets.find([entry.handle for entry in self._post.all])
            tracked = {handle: one for handle, one in found.items() if self._asking.is_ours(one)}
            await self._ask_anew(tracked)
            shown, more = await self._lines(self._post.entries, tracked), await self._lines(self._post.more, tracked)
            message = alert_message(self._post.key, self._team.id, shown, more, self._post.older)
            if message.digest == self._post.shown and self._post.ts and not self._is_to_look(message):
                break
            if not await self._show(message):
                return self._done
        if self._may_post:
            self._done += ["direct"] * await ask_directly(self._ports, self._team, self._post, [*shown, *more])
        if all(line.state in SETTLED for line in (*shown, *more)):
            await self._close()
        return self._done

    @property
    def _may_post(self) -> bool:
        return self._team.alerts.is_on and not self._team.observe

    def _is_to_look(self, message: AlertMessage) -> bool:
        """Whether to draw a message though it has not changed: whether somebody deleted it is only known from that.

        Once a working day, on which it was not posted or edited anyway, while it asks and may be posted anew.
        """
        working, now = self._team.alerts.working, self._ports.clock.now()
        last = datetime.fromtimestamp(max(*self._post.times, self._post.seen_at), UTC)
        there = working.day_of(last) == working.day_of(now)
        return not there and self._may_post and working.is_open(now) and _asks(message)

    async def _lines(self, entries: Iterable[AlertEntry], tracked: Mapping[str, Tracked]) -> list[AlertLine]:
        # What was shared once stays so: that Slack does not say so now means little.
        shared = self._post.shared or await self._ports.people.is_shared(self._post.channel)
        now = self._ports.clock.now()
        return await self._asking.lines(entries, tracked, now, shared=shared, latest=self._latest)

    async def _ask_anew(self, tracked: Mapping[str, Tracked]) -> None:
        """Find out who is asked now: another reporter or assignee, or `escalate_to` for somebody who left."""
        lead = self._team.alerts.escalate_to
        await self._asking.look_up([*([lead] if lead else []), *(entry.ask for entry in self._post.all if entry.ask)])
        anew = {
            entry.handle: await self._anew(entry, tracked[entry.handle])
            for entry in self._post.all
            if entry.handle in self._latest and entry.handle in tracked and tracked[entry.handle].asking
        }
        if any(anew.get(entry.handle, entry) != entry for entry in self._post.all):
            self._post = await change_entries(self._ports, self._post, lambda entry: anew.get(entry.handle, entry))

    async def _anew(self, entry: AlertEntry, tracked: Tracked) -> AlertEntry:
        """The entry with whoever is asked now."""
        policy, concerned = self._team.alerts, concerns(tracked)
        left = entry.ask in self._asking.people.left
        if entry.escalated:
            return entry.model_copy(update={"ask": None, "direct": ""}) if left else entry
        if concerned == entry.concerns and not left:
            return entry
        ticket = await self._asking.asked(tracked, named=True)
        who = whom_to_ask(ticket, policy, self._asking.people)
        if who == entry.ask:
            return entry.model_copy(update={"concerns": concerned})
        return entry.model_copy(update={"concerns": concerned, "ask": who, "direct": ""})

    async def _show(self, message: AlertMessage) -> bool:
        """Edit the message, or post it anew once if somebody deleted it; whether it stands now as it should."""
        post = self._post
        if post.ts:
            if await self._ports.notifier.edit(Posted(post.channel, post.ts, post.permalink), message):
                if message.digest != post.shown:
                    self._done.append("edited")
                await self._save(shown=message.digest, seen_at=self._ports.clock.now().timestamp())
                return True
            log.info("alert %s was deleted", post.key)
        if (post.fresh and post.ts) or not _asks(message):
            await self._close()
            return False
        return self._may_post and await self._post_anew(message)

    async def _post_anew(self, message: AlertMessage) -> bool:
        """In working hours, on a day that has room for it, and once: the try is noted before it is made."""
        ports, now, old = self._ports, self._ports.clock.now(), self._post
        if not await self._has_room(now):
            return False

        def claim(known: AlertPost | None) -> AlertPost | None:
            if known is None or known.ts != old.ts or known.busy((now - IN_FLIGHT).timestamp()):
                return None
            return known.model_copy(update={"ts": "", "fresh": 1, "trying": True, "tried_at": now.timestamp()})

        if (claimed := await ports.tickets.change_alert(old.key, claim)) is None:
            return False
        self._post = claimed
        try:
            key = f"{old.key}:fresh"
            posted = await ports.notifier.post(key, ToChannel(old.channel), message, may_exist=True)
        except SlackUnavailable:
            await self._save(trying=False)
            raise
        if isinstance(posted, Unreachable):
            await self._save(trying=False)
            await self._close()
            return False
        named = message.mentioned
        self._post = await change_entries(
            ports,
            self._post,
            lambda entry: heard_of(entry) if entry.ask in named else entry,
            ts=posted.ts,
            channel=posted.channel,
            permalink=posted.permalink,
            fresh_at=now.timestamp(),
            shown=message.digest,
            trying=False,
        )
        log.info("alert %s was posted anew", old.key)
        self._done.append("fresh")
        return True

    async def _has_room(self, now: datetime) -> bool:
        """Whether the channel may get a message now: of each deleted one, only what stands in its place counts."""
        working, team = self._team.alerts.working, self._team
        posts = await self._ports.tickets.alerts(team.id, now - DAYS_BACK)
        standing = [max(post.times) for post in posts if post.ts and post.key != self._post.key and post.times]
        today = [
            moment for moment in standing if working.day_of(datetime.fromtimestamp(moment, UTC)) == working.day_of(now)
        ]
        return working.is_open(now) and len(today) < team.alerts.per_day

    async def _close(self) -> None:
        await self._save(closed=True)
        self._done.append("closed")

    async def _save(self, **values: Any) -> None:
        """Change the row as it is now: another run may have changed other parts of it."""
        self._post = await change_entries(self._ports, self._post, lambda entry: entry, **values)


def _asks(message: AlertMessage) -> bool:
    return any(line.state == "asking" for line in message.lines)
