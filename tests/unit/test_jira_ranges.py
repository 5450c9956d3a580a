"""A whole project read from several places at once, against a stand-in that only sorts, bounds and pages."""

import math
import random
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from adapters.base import Ticket, TicketRef
from adapters.document import Document
from adapters.jira.ranges import Page, Ranges, Unsorted
from adapters.jira.stretches import Reader

START = 1_700_000_000
DAY = 86_400
BERLIN = timezone(timedelta(hours=1))
BOUND = re.compile(r'created (>=|<) "([^"]+)"')


def ticket(number: int, second: int, zone: timezone = BERLIN) -> Ticket:
    """A ticket of which only id and time are known."""
    created = datetime.fromtimestamp(second, zone)
    return Ticket(TicketRef("jira", str(number), f"WEB-{number}", ""), "", Document(), "", "todo", created, created)


class Site:
    """Answers queries as `Ranges` writes them, in pages of some size."""

    def __init__(self, seconds: Sequence[int], size: int = 100, zone: timezone = BERLIN):
        tickets = [ticket(number, second, zone) for number, second in enumerate(seconds)]
        self.tickets = sorted(tickets, key=lambda one: (one.created, int(one.ref.id)))
        self.calls = 0
        self._size, self._zone = size, zone

    def page(self, reader: Reader) -> Page:
        self.calls += 1
        low, high = 0, len(self.tickets)
        for operator, text in BOUND.findall(reader.order):
            bound = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=self._zone)
            place = bisect_left(self.tickets, bound, key=lambda one: one.created)
            low, high = (place, high) if operator == ">=" else (low, place)
        direction = "ASC" if reader.is_forward else "DESC"
        assert reader.order.endswith(f" ORDER BY created {direction}, id {direction}")
        begin = int(reader.token or 0)
        end = min(begin + self._size, high - low)
        found = self.tickets[low + begin : low + end]
        if not reader.is_forward:
            found = self.tickets[high - end : high - begin][::-1]
        return Page(found, str(end) if end < high - low else None)


def read(site: Site, width: int, seed: int | None = None) -> tuple[list[Ticket], int]:
    """Everything that comes, and how many rounds of calls that took; with a seed calls end in any order."""
    plan, order = Ranges(width), random.Random(seed)
    running: list[tuple[float, int, Reader]] = []
    found: list[Ticket] = []
    now, count = 0.0, 0
    while True:
        for reader in plan.start(width - len(running)):
            count += 1
            running.append((now + (1.0 if seed is None else order.random()), count, reader))
        assert len(running) <= width
        if not running:
            return found, round(now)
        running.sort(key=lambda one: one[:2])
        now, _, reader = running.pop(0)
        found += plan.took(reader, site.page(reader))


def ids(tickets: Sequence[Ticket]) -> list[int]:
    return sorted(int(one.ref.id) for one in tickets)


