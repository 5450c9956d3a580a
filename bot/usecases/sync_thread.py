"""What stands in the thread of a weekly sync, and how that follows what happens meanwhile."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.domain.days import in_pictures
from bot.domain.messages import Message, ToChannel
from bot.domain.sync_messages import SyncAgenda, SyncDetails, SyncNumbers, alt_text
from bot.domain.sync_pages import PAGES, pages
from bot.domain.sync_post import SyncPost
from bot.usecases.ports import Ports, SlackUnavailable, Team
from bot.usecases.posting import post_once

DETAILS, NUMBERS = "details", "numbers"
"""Names of the parts of a thread, behind the key of the sync; further details are `details:2` and so on."""
WEEKS = 8
"""Weeks of readiness that the thread shows."""
TURN = 600.0
"""Seconds for which whoever adds a reply has it to themselves; after a crash another one does."""


async def thread_of(ports: Ports, team: Team, shown: SyncAgenda, picture: str = "") -> dict[str, Message]:
    """What stands in the thread of a sync, in its order: name of the part → the reply.

    The numbers come last: once they are there, the thread is complete.

    Args:
        ports: the world.
        team: whose sync it is.
        shown: the agenda in the post.
        picture: the id of the uploaded picture; empty for none.
    """
    before = await ports.syncs.latest(team.id, before=shown.day)
    decided = before.decided if before else ""
    count = len(pages(shown.agenda))
    details: dict[str, Message] = {_name(page): SyncDetails(shown, decided, page) for page in range(1, count + 1)}
    return details | {NUMBERS: SyncNumbers(shown, await _weeks(ports, team, shown.day), picture)}


async def follow_thread(ports: Ports, post: SyncPost, shown: SyncAgenda, thread: Mapping[str, Message]) -> None:
    """Show what is known now in the replies: longer lists get further ones, those that are left over say so.

    Args:
        ports: the world.
        post: the sync.
        shown: its agenda as it is now.
        thread: see `thread_of`.

    Raises:
        SlackUnavailable: try again after its `after` seconds.
    """
    complete = await ports.store.post(f"{post.key}:{NUMBERS}") is not None
    for name, message in thread.items():
        key = f"{post.key}:{name}"
        if reply := await ports.store.post(key):
            await ports.notifier.edit(reply, message)
        elif complete and name != DETAILS and await _is_mine(ports, key):
            heard = await post_once(ports, key, ToChannel(post.channel, post.ts), message, may_exist=False)
            if heard["retry_after"] is not None:
                raise SlackUnavailable("a reply was not taken", heard["retry_after"])
    for page in range(2, PAGES + 2):
        if _name(page) not in thread and (reply := await ports.store.post(f"{post.key}:{_name(page)}")):
            await ports.notifier.edit(reply, SyncDetails(shown, page=page))


async def picture_of(ports: Ports, team: Team, shown: SyncAgenda) -> str:
    """A picture of readiness, once there are two weeks to compare."""
    weeks = await _weeks(ports, team, shown.day)
    if ports.pictures is None or len(weeks) < 2:
        return ""
    shares = zip(in_pictures(weeks, team.language), weeks.values(), strict=True)
    return await ports.pictures.readiness(list(shares), alt_text(weeks, team.language))


def _name(page: int) -> str:
    return DETAILS if page == 1 else f"{DETAILS}:{page}"


async def _is_mine(ports: Ports, key: str) -> bool:
    """Whether nobody else adds this reply at the moment: several may refresh a sync, on several machines."""
    turn = int(ports.clock.now().timestamp() // TURN)
    if not await ports.store.first_time(f"turn:{key}:{turn}"):
        return False
    if await ports.store.first_time(f"turn:{key}:{turn - 1}"):
        return True
    await ports.store.forget(f"turn:{key}:{turn}")
    return False


async def _weeks(ports: Ports, team: Team, day: date) -> dict[date, float]:
    """The Monday of a week → the share of ready tickets, of the last weeks in which somebody looked, this one too."""
    shares: dict[date, list[float]] = {}
    first = day - timedelta(days=day.weekday(), weeks=WEEKS - 1)
    for looked, counts in (await ports.tickets.readiness(team.id, first)).items():
        if counts.get("open"):
            monday = looked - timedelta(days=looked.weekday())
            shares.setdefault(monday, []).append(counts.get("ready", 0.0) / counts["open"])
    return {monday: sum(found) / len(found) for monday, found in sorted(shares.items())}
