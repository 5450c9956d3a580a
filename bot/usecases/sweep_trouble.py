"""Who hears of a tracker that cannot be read, or of tickets that are missing in numbers: once, and of its end.

The operators hear of what they have to mend at once, and of a tracker that does not answer after a while. After a day
the team's channel is told too, since until then a silent bot looks like one that has nothing to say.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.domain.messages import OpsNotice, ToChannel
from bot.domain.sweep_state import SweepState
from bot.usecases.file_request import outage_key
from bot.usecases.ports import Ports, SlackUnavailable, Team
from bot.usecases.posting import post_once
from bot.usecases.reconcile import Compared
from bot.usecases.sweep_readiness import UNAVAILABLE

A_WHILE = timedelta(minutes=30)
"""So long a tracker may be away before the operators hear of it; many mend themselves sooner."""
A_DAY = timedelta(days=1)


async def tell_trouble(ports: Ports, team: Team, compared: Mapping[str, Compared]) -> dict[str, float | None]:
    """Tell whoever should hear of what went wrong, or of its end; running it again says nothing twice.

    Args:
        ports: the world.
        team: whose sweep it was.
        compared: what became of comparing the ids of each.

    Returns:
        `retry_after`: seconds after which Slack can be tried again, None if all was said.
    """
    waits: list[float] = []
    for tracker in team.trackers:
        telling = _Telling(ports, team, tracker, await ports.tickets.sweep(team.id, tracker), waits)
        await telling.failure()
        await telling.frozen(compared.get(tracker))
        await telling.save()
    return {"retry_after": max(waits) if waits else None}


class _Telling:
    """What is said about one tracker of a team."""

    def __init__(self, ports: Ports, team: Team, tracker: str, state: SweepState, waits: list[float]) -> None:
        self._ports = ports
        self._team = team
        self._tracker = tracker
        self._title = ports.trackers.title(tracker)
        self._state = state
        self._waits = waits
        self._told = dict(state.told)

    async def failure(self) -> None:
        """Of a tracker that cannot be read, and that it can be read again."""
        since = self._state.failed_since
        if since is None:
            await self._ended("failure", f"I can read {self._title} again.")
            return
        mendable = self._state.failure != UNAVAILABLE
        lasted = self._ports.clock.now() - datetime.fromtimestamp(since, UTC)
        if mendable or lasted >= A_WHILE:
            fix = self._state.failure if mendable else "Until I can, I ask nobody about tickets there. I keep trying."
            about = outage_key(self._tracker, self._state.failure if mendable else "")
            first, teams = await self._alike()
            headline = f"I cannot read {self._title} for {'team' if len(teams) == 1 else 'teams'} {', '.join(teams)}."
            await self._say("failure", about, f"{first.timestamp():.0f}", OpsNotice(headline, fix, since=first))
        if lasted >= A_DAY:
            await self._tell_team(datetime.fromtimestamp(since, UTC))

    async def frozen(self, compared: Compared | None) -> None:
        """Of tickets that are missing in numbers, and that they are there again, or gone indeed."""
        if self._state.frozen != "vanished":
            await self._ended(
                "frozen", f"The tickets of team {self._team.name} in {self._title} are accounted for again."
            )
            return
        if compared is None or not compared["vanished"]:
            return
        headline = (
            f"{compared['vanished']} of {compared['known']} open tickets of team {self._team.name} are no longer to be"
            f" seen in {self._title}. I call none of them gone."
        )
        fix = (
            "See whether the project, my permissions in it or the team's scope were changed. If the tickets are gone"
            f" indeed, run: devrequest sweep --team {self._team.id} --accept-missing"
        )
        about = f"ops:frozen:{self._team.id}:{self._tracker}"
        await self._say("frozen", about, f"{self._state.reconciled_at or 0:.0f}", OpsNotice(headline, fix))

    async def save(self) -> None:
        """Remember what was said."""
        if self._told != self._state.told:
            await self._ports.tickets.update_sweep(self._team.id, self._tracker, {"told": self._told})

    async def _alike(self) -> tuple[datetime, list[str]]:
        """What has the same cause is one trouble: since when the first of the teams has it, and the names of all."""
        found: list[tuple[float, str]] = []
        for team in self._ports.teams.all():
            state = await self._ports.tickets.sweep(team.id, self._tracker)
            if state.failed_since is not None and state.failure == self._state.failure:
                found.append((state.failed_since, team.name))
        return datetime.fromtimestamp(min(found)[0], UTC), [name for _, name in found]

    async def _say(self, what: str, about: str, when: str, notice: OpsNotice) -> None:
        """To the operators, once for as long as it lasts; what has become another trouble is said anew.

        Nor is it said what they know from a request that waits for the same. Whoever is interrupted before
        Slack took the message says it again, and it is found.
        """
        channel, store = self._ports.teams.ops_channel, self._ports.store
        before = self._told.get(what, "").rpartition(":")[0]
        if before == about:
            return
        key = f"{about}:{when}"
        if channel is not None and await store.first_time(about, key) and not await self._posted(key, channel, notice):
            await store.forget(about)
            return
        if before:
            await store.forget(before)
        self._told[what] = key

    async def _tell_team(self, since: datetime) -> None:
        """To the team's channel, in its working hours, once."""
        policy = self._team.alerts
        open_now = policy.working.is_open(self._ports.clock.now())
        if "team" in self._told or self._team.observe or not policy.is_on or not open_now:
            return
        fix = "Until I can, I ask nobody about tickets there. The people who look after me know."
        key = f"sweep:{self._team.id}:{self._tracker}:{since.timestamp():.0f}"
        if await self._posted(key, self._team.channel, OpsNotice(f"I cannot read {self._title}.", fix, since=since)):
            self._told["team"] = key

    async def _ended(self, what: str, headline: str) -> None:
        """The operators hear that a trouble is over; in the team's channel its message says so from now on."""
        notice = OpsNotice(headline, "")
        if key := self._told.get(what):
            channel = self._ports.teams.ops_channel
            if channel is None or await self._posted(f"{key}:over", channel, notice):
                await self._ports.store.forget(key.rpartition(":")[0])
                del self._told[what]
        key = self._told.get("team") if what == "failure" else None
        posted = await self._ports.store.post(key) if key else None
        try:
            if posted is not None:
                await self._ports.notifier.edit(posted, notice)
            if key:
                del self._told["team"]
        except SlackUnavailable as error:
            self._waits.append(error.after)

    async def _posted(self, key: str, channel: str, notice: OpsNotice) -> bool:
        """Whether Slack took it. A channel that cannot be posted to is tried again by the next sweep."""
        heard = await post_once(self._ports, key, ToChannel(channel), notice, may_exist=False)
        if heard["retry_after"] is not None:
            self._waits.append(heard["retry_after"])
        return heard["posted"] is not None
