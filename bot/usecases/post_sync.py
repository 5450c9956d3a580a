"""The weekly sync is posted, once; its message and its thread follow what happens meanwhile."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.messages import Posted, ToChannel
from bot.domain.sync_messages import SyncAgenda, SyncNumbers, SyncReminder
from bot.domain.sync_policy import at, left_out, reminder_day
from bot.domain.sync_post import SyncPost
from bot.usecases.ports import Jobs, Ports, SlackUnavailable, Team, today
from bot.usecases.posting import Told, post_once, told, watch_channel
from bot.usecases.sweep_readiness import sweep_team
from bot.usecases.sync_agenda import shown_agenda, sync_key
from bot.usecases.sync_blockers import read_waiting
from bot.usecases.sync_needs import SyncNeeds
from bot.usecases.sync_survey import Survey, basis_of
from bot.usecases.sync_thread import NUMBERS, follow_thread, picture_of, thread_of
from bot.usecases.sync_twins import read_twins

JOB = "sync"
"""The kind of job that posts it."""
YOUNG = 2 * 86_400.0
"""Seconds for which a sync takes up new tickets by itself."""
REMINDER_GRACE = timedelta(hours=2)
"""How late a reminder still goes out."""
READ_WITHIN = 120.0
"""Seconds that a sync waits for its trackers: the meeting begins, whatever they do."""


async def read_trackers(
    ports: Ports,
    team: Team,
    day: date | None = None,
    within: float = READ_WITHIN,
    survey: Survey | None = None,
) -> list[str]:
    """Read what changed in both trackers; the names of those that could not be read, or not in time.

    Args:
        ports: the world.
        team: whose trackers they are.
        day: of the sync; today if left out.
        within: seconds.
        survey: of this sync, which looks at its tickets now.
    """
    day, survey = day or today(ports.clock, team), survey or Survey()
    needs = SyncNeeds(ports, team, day)
    reads = await sweep_team(ports, team, needs=needs, within=within)
    missing = sorted(name for name, read in reads.items() if read["failure"])
    survey.forget()
    glances = [glance for glance, _ in await survey.tickets(ports, team, await basis_of(ports, team, day))]
    waiting = await read_waiting(ports, team, missing, glances)
    if await read_twins(ports, team, missing, glances) or waiting:
        survey.forget()
    return missing


async def post_now(ports: Ports, jobs: Jobs, team: Team, day: date) -> str:
    """Have the sync of a day posted now, whatever the schedule says; the job's key.

    It is a job of its own, since that of the schedule may have decided to post nothing; the message is the same, so a
    sync that was posted is not posted again.

    Raises:
        NotStored: it could not be stored; asking again is safe.
    """
    key, payload = asked(team, day, ports.clock.now())
    await jobs.submit(JOB, key, payload)
    return key


def asked(team: Team, day: date, now: datetime) -> tuple[str, dict[str, Any]]:
    """Key and payload of a job that somebody asked for."""
    key = f"{sync_key(team, day)}:asked:{now.timestamp():.0f}"
    return key, {"team": team.id, "day": day.isoformat(), "due": now.timestamp(), "asked": True}


async def why_not(ports: Ports, team: Team, day: date) -> str:
    """Why there is no sync on that day; empty if there is one."""
    first = await ports.syncs.first_day(team.id, day)
    return left_out(team.sync, day, first, team.alerts.working.holidays) or ""


async def post_sync(
    ports: Ports, team: Team, day: date, missing: tuple[str, ...], may_exist: bool, survey: Survey | None = None
) -> Told:
    """Post the agenda of a day; what Slack is known to have taken is not sent again.

    Args:
        ports: the world.
        team: whose sync it is.
        day: where the team is.
        missing: names of the trackers that could not be read.
        may_exist: whether an earlier try may have arrived.
        survey: of this sync.
    """
    key = sync_key(team, day)
    known = await ports.syncs.post(key)
    if known and known.posted_at:
        return told(_posted(known))
    shown = await shown_agenda(ports, team, day, missing, survey=survey)
    heard = await post_once(ports, key, ToChannel(team.channel), shown, may_exist=may_exist)
    await watch_channel(ports, team.channel, f"the channel of team {team.name}", heard, about=key)
    if heard["posted"]:
        await ports.syncs.save_post(_recorded(team, shown, heard["posted"], ports.clock.now(), missing))
    return heard


async def adopt_posted(
    ports: Ports, team: Team, day: date, missing: tuple[str, ...], may_exist: bool, survey: Survey | None = None
) -> Told:
    """Of a sync that it is too late to post: one that an earlier try posted counts, with its thread.

    Returns:
        As `post_sync`; `hopeless` if there is none.
    """
    key = sync_key(team, day)
    known = await ports.syncs.post(key)
    if known and known.posted_at:
        return told(_posted(known))
    try:
        morning = at(day, "00:00", team.time_zone)
        found = await ports.notifier.find(key, ToChannel(team.channel), morning) if may_exist else None
    except SlackUnavailable as error:
        return told(retry_after=error.after)
    if not isinstance(found, Posted):
        return told(hopeless=True)
    heard = told(found)
    shown = await shown_agenda(ports, team, day, missing, survey=survey)
    await ports.syncs.save_post(_recorded(team, shown, heard["posted"], ports.clock.now(), missing))
    return heard


async def post_thread(ports: Ports, team: Team, day: date, may_exist: bool, survey: Survey | None = None) -> Told:
    """The details and the numbers, as replies; what comes to a thread that is complete is for `follow_thread`."""
    post = await ports.syncs.post(sync_key(team, day))
    if post is None or not post.ts:
        return told()
    if complete := await ports.store.post(f"{post.key}:{NUMBERS}"):
        return told(complete)
    shown = await shown_agenda(ports, team, day, post.missing, pings=False, survey=survey)
    if not post.picture:
        picture = await picture_of(ports, team, shown)
        changed = await ports.syncs.change_post(post.key, lambda one: one.model_copy(update={"picture": picture}))
        post = changed or post
    heard = told()
    for name, message in (await thread_of(ports, team, shown, post.picture)).items():
        to = ToChannel(post.channel, post.ts)
        heard = await post_once(ports, f"{post.key}:{name}", to, message, may_exist=may_exist)
        if heard["unreachable"] and isinstance(message, SyncNumbers) and message.picture:
            plain = replace(message, picture="")  # Slack may not have looked into the picture yet
            heard = await post_once(ports, f"{post.key}:{name}", to, plain, may_exist=False)
        if heard["retry_after"] is not None:
            return heard
    return heard


async def refresh_sync(ports: Ports, team: Team, *, key: str = "", read: bool = False) -> dict[str, Any]:
    """Show what is known now in a sync and its thread, unless its meeting is over.

    Args:
        ports: the world.
        team: whose sync it is.
        key: of the sync; the newest if left out.
        read: whether the trackers are read first, as the Refresh button asks.
    """
    post = await ports.syncs.post(key) if key else await ports.syncs.latest(team.id)
    if post is None or not post.ts or post.closed_by:
        return {"edited": False, "retry_after": None}
    missing = tuple(await read_trackers(ports, team)) if read else await _still_missing(ports, team, post)
    shown = await shown_agenda(ports, team, post.day, missing, pings=False)
    thread = await thread_of(ports, team, shown, post.picture)
    try:
        if not await ports.notifier.edit(_posted(post), shown):
            return {"edited": False, "gone": True, "retry_after": None}
        await follow_thread(ports, post, shown, thread)
    except SlackUnavailable as error:
        return {"edited": False, "retry_after": error.after}
    # Only that: somebody may have closed it meanwhile.
    await ports.syncs.change_post(post.key, lambda one: one.model_copy(update={"missing": missing}))
    return {"edited": True, "retry_after": None}


async def show_in_sync(ports: Ports, team_id: str) -> dict[str, Any]:
    """A new ticket gets its line in the newest sync, while that is young; `retry_after` if Slack is away."""
    team = ports.teams.get(team_id)
    newest = await ports.syncs.latest(team_id) if team else None
    if team and newest and ports.clock.now().timestamp() - newest.posted_at < YOUNG:
        return await refresh_sync(ports, team)
    return {"retry_after": None}


async def remind(ports: Ports, team: Team, day: date, may_exist: bool) -> Told:
    """On the working day before: what is on the agenda so far, and how to add to it."""
    shown = await shown_agenda(ports, team, day, pings=False)
    reminder = SyncReminder(shown, today(ports.clock, team))
    key = f"{sync_key(team, day)}:reminder"
    return await post_once(ports, key, ToChannel(team.channel), reminder, may_exist=may_exist)


def may_remind(ports: Ports, team: Team, day: date) -> bool:
    """Whether it is time still for the reminder of a day: a process that died may come back days later."""
    before = reminder_day(team.alerts.working, day)
    if before is None or team.sync.reminder is None:
        return False
    return ports.clock.now() <= at(before, team.sync.reminder, team.time_zone) + REMINDER_GRACE


async def _still_missing(ports: Ports, team: Team, post: SyncPost) -> tuple[str, ...]:
    """Those of the trackers that were missing which nobody could read since."""
    states = [(name, await ports.tickets.sweep(team.id, name)) for name in post.missing]
    read = {name for name, state in states if state.failed_since is None and (state.swept_at or 0.0) > post.posted_at}
    return tuple(name for name in post.missing if name not in read)


def _recorded(
    team: Team, shown: SyncAgenda, posted: Mapping[str, str], now: datetime, missing: tuple[str, ...]
) -> SyncPost:
    """What is remembered of a post: what it showed, so that the next one can say what changed."""
    items = [item for slot in ("initiatives", "roadblocks") for item in shown.agenda.slots[slot]]
    listed = [ticket for item in items for ticket in (item.ticket, *item.twins)]
    return SyncPost(
        key=shown.key,
        team=team.id,
        day=shown.day,
        channel=posted["channel"],
        ts=posted["ts"],
        permalink=posted["permalink"],
        posted_at=now.timestamp(),
        dues={ticket.handle: ticket.due for ticket in listed},
        missing=missing,
    )


def _posted(post: SyncPost) -> Posted:
    return Posted(post.channel, post.ts, post.permalink)
