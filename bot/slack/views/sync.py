"""The weekly sync as Slack takes it: one message that runs the meeting; its thread is in `sync_thread`.

Only owners of action items are mentioned, and only in the post itself; everybody else is named.
"""

from datetime import timedelta
from typing import Any

from bot.domain.agenda_items import MINUTES, SLOTS, Item, Slot
from bot.domain.days import weekday, weekday_name
from bot.domain.sync_messages import SyncAgenda, SyncReminder, Unread
from bot.domain.sync_pages import IN_POST, pages
from bot.slack.ids import Action
from bot.slack.text import date_token, escape, inline, mrkdwn, plain
from bot.slack.views.lines import button, line, run, spoken
from bot.slack.views.rendered import Rendered, characters
from bot.slack.views.sync_lines import item_text, key_text

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
NOTHING_NEW = "No launches, no roadblocks, nothing owed this week. What is late or was started too soon stands {where}."
NOTHING_KNOWN = "Nothing else is known of this week."
UNREAD: dict[str, str] = {
    "unavailable": "{title} did not answer",
    "misconfigured": "I cannot read {title}, and whoever looks after me has to mend that",
    "slow": "{title} was not read in time",
    "unexpected": "{title} could not be read",
}
"""By the reason."""
ROOMS = (None, 600, 450, 300, 200)
"""Characters of a line, the first of which lets everybody's lines fit counts."""
TEXT = 8_800
"""Characters of a message in all, with room below Slack's undocumented limit."""


def agenda_message(message: SyncAgenda) -> Rendered:
    """The post itself; the longer it gets, the less each line says, and at last there are fewer lines."""
    tries = [(IN_POST, room) for room in ROOMS] + [(most, ROOMS[-1]) for most in range(IN_POST - 1, 0, -1)]
    for most, room in tries:
        blocks = _agenda(message, most, room)
        if characters(blocks) <= TEXT:
            break
    return Rendered(spoken(f"Marketing-Dev Sync, {weekday(message.day, message.language)}"), blocks)


def reminder_message(message: SyncReminder) -> Rendered:
    """The day before: what is on the agenda so far."""
    sync = message.sync
    counts = {slot: len([item for item in sync.agenda.slots[slot] if item.change != "done"]) for slot in SLOTS}
    said = f"{_when(message)} agenda has {counted(counts['initiatives'], 'initiative')}"
    said += f" and {counted(counts['roadblocks'], 'roadblock')}. Add yours."
    when = f"Marketing-Dev Sync: {date_token(sync.meeting)}"
    blocks = [line(run(said)), {"type": "context", "elements": [mrkdwn(when)]}, _adding(sync)]
    return Rendered(spoken(said), blocks)


def _when(message: SyncReminder) -> str:
    """Whose agenda it is; the words are English, and so is the name of the day."""
    ahead = (message.sync.day - (message.today or message.sync.day - timedelta(days=1))).days
    named = {0: "Today's", 1: "Tomorrow's"}
    return named.get(ahead) or f"{weekday_name(message.sync.day)}'s"


def _agenda(message: SyncAgenda, most: int, room: int | None) -> list[Json]:
    when = f"Meeting at {date_token(message.meeting, '{time}')} · {escape(inline(message.team))}"
    blocks: list[Json] = [
        line(run(f"Marketing-Dev Sync · {weekday(message.day, message.language)}", bold=True)),
        {"type": "context", "elements": [mrkdwn(when)]},
    ]
    if message.missing:
        blocks.append(_missing(message))
    if message.agenda.is_empty:
        blocks.append(line(run(_nothing(message))))
    else:
        for slot in SLOTS:
            blocks += _slot(message, slot, most, room)
    if not message.closed:
        blocks.append({"type": "divider"})
        adding = _adding(message)
        close = button("Close the sync", Action.CLOSE_SYNC, message.key)
        blocks.append(adding | {"elements": [*adding["elements"], close]})
    return blocks


def _nothing(message: SyncAgenda) -> str:
    """In a week without a line: that, and no more than is true."""
    if message.missing:
        return NOTHING_KNOWN
    where = "below" if message.private else "in the thread"
    return NOTHING_NEW.format(where=where) if message.agenda.is_late else NOTHING


def _slot(message: SyncAgenda, slot: Slot, most: int, room: int | None) -> list[Json]:
    items = message.agenda.slots[slot]
    blocks: list[Json] = [{"type": "divider"}, line(run(f"{TITLES[slot]} · {MINUTES[slot]} min", bold=True))]
    if not items:
        return [*blocks, {"type": "context", "elements": [plain(EMPTY[slot])]}]
    blocks += [_item(message, item, room) for item in items[:most]]
    if len(items) > most:
        blocks.append({"type": "context", "elements": [plain(_more(message, slot, len(items) - most))]})
    return blocks


def _more(message: SyncAgenda, slot: Slot, hidden: int) -> str:
    """What became of the lines that have no place here."""
    stretches = [one for page in pages(message.agenda) for one in page if one.group == slot]
    if not stretches:
        return f"{hidden} more"
    shown, total = stretches[0].shown, stretches[0].total
    if message.private:
        return f"{hidden} more: see below" if shown == total else f"{hidden} more: the first {shown} are below"
    return f"{hidden} more in the thread" if shown == total else f"{hidden} more; the thread has the first {shown}"


def _item(message: SyncAgenda, item: Item, room: int | None) -> Json:
    block: Json = {"type": "section", "text": mrkdwn(line_of(item, message, room))}
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


def line_of(item: Item, message: SyncAgenda, room: int | None = None) -> str:
    """A line as whoever reads the channel may see it; see `item_text`."""
    return key_text(item) if message.shared else item_text(item, message, room)


def counted(number: int, noun: str) -> str:
    """`no initiatives`, `1 initiative`, `2 initiatives`."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
