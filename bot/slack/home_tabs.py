"""The app's Home as Slack shows it: published when it is opened, and again soon after something in it changed."""

import asyncio

from bot import log
from bot.slack.acks import LONGEST_PAUSE, TRIES
from bot.slack.gateway import Gateway, SlackRefused
from bot.slack.views.home import home_view
from bot.usecases.home import has_opened, home_of
from bot.usecases.ports import Ports, SlackUnavailable

SOON = 1.5
"""Seconds between a change and the Home that shows it, so that several changes are one publication."""
LAST = 3.0
"""Seconds for what is due when the bot stops."""
AT_ONCE = 4
"""Homes that are published side by side: a sweep may change those of hundreds."""
Person = tuple[str, str]

logger = log.get(__name__)


class HomeTabs:
    """Publishes Homes; one of a person at a time, so that an older one never replaces a newer one."""

    def __init__(self, gateway: Gateway, soon: float = SOON) -> None:
        self._gateway = gateway
        self._soon = soon
        self._ports: Ports | None = None
        self._pages: dict[Person, int] = {}
        self._due: set[Person] = set()
        self._locks: dict[Person, asyncio.Lock] = {}
        self._places = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    def serve(self, ports: Ports) -> None:
        """Know where requests are; until then nothing is published."""
        self._ports = ports

    async def show(self, slack_team: str, user: str, page: int = 0) -> None:
        """Publish a page of somebody's Home, and remember that they look at it."""
        self._pages[slack_team, user] = page
        await self._publish((slack_team, user))

    def changed(self, slack_team: str, user: str) -> None:
        """Publish it again soon, if they have opened it once."""
        person = (slack_team, user)
        if self._ports is None or person in self._due:
            return
        self._due.add(person)
        task = asyncio.get_running_loop().create_task(self._later(person))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Publish at once what is due; whoever opens their Home next sees what was not published in time."""
        self._closing.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=LAST)
            for task in late:
                task.cancel()

    async def _later(self, person: Person) -> None:
        try:
            async with asyncio.timeout(self._soon):
                await self._closing.wait()
        except TimeoutError:
            pass
        finally:
            self._due.discard(person)  # what changes from now on is published once more
        try:
            if self._ports and await has_opened(self._ports, *person):
                await self._publish(person)
        except Exception:
            # The last line of defence: nobody awaits this task.
            logger.exception("home not published")

    async def _publish(self, person: Person) -> None:
        """A Slack that is busy is asked again: somebody looks at the old Home, or at none."""
        for _ in range(TRIES):
            pause = await self._published(person)
            if pause is None:
                return
            await asyncio.sleep(min(pause, LONGEST_PAUSE))

    async def _published(self, person: Person) -> float | None:
        """The seconds after which to try again; None if there is nothing more to do."""
        if self._ports is None:
            return None
        lock = self._locks.setdefault(person, asyncio.Lock())
        async with lock, self._places:
            slack_team, user = person
            home = await home_of(self._ports, slack_team, user, self._pages.get(person, 0))
            try:
                await self._gateway.call("views.publish", user_id=user, view=home_view(home))
            except SlackRefused as refused:
                # not_enabled: the app was made without a Home tab; its manifest has to be renewed.
                logger.warning("home not published", code=refused.code, details=refused.details)
            except SlackUnavailable as error:
                logger.info("home not published", reason=str(error))
                return error.after
        return None
