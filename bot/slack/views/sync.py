"""The weekly sync as Slack takes it: one message that runs the meeting, and replies with the details.

Only owners of action items are mentioned, and only in the post itself; everybody else is named.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from bot.domain.agenda_items import MINUTES, SLOTS, Item, Slot
from bot.domain.days import weekday, weekday_name
from bot.domain.seen_ticket import SeenTicket
from bot.domain.sync_messages import SyncAgenda, SyncClosed, SyncDetails, SyncReminder, Unread
from bot.slack.ids import Action
from bot.slack.text import chunks, clean, date_token, escape, inline, mrkdwn, plain, shorten
from bot.slack.views.lines import button, line, run, spoken
from bot.slack.views.rendered import Rendered
from bot.slack.views.sync_lines import days_text, item_text, key_text

Json = dict[str, Any]

TITLES: dict[Slot, str] = {
    "initiatives": "Upcoming initiatives",
    "roadblocks": "Technical roadblocks",
    "quick_wins": "Quick wins and ideas",
    "actions": "Action items and owners",
}
EMPTY: dict[Slot, str] = {
    "initiatives": "No launch within sight.",
    "roadblocks": "Nothing stands in the way that we know of.",
    "quick_wins": "No ideas yet: add one below.",
    "actions": "Nothing is owed.",
}
NOTHING = "Nothing is waiting this week: no launches, no roadblocks, nothing owed. Enjoy the time!"
NOTHING_KNOWN = "Nothing else is known of this week."
UNREAD: dict[str, str] = {
    "unavailable": "{title} did not answer",
    "misconfigured": "I cannot read {title}, and whoever looks after me has to mend that",
    "slow": "{title} was not read in time",
    "unexpected": "{title} could not be read",
}
"""By the reason."""
MOST = 6
"""Lines of a slot in the message; the thread has all of them."""
TEXT = 8_800
"""Characters of a message in all, with room below Slack's undocumented limit."""
DETAIL = 2_800
"""Characters of a block of details."""
PIECES = 3
"""Blocks that the decisions of a meeting fill at most: what the form takes, be it emoji throughout."""
NOT_FOR_ALL = "It is kept, but not shown here: people of another organisation read this channel."
MOST_DETAILS = 25
"""Lines of a group of details."""
BLOCKS = 45
"""Blocks of a message, with room below Slack's fifty."""


def agenda_message(message: SyncAgenda) -> Rendered:
    """The post itself; the longer it gets, the fewer lines each slot has."""
    for most in range(MOST, 0, -1):
        blocks = _agenda(message, most)
        if _characters(blocks) <= TEXT:
            break
    return Rendered(spoken(f"Marketing-Dev Sync, {weekday(message.day, message.language)}"), blocks)


def reminder_message(message: SyncReminder) -> Rendered:
    """The day before: what is on the agenda so far."""
    sync = message.sync
    counts = {slot: len([item for item in sync.agenda.slots[slot] if item.change != "done"]) for slot in SLOTS}
    said = f"{_when(message)} agenda has {_count(counts['initiatives'], 'initiative')}"
    said += f" and {_count(counts['roadblocks'], 'roadblock')}. Add yours."
    when = f"Marketing-Dev Sync: {date_token(sync.meeting)}"
    blocks = [line(run(said)), {"type": "context", "elements": [mrkdwn(when)]}, _adding(sync)]
    return Rendered(spoken(said), blocks)


def details_message(message: SyncDetails) -> Rendered:
    """The thread: every line of every slot, and what is merely late; for people of another organisation no words."""
    sync, agenda = message.sync, message.sync.agenda
    groups: list[tuple[str, list[str]]] = [
        (f"{TITLES[slot]}: all {len(agenda.slots[slot])}", [_line(item, sync) for item in agenda.slots[slot]])
        for slot in SLOTS
        if len(agenda.slots[slot]) > MOST
    ]
    late = (
        ("Past their day", agenda.overdue, lambda ticket: f"due {days_text(ticket.due, sync)}"),
        ("Asked often enough: they need a person", agenda.parked, _lacks),
        ("Started though not ready", agenda.started_unready, _lacks),
    )
    groups += [(title, [_bare(ticket, sync, said) for ticket in tickets]) for title, tickets, said in late if tickets]
    if agenda.undated:
        groups.append((f"{_count(agenda.undated, 'initiative')} without a launch date", []))
    decided = [escape(shorten(inline(said), 300)) for said in clean(message.decided).split("\n") if said.strip()]
    if decided and not sync.shared:
        groups.insert(0, ("Decided last time", decided))
    return _detailed(groups or [("Nothing else to tell", [])])


def closed_message(message: SyncClosed) -> Rendered:
    """What came out of the meeting."""
    decided = clean(message.decisions).strip() or "No decisions were written down."
    if message.sync.shared and message.decisions.strip():
        decided = NOT_FOR_ALL
    blocks: list[Json] = [
        line(run("What was decided", bold=True)),
        *({"type": "section", "text": plain(piece)} for _, piece in chunks(decided, DETAIL)[:PIECES]),
    ]
    items = [item for item in message.sync.agenda.slots["actions"] if item.change != "done"]
    if items:
        blocks.append(line(run("Who does what", bold=True)))
        blocks += _group("", [_line(item, message.sync) for item in items], MOST)
    return Rendered(spoken("What was decided in the Marketing-Dev Sync"), blocks)


