"""A message that Slack took is remembered, with everybody whom it asked; running it again changes nothing."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.domain.alert_history import asked_about
from bot.domain.alert_post import AlertPost
from bot.domain.messages import Posted
from bot.domain.seen_ticket import Tracked
from bot.usecases.ports import Ports, Team
from bot.usecases.posting import told, watch_channel

log = logging.getLogger(__name__)


OLDER = "older:"
"""How the keys start under which it is noted in which message the older tickets were offered."""


def older_key(team: Team) -> str:
    """The key of a team; see `OLDER`."""
    return f"{OLDER}{team.id}"


async def record_alert(ports: Ports, team: Team, post: AlertPost, posted: Posted) -> None:
    """Note in the tickets' histories that they were asked about, then in the message's row where it is.

    In this order: a process that dies in between leaves a row that is only meant, and the next run comes here again.
    """
    entries = {entry.handle: entry for entry in post.all}
    at = datetime.fromtimestamp(post.tried_at, UTC)

    def ask(known: Mapping[str, Tracked]) -> list[Tracked]:
        return [
            one.model_copy(
                update={
                    "history": asked_about(
                        one.history,
                        entries[handle].number,
                        entries[handle].sections,
                        at,
                        escalated=entries[handle].escalated,
                    )
                }
            )
            for handle, one in known.items()
        ]

    await ports.tickets.change(list(entries), ask)
    if post.older:
        await ports.store.record_post(older_key(team), posted)
    place = {"channel": posted.channel, "ts": posted.ts, "permalink": posted.permalink}
    await ports.tickets.save_alert(post.model_copy(update=place | {"posted_at": post.tried_at, "trying": False}))
    log.info("alert %s posted about %d tickets", post.key, len(entries))
    await watch_channel(ports, post.channel, f"the channel of team {team.name}", told(posted), about=post.key)
