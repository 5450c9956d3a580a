"""Work is done behind whoever gives it, one piece at a time."""

import asyncio

import pytest

from bot.usecases.behind import Behind


class Broken(Exception):
    """Something went wrong."""


async def test_one_thing_after_another_and_all_at_the_end() -> None:
    """Whoever gives the second thing waits for the first one, and at the end both are done."""
    said: list[str] = []

    async def work(name: str) -> None:
        said.append(f"{name} begins")
        await asyncio.sleep(0.01)
        said.append(f"{name} ends")

    async with Behind() as behind:
        await behind.begin(lambda: work("one"))
        said.append("goes on")
        await behind.begin(lambda: work("two"))
    assert said == ["goes on", "one begins", "one ends", "two begins", "two ends"]


async def test_what_fails_is_heard_of() -> None:
    """Before the next thing, or at the end."""

    async def fail() -> None:
        raise Broken

    async def give(times: int) -> None:
        async with Behind() as behind:
            for _ in range(times):
                await behind.begin(fail)
                given.append("something")

    given: list[str] = []
    for times in (1, 2):
        with pytest.raises(Broken):
            await give(times)
    assert len(given) == 2


async def test_whoever_fails_leaves_no_work_undone() -> None:
    """The pages before a failure are judged, and the failure is what is heard of."""
    done: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0.01)
        done.append("work")
        raise ValueError("less important")

    async def give() -> None:
        async with Behind() as behind:
            await behind.begin(work)
            raise Broken

    with pytest.raises(Broken):
        await give()
    assert done == ["work"]


async def test_whoever_is_cut_off_takes_the_work_along() -> None:
    """A stop does not wait for a page to be judged, and nothing goes on behind its back."""
    done: list[str] = []

    async def work() -> None:
        await asyncio.sleep(5)
        done.append("work")

    async def give() -> None:
        async with Behind() as behind:
            await behind.begin(work)
            await asyncio.sleep(5)

    giving = asyncio.create_task(give())
    await asyncio.sleep(0.01)
    giving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await giving
    assert done == []
    assert len(asyncio.all_tasks()) == 1