def evenly(n: int) -> list[int]:
    return [START + k * 3 * 365 * DAY // n for k in range(n)]


def growing(n: int) -> list[int]:
    """Every month has more than the one before."""
    return [START + int(3 * 365 * DAY * math.sqrt(k / n)) for k in range(n)]


def mostly_new(n: int) -> list[int]:
    """As open tickets are: a few old ones, many of the last weeks."""
    return [START + int(3 * 365 * DAY * (1 - (1 - k / n) ** 4)) for k in range(n)]


def in_waves(n: int) -> list[int]:
    """Busy quarters and quiet ones."""
    return [START + int(DAY * (k * 1000 / n + 60 * math.sin(k * 14 / n))) for k in range(n)]


def imported(n: int) -> list[int]:
    """Half of them came in one night from another tracker."""
    return sorted([*evenly(n - n // 2), *(START + 200 * DAY + k // 10 for k in range(n // 2))])


def at_once(n: int) -> list[int]:
    return [START] * n


SHAPES = (evenly, growing, mostly_new, in_waves, imported)


@given(
    seconds=st.lists(st.integers(START, START + 40 * DAY), max_size=400),
    width=st.integers(2, 8),
    size=st.integers(1, 20),
    seed=st.integers(),
)
def test_every_ticket_comes_however_they_are_spread(seconds: list[int], width: int, size: int, seed: int):
    """Nothing is missed, whatever the times and the order in which pages arrive."""
    found, _ = read(Site(seconds, size), width, seed)

    assert set(ids(found)) == set(range(len(seconds)))


@given(
    counts=st.lists(st.tuples(st.integers(0, 30 * DAY), st.integers(1, 60)), max_size=30),
    width=st.integers(2, 8),
    seed=st.integers(),
)
def test_many_tickets_of_one_second_come_once(counts: list[tuple[int, int]], width: int, seed: int):
    """Where readers meet within a second nothing is missed; what both saw comes once."""
    seconds = [START + second for second, count in counts for _ in range(count)]
    found, _ = read(Site(seconds, 10), width, seed)

    assert set(ids(found)) == set(range(len(seconds)))


@pytest.mark.parametrize("days", [3, 30, 300])
def test_a_page_across_a_cut_brings_nothing_twice(days: int):
    """What was under way when a stretch was cut may hold both sides of the cut."""
    for seed in range(100):
        site = Site([START + int(days * DAY * (1 - (1 - k / 130) ** 2)) for k in range(130)], size=5)
        found, _ = read(site, 8, seed)

        assert ids(found) == list(range(130))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n", [0, 1, 99, 100, 101, 250, 1_000, 4_321, 10_000])
@pytest.mark.parametrize("width", [1, 2, 4, 8])
def test_each_ticket_comes_once_in_few_calls(shape: Callable[[int], list[int]], n: int, width: int):
    """As many calls as there are full pages, and no more than one for each reader in addition."""
    site = Site(shape(n))

    found, _ = read(site, width)

    assert ids(found) == list(range(n))
    assert site.calls <= max(1, math.ceil(n / 100)) + (width if width > 1 else 0)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n", [10_000, 50_000])
def test_four_readers_share_the_work(shape: Callable[[int], list[int]], n: int):
    """The readers are done at about the same time, though nobody told them where the tickets are."""
    _, rounds = read(Site(shape(n)), 4)

    assert rounds <= (1.6 if shape is imported else 1.2) * math.ceil(n / 4 / 100)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("width", [4, 8])
def test_the_order_of_answers_costs_few_calls(shape: Callable[[int], list[int]], seed: int, width: int):
    """However long each call takes, each reader costs at most one call that brings little."""
    site = Site(shape(260), 10)

    found, _ = read(site, width, seed)

    assert set(ids(found)) == set(range(260))
    assert site.calls <= 26 + width


@pytest.mark.parametrize("shape", [evenly, growing])
def test_eight_readers_share_the_work(shape: Callable[[int], list[int]]):
    """With more of them the beginning, when few can be at work, weighs more."""
    _, rounds = read(Site(shape(10_000)), 8)

    assert rounds <= 17  # thirteen would be the least


def test_tickets_that_were_all_made_at_once_come_once():
    """Where no time can be cut two readers still share the work."""
    site = Site(at_once(1000))

    found, _ = read(site, 4)

    assert ids(found) == list(range(1000))


@given(hours=st.integers(-12, 14), n=st.integers(0, 2000))
def test_the_time_zone_does_not_matter(hours: int, n: int):
    """Bounds are told in the zone in which Jira tells times."""
    zone = timezone(timedelta(hours=hours))
    found, _ = read(Site(evenly(n), zone=zone), 4)

    assert ids(found) == list(range(n))


def test_small_projects_take_one_call():
    """The first page is fetched alone."""
    site = Site(evenly(60))

    read(site, 8)

    assert site.calls == 1


def test_pages_that_come_unsorted_are_noticed():
    """Readers that meet prove nothing if the order is another one."""
    plan = Ranges(4)
    (reader,) = plan.start(4)

    with pytest.raises(Unsorted):
        plan.took(reader, Page([ticket(1, START + 5), ticket(2, START)], "next"))


def test_a_page_that_goes_back_is_noticed():
    """The order holds from page to page."""
    plan = Ranges(1)
    (reader,) = plan.start(1)
    plan.took(reader, Page([ticket(1, START + 5)], "next"))
    plan.start(1)

    with pytest.raises(Unsorted):
        plan.took(reader, Page([ticket(2, START)], "more"))


def test_a_repeated_token_ends_a_reader():
    """Nobody follows a token for ever: what is left is read from the other end, and if that ends so too it is all."""
    plan = Ranges(1)
    (first,) = plan.start(1)
    plan.took(first, Page([ticket(1, START)], "again"))
    assert plan.start(1) == [first]
    plan.took(first, Page([ticket(2, START + 1)], "again"))
    (second,) = plan.start(1)
    assert not second.is_forward
    assert ids(plan.took(second, Page([ticket(9, START + 9)], "on"))) == [9]
    assert plan.start(1) == [second]
    plan.took(second, Page([ticket(8, START + 8)], "on"))

    assert plan.start(1) == []


def test_pages_without_tickets_are_no_end():
    """Only Jira's word is."""
    plan = Ranges(4)
    (reader,) = plan.start(4)

    assert plan.took(reader, Page([], "next")) == []
    assert plan.start(1) == [reader]
    plan.took(reader, Page([], None))
    assert plan.start(4) == []


def test_bounds_avoid_hours_that_some_days_do_not_have():
    """With days to choose from a cut is at noon."""
    asked = []
    plan = Ranges(4)
    site = Site([START + k * DAY for k in range(2000)])
    while readers := plan.start(4):
        asked += [reader.order for reader in readers]
        for reader in readers:
            plan.took(reader, site.page(reader))

    bounds = {text for order in asked for _, text in BOUND.findall(order)}
    assert bounds
    assert {text[-5:] for text in bounds} == {"12:00"}


def test_utc_is_a_zone_too():
    """A time without an offset of its own is told as it is."""
    found, _ = read(Site(evenly(900), zone=UTC), 4)

    assert ids(found) == list(range(900))
