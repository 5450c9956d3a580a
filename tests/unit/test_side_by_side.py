"""Pages that are read side by side."""

import asyncio
from collections.abc import Callable

import pytest

from adapters.side_by_side import side_by_side


class Numbers:
    """A plan of so many pages, all of which can be read at any time."""

    def __init__(self, count: int) -> None:
        self._left = list(range(count))
        self.taken: list[int] = []

    def start(self, most: int) -> list[int]:
        chosen, self._left = self._left[:most], self._left[most:]
        return chosen

    def took(self, reader: int, page: str) -> str:
        self.taken.append(reader)
        return f"{page} of {reader}"


class Source:
    """Fetches pages, slowly; it counts how many are under way."""

    def __init__(self, fails_at: int | None = None, pause: Callable[[int], float] = lambda reader: 0.001) -> None:
        self.running = self.most = self.begun = self.given_up = 0
        self._fails_at, self._pause = fails_at, pause

    async def fetch(self, reader: int) -> str:
        self.begun += 1
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(self._pause(reader))
            if reader == self._fails_at:
                raise ValueError("lost")
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        finally:
            self.running -= 1
        return "page"


async def test_all_pages_come_and_never_more_than_allowed_are_under_way():
    """Ten pages, three at a time."""
    source = Source()

    found = [page async for page in side_by_side(Numbers(10), source.fetch, 3)]

    assert sorted(found) == sorted(f"page of {number}" for number in range(10))
    assert source.most == 3


async def test_pages_come_as_they_arrive():
    """A slow one holds up nothing but itself."""
    source = Source(pause=lambda reader: 0.2 if reader == 0 else 0.001)

    found = [page async for page in side_by_side(Numbers(6), source.fetch, 2)]

    assert found[-1] == "page of 0"


async def test_nothing_is_fetched_ahead_of_those_who_take():
    """While somebody looks at a page only the next few are fetched, however long that takes."""
    source = Source()
    pages = side_by_side(Numbers(100), source.fetch, 4)

    await anext(pages)
    await asyncio.sleep(0.1)

    assert source.begun <= 4 + 4
    await pages.aclose()


async def test_who_stops_early_gives_up_the_rest():
    """What is under way is let go."""
    source = Source(pause=lambda reader: 0.001 if reader == 0 else 5)
    pages = side_by_side(Numbers(100), source.fetch, 4)

    await anext(pages)
    await pages.aclose()

    assert source.running == 0
    assert source.given_up >= 3


async def test_a_failure_ends_it_and_gives_up_the_rest():
    """The first failure is told; no page is fetched for nobody."""
    source = Source(fails_at=2, pause=lambda reader: 5 if reader == 3 else 0.001)

    with pytest.raises(ValueError, match="lost"):
        [page async for page in side_by_side(Numbers(100), source.fetch, 4)]

    assert source.running == 0
    assert source.given_up >= 1


async def test_nothing_to_read_is_nothing():
    """A plan may be empty."""
    assert [page async for page in side_by_side(Numbers(0), Source().fetch, 4)] == []
