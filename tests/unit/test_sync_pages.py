"""How long lists are dealt out to the replies of a sync."""

from hypothesis import given, settings, strategies as st

from bot.domain.agenda_items import SLOTS, Agenda, Item, Slot
from bot.domain.sync_pages import A_PAGE, IN_POST, PAGES, Stretch, pages
from tests.strategies import examples
from tests.unit.test_agenda import a_ticket

ONE = a_ticket(1)
LENGTHS = st.one_of(st.integers(0, 60), st.integers(0, 5000))


@given(st.lists(LENGTHS, min_size=4, max_size=4), st.lists(LENGTHS, min_size=3, max_size=3))
@settings(max_examples=examples(30), deadline=None)
def test_every_line_has_one_place_and_no_reply_too_many(slots: list[int], late: list[int]) -> None:
    """From 0 to thousands: in order, nothing twice, and what is left out is counted."""
    lines: dict[Slot, int] = dict(zip(SLOTS, slots, strict=True))
    overdue, parked, started = ((ONE,) * count for count in late)
    agenda = Agenda(
        {slot: (Item(ONE, slot, "launch"),) * count for slot, count in lines.items()}, overdue, parked, started
    )
    found = pages(agenda)
    assert 1 <= len(found) <= PAGES
    assert all(sum(one.end - one.start for one in page) <= A_PAGE for page in found)
    groups: dict[str, list[Stretch]] = {}
    for one in (one for page in found for one in page):
        groups.setdefault(one.group, []).append(one)
    wanted = {slot: count for slot, count in lines.items() if count > IN_POST}
    wanted |= {name: count for name, count in zip(("overdue", "parked", "started_unready"), late, strict=True) if count}
    assert {name: parts[0].total for name, parts in groups.items()} == wanted
    for parts in groups.values():
        assert [one.start for one in parts] == [0, *(one.end for one in parts[:-1])]
        assert parts[-1].end + parts[-1].left == parts[-1].total
        assert not any(one.left for one in parts[:-1])
    if sum(wanted.values()) <= PAGES * A_PAGE:
        assert not any(parts[-1].left for parts in groups.values())
