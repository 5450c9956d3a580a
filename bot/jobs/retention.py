"""Once a day: what people wrote is dropped when its time has come, from our rows and from the engine's."""

import logging
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.alert_history import FORGOTTEN
from bot.domain.request import Request
from bot.jobs.engine import Engine
from bot.jobs.run import Payload, Result, Run
from bot.jobs.schedules import Schedules, at_time, local_key
from bot.usecases import fill_gaps, reply_comment, retention, sync_words
from bot.usecases.ports import Ports

KIND = "retention"
AT = "03:30"
"""In UTC; a bot that is down then does it when it comes back within a day."""
DRAFTS = timedelta(days=30)
HOLD_WORDS = (reply_comment.JOB, fill_gaps.JOB, sync_words.JOB)
"""Kinds of jobs that hold words of people, which are kept no longer than requests; their keys begin so."""
JOBS = timedelta(days=90)
"""How long the engine keeps jobs that ended: longer than any schedule looks back, or an old occurrence ran again."""
log = logging.getLogger(__name__)


class Disposal(Protocol):
    """What the store offers beyond the port."""

    async def failed_before(self, moment: datetime, after: str = "") -> list[Request]:
        """Some requests that were refused before then, still hold their words and whose authors do not know.

        In the order of their ids, those behind `after`.
        """
        ...

    async def expired(
        self, filed_before: datetime, failed_before: datetime, told_before: datetime
    ) -> list[tuple[str, str]]:
        """Request ids and job keys of some whose words are to be dropped; authors of refused ones know since then."""
        ...

    async def empty(self, request_ids: list[str]) -> None:
        """Drop what people wrote in these."""
        ...

    async def delete_replaced_before(self, moment: datetime) -> None:
        """Delete texts of tickets that somebody replaced before then; they cannot be restored any more."""
        ...

    async def delete_traces_before(self, moment: datetime) -> None:
        """Delete notes that are too old to matter."""
        ...


def register(
    engine: Engine, schedules: Schedules, ports: Ports, disposal: Disposal, *, requests: timedelta, failed: timedelta
) -> None:
    """Make the job and its schedule known; before the engine is opened.

    Args:
        engine: runs the job.
        schedules: starts it daily.
        ports: the world.
        disposal: the store.
        requests: how long the words of a request are kept after its ticket exists.
        failed: how long they are kept after it was refused; longer, if its author was told later than a week before.
    """

    async def job(run: Run, payload: Payload) -> Result:
        del payload
        warned = await run.step("retention.warn", lambda: _warn(ports, disposal, failed))
        dropped = await run.step("retention.drop", lambda: _drop(engine, ports, disposal, requests, failed))
        log.info("retention: the texts of %s requests were dropped, %s people were warned", dropped, warned)
        return {"dropped": dropped}

    async def submit(due: datetime) -> None:
        await engine.submit(KIND, local_key(KIND, due, "UTC"), {})

    engine.define(KIND, job)
    schedules.register(KIND, at_time(AT, "UTC"), submit, grace=timedelta(days=1))


async def _warn(ports: Ports, disposal: Disposal, failed: timedelta) -> int:
    soon, told, last = ports.clock.now() - failed + retention.NOTICE, 0, ""
    while some := await disposal.failed_before(soon, last):
        told += await retention.warn(ports, some, failed)
        last = some[-1].submission.request_id
    return told


async def _drop(engine: Engine, ports: Ports, disposal: Disposal, requests: timedelta, failed: timedelta) -> int:
    """The engine's rows first: ours say what is still to be done, should this be interrupted."""
    now, dropped = ports.clock.now(), 0
    while expired := await disposal.expired(now - requests, now - failed, now - retention.NOTICE):
        for _, key in expired:
            await engine.forget(key)
        await disposal.empty([request_id for request_id, _ in expired])
        dropped += len(expired)
    await ports.store.delete_drafts_before(now - DRAFTS)
    await disposal.delete_traces_before(now - max(failed, FORGOTTEN))
    await disposal.delete_replaced_before(now - requests)
    for kind in HOLD_WORDS:
        await engine.purge(now - requests, f"{kind}:")
    await engine.purge(now - JOBS)
    return dropped
