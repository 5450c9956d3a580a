"""The thread of the weekly sync as Slack takes it: what has no place in the message, and what was decided."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.domain.agenda_items import SLOTS, Item
from bot.domain.seen_ticket import SeenTicket
from bot.domain.sync_messages import SyncAgenda, SyncClosed, SyncDetails, SyncFurther
from bot.domain.sync_pages import IN_POST, Group, Stretch, pages
from bot.slack.text import chunks, clean, escape, inline, mrkdwn, plain, shorten, units
from bot.slack.views.lines import line, run, spoken
from bot.slack.views.rendered import Rendered, characters
from bot.slack.views.sync import TEXT, TITLES, counted, line_of
from bot.slack.views.sync_lines import days_text, key_text, titled

Json = dict[str, Any]

LATE: Mapping[Group, str] = {
    "overdue": "Past their day",
    "parked": "Asked often enough: they need a person",
    "started_unready": "Started though not ready",
}
DETAIL = 2_800
"""Characters of a block of details."""
PIECES = 3
"""Blocks that the decisions of a meeting fill at most: what the form takes, be it emoji throughout."""
NOT_FOR_ALL = "It is kept, but not shown here: people of another organisation read this channel."
DECIDED = 25
"""Lines of what was decided last time."""
BLOCKS = 45
"""Blocks of a message, with room below Slack's fifty."""
ROOMS = (None, 600, 400, 300, 200)
"""Characters of a line, the first with which a reply holds all of its lines counts."""
BRIEF = 40
"""Characters of a title where there is little room."""
NOTHING_ELSE = "Nothing else to tell"
NO_MORE = "No more: the lists have become shorter."


def details_message(message: SyncDetails) -> Rendered:
    """A reply: lines of the longer slots, and what is merely late; for people of another organisation no words.

    The longer it gets, the less each line says; only of what was decided last time there are fewer lines.
    """
    found = pages(message.sync.agenda)
    if message.page > len(found):
        return _details([{"type": "section", "text": mrkdwn(NO_MORE)}])
    blocks: list[Json] = []
    for decided in range(DECIDED, 0, -1):
        for room in ROOMS:
            blocks = _page(message, found[message.page - 1], room, decided)
            if characters(blocks) <= TEXT and len(blocks) <= BLOCKS:
                return _details(blocks)
    return _details(blocks)


def closed_message(message: SyncClosed) -> Rendered:
    """What came out of the meeting."""
    blocks: list[Json] = [
        line(run("What was decided", bold=True)),
        *_typed(message.decisions, shared=message.sync.shared),
    ]
    items = [item for item in message.sync.agenda.slots["actions"] if item.change != "done"]
    if items:
        lines = [line_of(item, message.sync) for item in items[:IN_POST]]
        blocks += [line(run("Who does what", bold=True)), *_group("", lines, _more(len(items) - IN_POST))]
    return Rendered(spoken("What was decided in the Marketing-Dev Sync"), blocks)


def further_message(message: SyncFurther) -> Rendered:
    """What came out of it, too: beside the summary, from whoever had the form open when somebody else closed it."""
    head = f"{shorten(inline(message.name), 100) or 'Somebody'} adds:"
    return Rendered(spoken(head), [line(run(head, bold=True)), *_typed(message.decisions, shared=message.shared)])


def _typed(typed: str, *, shared: bool) -> list[Json]:
    decided = clean(typed).strip() or "No decisions were written down."
    if shared and typed.strip():
        decided = NOT_FOR_ALL
    return [{"type": "section", "text": plain(piece)} for _, piece in chunks(decided, DETAIL)[:PIECES]]


def _details(blocks: list[Json]) -> Rendered:
    return Rendered(spoken("Details of the agenda"), blocks)


def _page(message: SyncDetails, stretches: Sequence[Stretch], room: int | None, decided: int) -> list[Json]:
    """One reply; the first one has more to tell than lines."""
    sync, first = message.sync, message.page == 1
    blocks = _decided(message, decided) if first and not sync.shared else []
    for one in stretches:
        left = f"and {one.left} more, which only the trackers list" if one.left else ""
        blocks += _group(_title(one), _lines(sync, one, room), left)
    if first and sync.agenda.undated:
        blocks += _group(f"{counted(sync.agenda.undated, 'initiative')} without a launch date", [])
    return blocks or _group(NOTHING_ELSE, [])


def _decided(message: SyncDetails, most: int) -> list[Json]:
    lines = [escape(shorten(inline(said), 300)) for said in clean(message.decided).split("\n") if said.strip()]
    return _group("Decided last time", lines[:most], _more(len(lines) - most)) if lines else []


def _title(one: Stretch) -> str:
    """What it is, and how much of it: `all` only where nothing is cut."""
    whole = one.end - one.start == one.total
    first = "" if one.end - one.start == 1 else f"{one.start + 1} to "
    part = f": {first}{one.end} of {one.total}"
    if one.group in SLOTS:
        return TITLES[one.group] + (f": all {one.total}" if whole else part)
    return LATE[one.group] + ("" if whole else part)


def _lines(sync: SyncAgenda, one: Stretch, room: int | None) -> list[str]:
    if one.group in SLOTS:
        return [line_of(item, sync, room) for item in sync.agenda.slots[one.group][one.start : one.end]]
    tickets: Sequence[SeenTicket] = getattr(sync.agenda, one.group)[one.start : one.end]
    said: Callable[[SeenTicket], str] = _lacks
    if one.group == "overdue":
        said = lambda ticket: f"due {days_text(ticket.due, sync)}"  # noqa: E731
    return [_bare(ticket, sync, said, room) for ticket in tickets]


def _bare(ticket: SeenTicket, sync: SyncAgenda, said: Callable[[SeenTicket], str], room: int | None) -> str:
    item = Item(ticket, "initiatives", "launch")
    if sync.shared:
        return key_text(item)
    text = f"{key_text(item, titled=True)}: {said(ticket)}"
    return text if room is None or units(text) <= room else titled(item, BRIEF)


def _lacks(ticket: SeenTicket) -> str:
    names = [escape(shorten(inline(gap.message), 80)) for gap in ticket.gaps if gap.severity != "hint"]
    return " ".join(names[:2]) + (" And more." if len(names) > 2 else "")


def _more(count: int) -> str:
    return f"and {count} more" if count > 0 else ""


def _group(title: str, lines: Sequence[str], more: str = "") -> list[Json]:
    """A title with its lines, in as few blocks as it takes."""
    blocks, text = [], f"*{escape(title)}*" if title else ""
    for one in [*(f"• {shown}" for shown in lines), *filter(None, [more])]:
        if text and units(text) + units(one) > DETAIL:
            blocks.append({"type": "section", "text": mrkdwn(text)})
            text = ""
        text += ("\n" if text else "") + one
    return [*blocks, {"type": "section", "text": mrkdwn(text)}]
