"""How what is too long for the sync's message is dealt out to the replies in its thread. Pure.

A reply can be edited, but not grow beyond Slack's limits: so each holds so many lines, whatever they say, and how many
replies there are follows from the number of lines alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.agenda_items import SLOTS, Agenda, Slot

Group = Literal[Slot, "overdue", "parked", "started_unready"]
IN_POST = 6
"""Lines of a slot in the message itself."""
A_PAGE = 20
"""Lines of a reply."""
PAGES = 8
"""Replies with lines at most; beyond them what is left is counted."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of one group that stand together.

    Attributes:
        start: the number of the first of them, from 0.
        end: behind the last of them.
        total: how many the group has.
        shown: how many of them have a place in the thread; the rest is counted.
    """

    group: Group
    start: int
    end: int
    total: int
    shown: int

    @property
    def left(self) -> int:
        """How many have no place, if this is where the group ends."""
        return self.total - self.shown if self.end == self.shown else 0


def pages(agenda: Agenda) -> list[list[Stretch]]:
    """What stands in which reply; at least one, which is empty if everything has its place in the message."""
    lengths = {group: length for group, length in _lengths(agenda).items() if length}
    most = _most(list(lengths.values()))
    found: list[list[Stretch]] = [[]]
    room = A_PAGE
    for group, total in lengths.items():
        shown = min(total, most)
        start = 0
        while start < shown:
            if not room:
                found.append([])
                room = A_PAGE
            end = min(shown, start + room)
            found[-1].append(Stretch(group, start, end, total, shown))
            room -= end - start
            start = end
    return found


def _lengths(agenda: Agenda) -> Mapping[Group, int]:
    slots: dict[Group, int] = {slot: len(agenda.slots[slot]) for slot in SLOTS if len(agenda.slots[slot]) > IN_POST}
    late: dict[Group, int] = {
        "overdue": len(agenda.overdue),
        "parked": len(agenda.parked),
        "started_unready": len(agenda.started_unready),
    }
    return slots | late


def _most(lengths: Sequence[int]) -> int:
    """How many lines each group may have, so that all fit: what short groups leave is for the long ones."""
    room, most = PAGES * A_PAGE, 0
    for number, length in enumerate(sorted(lengths)):
        most = room // (len(lengths) - number)
        if length <= most:
            room -= length
            most = length
        else:
            return most
    return most
