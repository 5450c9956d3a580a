"""What every listener is given, and the tasks that go on after an acknowledgement."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot import log
from bot.domain.request import Draft
from bot.slack.forms import Forms
from bot.slack.gateway import Gateway
from bot.slack.home_tabs import HomeTabs
from bot.usecases.ports import Jobs, Ports

logger = log.get(__name__)
SETTLE = 0.03
"""Seconds between our acknowledgement and a change of the same view, so that Slack sees them in that order."""


class Acks:
    """Holds back changes of a view until the answer to its submission is out.

    The answer to a submission puts "Creating your ticket" into the view. A ticket can be there sooner than
    that answer; without this the view would never show its link.
    """

    def __init__(self) -> None:
        self._open: dict[str, asyncio.Event] = {}

    def hold(self, view_id: str) -> None:
        """From now on changes of this view wait."""
        self._open[view_id] = asyncio.Event()

    def release(self, view_id: str) -> None:
        """The answer is on its way."""
        if event := self._open.get(view_id):
            asyncio.get_running_loop().call_later(SETTLE, self._settle, view_id, event)

    async def wait(self, view_id: str) -> None:
        """Until the view may be changed; Slack itself waits three seconds at most."""
        if event := self._open.get(view_id):
            try:
                async with asyncio.timeout(3):
                    await event.wait()
            except TimeoutError:
                self._settle(view_id, event)

    def _settle(self, view_id: str, event: asyncio.Event) -> None:
        event.set()
        if self._open.get(view_id) is event:
            del self._open[view_id]


@dataclass(slots=True)
class Desk:
    """Everything that listeners work with.

    Attributes:
        slack_team: the workspace that the bot is installed in.
        unsaved: drafts of forms that are being opened, by id, until the store has them.
    """

    ports: Ports
    jobs: Jobs
    gateway: Gateway
    forms: Forms
    acks: Acks
    homes: HomeTabs
    slack_team: str = ""
    unsaved: dict[str, Draft] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def spawn(self, work: Coroutine[Any, Any, None], *, sorry: Callable[[], Awaitable[None]] | None = None) -> None:
        """Go on after the acknowledgement. An exception there would undo it, so it ends here, in the log.

        Args:
            work: what is left to do.
            sorry: tells the person that it failed, where they would not see it.
        """
        task = asyncio.create_task(_logged(work, sorry))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Wait for what is under way, at a clean stop."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)


async def _logged(work: Coroutine[Any, Any, None], sorry: Callable[[], Awaitable[None]] | None) -> None:
    try:
        await work
    except Exception:
        # The last line of defence: nobody awaits this task.
        logger.exception("task failed")
        if sorry:
            await sorry()