def _when(message: SyncReminder) -> str:
    """Whose agenda it is; the words are English, and so is the name of the day."""
    ahead = (message.sync.day - (message.today or message.sync.day - timedelta(days=1))).days
    named = {0: "Today's", 1: "Tomorrow's"}
    return named.get(ahead) or f"{weekday_name(message.sync.day)}'s"


def _agenda(message: SyncAgenda, most: int) -> list[Json]:
    when = f"Meeting at {date_token(message.meeting, '{time}')} · {escape(inline(message.team))}"
    blocks: list[Json] = [
        line(run(f"Marketing-Dev Sync · {weekday(message.day, message.language)}", bold=True)),
        {"type": "context", "elements": [mrkdwn(when)]},
    ]
    if message.missing:
        blocks.append(_missing(message))
    if message.agenda.is_empty:
        blocks.append(line(run(NOTHING_KNOWN if message.missing else NOTHING)))
    else:
        for slot in SLOTS:
            blocks += _slot(message, slot, most)
    if not message.closed:
        blocks.append({"type": "divider"})
        adding = _adding(message)
        close = button("Close the sync", Action.CLOSE_SYNC, message.key)
        blocks.append(adding | {"elements": [*adding["elements"], close]})
    return blocks


def _slot(message: SyncAgenda, slot: Slot, most: int) -> list[Json]:
    items = message.agenda.slots[slot]
    blocks: list[Json] = [{"type": "divider"}, line(run(f"{TITLES[slot]} · {MINUTES[slot]} min", bold=True))]
    if not items:
        return [*blocks, {"type": "context", "elements": [plain(EMPTY[slot])]}]
    blocks += [_item(message, item) for item in items[:most]]
    if len(items) > most:
        blocks.append({"type": "context", "elements": [plain(f"{len(items) - most} more in the thread")]})
    return blocks


def _item(message: SyncAgenda, item: Item) -> Json:
    block: Json = {"type": "section", "text": mrkdwn(_line(item, message))}
    if message.closed or item.change == "done" or message.shared:
        return block
    value = f"{message.key}|{item.ticket.handle}"
    if item.slot in {"initiatives", "roadblocks"} and item.reason != "roadblock":
        return block | {"accessory": button("Feasibility", Action.FEASIBILITY, value)}
    if item.slot == "actions":
        return block | {"accessory": _action_menu(value)}
    return block


def _action_menu(value: str) -> Json:
    options = [("Done", "done"), ("Reassign", "reassign")]
    return {
        "type": "overflow",
        "action_id": Action.SYNC_ITEM,
        "options": [{"text": plain(text), "value": f"{verb}:{value.partition('|')[2]}"} for text, verb in options],
    }


def _adding(message: SyncAgenda) -> Json:
    elements = [
        button("Add action item", Action.ADD_ACTION, message.key),
        button("Add an idea", Action.ADD_IDEA, message.key),
        button("Add a roadblock", Action.ADD_ROADBLOCK, message.key),
    ]
    return {"type": "actions", "elements": elements}


def _missing(message: SyncAgenda) -> Json:
    block: Json = {"type": "section", "text": mrkdwn("\n".join(map(_unread, message.missing)))}
    return block if message.closed else block | {"accessory": button("Refresh", Action.REFRESH_SYNC, message.key)}


def _unread(one: Unread) -> str:
    said = UNREAD[one.why].format(title=escape(inline(one.title)))
    if one.last is None:
        return f"{said}: what is there may be missing below."
    return f"{said}: what is there is shown below as last read: {date_token(one.last)}."


def _line(item: Item, message: SyncAgenda) -> str:
    return key_text(item) if message.shared else item_text(item, message)


def _bare(ticket: SeenTicket, sync: SyncAgenda, said: Callable[[SeenTicket], str]) -> str:
    item = Item(ticket, "initiatives", "launch")
    return key_text(item) if sync.shared else f"{key_text(item, titled=True)}: {said(ticket)}"


def _lacks(ticket: SeenTicket) -> str:
    names = [escape(shorten(inline(gap.message), 80)) for gap in ticket.gaps if gap.severity != "hint"]
    return " ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _detailed(groups: Sequence[tuple[str, list[str]]]) -> Rendered:
    """Groups of lines in one message, so that it can be edited; the longer it gets, the fewer lines each group has."""
    for most in range(MOST_DETAILS, 0, -1):
        blocks = [block for title, lines in groups for block in _group(title, lines, most)]
        if _characters(blocks) <= TEXT and len(blocks) <= BLOCKS:
            break
    return Rendered(spoken("Details of the agenda"), blocks)


def _group(title: str, lines: list[str], most: int) -> list[Json]:
    shown = [f"• {one}" for one in lines[:most]]
    if len(lines) > most:
        shown.append(f"and {len(lines) - most} more")
    blocks, text = [], f"*{escape(title)}*" if title else ""
    for one in shown:
        if text and len(text) + len(one) > DETAIL:
            blocks.append({"type": "section", "text": mrkdwn(text)})
            text = ""
        text += ("\n" if text else "") + one
    return [*blocks, {"type": "section", "text": mrkdwn(text)}]


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _characters(node: Any) -> int:
    """All texts of blocks, as Slack counts them towards its limit of a message."""
    if isinstance(node, dict):
        return sum(
            len(value) if key == "text" and isinstance(value, str) else _characters(value)
            for key, value in node.items()
        )
    return sum(map(_characters, node)) if isinstance(node, list) else 0
