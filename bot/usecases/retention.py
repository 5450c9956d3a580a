"""What people wrote does not live for ever; who wrote something that was never filed hears of it in time."""

from datetime import UTC, datetime, timedelta

from bot.domain.days import with_year
from bot.domain.messages import Notice, ToPerson
from bot.domain.request import Request
from bot.usecases.ports import Ports
from bot.usecases.posting import post_once

NOTICE = timedelta(days=7)
"""How long before the end somebody is told."""
EXPIRES = "expires:"
"""How the keys of these notices start; the request's id follows."""


async def warn(ports: Ports, failed: list[Request], kept: timedelta) -> int:
    """Tell the authors of requests that were never filed that their text will be deleted; each once.

    Args:
        ports: the world.
        failed: requests that will be dropped soon, but not before `NOTICE` is over.
        kept: how long the text of such a request is kept, if nothing was late.

    Returns:
        How many were told now.
    """
    told, now = 0, ports.clock.now()
    for request in failed:
        submission = request.submission
        key = f"{EXPIRES}{submission.request_id}"
        if await ports.store.post(key):
            continue
        message = Notice(_notice(ports, request, now, kept))
        heard = await post_once(ports, key, ToPerson(submission.requester.id), message, may_exist=False)
        told += heard["posted"] is not None  # else tomorrow is early enough
    return told


def _notice(ports: Ports, request: Request, now: datetime, kept: timedelta) -> str:
    team = ports.teams.get(request.submission.team)
    language = team.language if team else "en"
    day = datetime.fromtimestamp(request.created_at, UTC)
    end = max(datetime.fromtimestamp(request.updated_at, UTC) + kept, now + NOTICE)
    return (
        f"Your request “{request.submission.title}” of {with_year(day, language)} was not filed, and its text will be "
        f"deleted after {with_year(end, language)}. If you still need it, open the message that says why it was "
        "refused and press the button there."
    )
