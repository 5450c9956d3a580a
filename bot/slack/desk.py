"""What every listener is given, and the tasks that go on after an acknowledgement."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot import log
from bot.domain.request import Draft
from bot.slack.acks import Acks
from bot.slack.forms import Forms
from bot.slack.gateway import Gateway
from bot.slack.home_tabs import HomeTabs
from bot.usecases.ports import Jobs, Ports

KEPT_WITHIN = 2.5
"""Seconds that a press waits for what it changes to be stored; Slack waits three."""
Rest = Coroutine[Any, Any, None]
"""What is left to do and to say once a press is stored."""
TRIGGERS = 2000
"""Presses and commands that are remembered; Slack repeats one within seconds, if at all."""

logger = log.get(__name__)


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
    _triggers: dict[str, None] = field(default_factory=dict)

    def first_use(self, trigger_id: str) -> bool:
        """Whether nothing was opened with this trigger yet, nor tried to be.

        What Slack delivers twice comes with the same one: the form is open or opens, or its person was told already.
        """
        if trigger_id in self._triggers:
            return False
        if trigger_id:
            self._triggers[trigger_id] = None
            if len(self._triggers) > TRIGGERS:
                del self._triggers[next(iter(self._triggers))]
        return True

    def spawn(self, work: Coroutine[Any, Any, None], *, sorry: Callable[[], Awaitable[None]] | None = None) -> None:
        """Go on after the acknowledgement. An exception there would undo it, so it ends here, in the log.

        Args:
            work: what is left to do.
            sorry: tells the person that it failed, where they would not see it.
        """
        task = asyncio.create_task(_logged(work, sorry))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def keep(
        self,
        ack: Callable[[], Awaitable[Any]],
        keeping: Coroutine[Any, Any, Rest | None],
        *,
        sorry: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Acknowledge what changes something once it is stored: whatever ends this process then, it is not lost.

        Args:
            ack: Bolt's; called after a while in any case, since Slack tells people that nobody answers.
            keeping: stores it, and gives what is left to do afterwards.
            sorry: tells the person that it failed.
        """
        kept = asyncio.Event()

        async def whole() -> None:
            try:
                rest = await keeping
            finally:
                kept.set()
            if rest is not None:
                await rest

        self.spawn(whole(), sorry=sorry)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(KEPT_WITHIN):
                await kept.wait()
        await ack()

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
