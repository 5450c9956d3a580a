"""Pages that are read side by side, given out one by one as they arrive.

A plan says what can be read next and learns from each page; here its pages are fetched, as many at a time as are
allowed. No more than that are ever held: the next ones are asked for when somebody takes these.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

Reader = TypeVar("Reader")
Page = TypeVar("Page")
Found = TypeVar("Found")
Page_contra = TypeVar("Page_contra", contravariant=True)
Found_co = TypeVar("Found_co", covariant=True)


class Plan(Protocol[Reader, Page_contra, Found_co]):
    """What is read in which order."""

    def start(self, most: int) -> Sequence[Reader]:
        """Readers whose next page is to be fetched now, `most` at the most; none if all there is to do is wait."""
        ...

    def took(self, reader: Reader, page: Page_contra) -> Found_co:
        """What is new on the page of a reader that was started."""
        ...


async def side_by_side(
    plan: Plan[Reader, Page, Found], fetch: Callable[[Reader], Awaitable[Page]], width: int
) -> AsyncIterator[Found]:
    """What each page brings, in the order in which pages arrive; at the first failure all others are given up.

    Args:
        plan: what is read.
        fetch: fetches a reader's next page.
        width: pages that are fetched at the same time.
    """
    running: dict[asyncio.Task[Page], Reader] = {}

    async def fetched(reader: Reader) -> Page:
        return await fetch(reader)

    def begin() -> None:
        for reader in plan.start(width - len(running)):
            running[asyncio.create_task(fetched(reader))] = reader

    try:
        begin()
        while running:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            found = [plan.took(running.pop(task), task.result()) for task in done]
            begin()
            for one in found:
                yield one
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
