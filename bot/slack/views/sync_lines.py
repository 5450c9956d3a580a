"""The lines of the agenda, in mrkdwn; user text in them is escaped."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from bot.domain.agenda_items import Feasibility, Item, Other
from bot.domain.agenda_matching import Window, systems_of
from bot.domain.days import in_brief
from bot.domain.seen_ticket import SeenTicket
from bot.domain.sync_messages import SyncAgenda
from bot.slack.text import escape, inline, link, mention, shorten, units

TITLE = 110
"""Characters of a title."""
SAID = 140
"""Characters of a sentence."""
NAME = 50
NAMED = 3
"""Other tickets that a line names at most."""
NO_BREAK = "\u00a0"
"""Between a number and its sign, so that no line ends there."""
BRIEFER = ((TITLE, SAID, 9), (60, 70, 9), (60, 70, 3), (40, 30, 2), (30, 0, 1))
"""Characters of a title and of a sentence, and facts beside them: what becomes of a line that has too little room."""
VERDICTS = {"fine": "fine", "fine_if": "fine if", "not_like_this": "not like this"}


def item_text(item: Item, message: SyncAgenda, room: int | None = None) -> str:
    """A line with its reason, for the people of the team; with little room it says less, the reason last of all.

    Args:
        item: what it is about.
        message: the sync that it stands in.
        room: characters that it may have; None for as many as it wants.
    """
    facts = [fact for fact in _FACTS[item.slot](item, message) if fact]
    text = ""
    for title, sentence, count in BRIEFER:
        said = _feasible(item.feasibility, sentence) if item.feasibility else ""
        text = "\n".join(filter(None, (titled(item, title), " · ".join(facts[:count]), said)))
        if room is None or units(text) <= room:
            break
    return text


def key_text(item: Item, *, titled: bool = False) -> str:
    """Key, link and readiness: all that people of another organisation may read; with the title for our own."""
    links = [_linked(ticket, titled=titled) for ticket in (item.ticket, *item.twins)]
    return " / ".join(links) + ("" if item.score is None else f" · {item.score}{NO_BREAK}% ready")


def titled(item: Item, limit: int = TITLE) -> str:
    """The title with links to the ticket and its twins; struck through once it is done."""
    text = link(item.ticket.url, shorten(inline(item.ticket.title), limit))
    text = f"~{text}~" if item.change == "done" else f"*{text}*"
    return text + "".join(f" ({link(twin.url, _name(twin))})" for twin in item.twins)


def days_text(day: date | None, message: SyncAgenda) -> str:
    """`24 Nov`, in the team's language; nothing for no day."""
    return in_brief(day, message.language) if day else ""


def _initiative(item: Item, message: SyncAgenda) -> list[str]:
    change = {"new": "new", "done": "launched"}.get(item.change, "")
    if item.change == "moved":
        count = abs(item.moved_days)
        change = f"moved by {count} day{'' if count == 1 else 's'} {'later' if item.moved_days > 0 else 'earlier'}"
    ready = "" if item.score is None or item.change == "done" else f"{item.score}{NO_BREAK}% ready"
    return [_launch(item, message), _owner(item), ready, change]


def _launch(item: Item, message: SyncAgenda) -> str:
    """Its day; the other tracker's behind it, if that has another."""
    days = {twin.due: twin.tracker.title() for twin in item.twins if twin.due and twin.due != item.ticket.due}
    others = ", ".join(f"{days_text(day, message)} in {tracker}" for day, tracker in sorted(days.items()))
    return days_text(item.ticket.due, message) + (f" ({others})" if others else "")


def _roadblock(item: Item, message: SyncAgenda) -> list[str]:
    match item.reason:
        case "roadblock":
            systems = escape(shorten(inline(systems_of(item.ticket)), NAME))
            hit = _listed([_quoted(one.title) for one in item.hits[:NAMED]], len(item.hits))
            return [_window(item.window, message), systems, f"hits {hit}" if hit else "", _blocks(item), _owner(item)]
        case "blocked":
            return [f"blocked by {_others(item.blocked_by)}", _blocks(item), *_initiative(item, message)]
        case "flagged":
            by = f"flagged as blocked by {_others(item.blocked_by)}" if item.blocked_by else "flagged as blocked"
            return [by, _blocks(item), *_initiative(item, message)]
        case _:
            lacks = [gap.message for gap in item.ticket.gaps if gap.severity != "hint"]
            why = escape(shorten(inline(lacks[0]), SAID)) if lacks else ""
            risk = "at risk: the launch is close and it is not ready"
            return [risk, _blocks(item), *_initiative(item, message), why]


def _quick_win(item: Item, message: SyncAgenda) -> list[str]:
    del message
    votes = f"{item.votes} vote{'' if item.votes == 1 else 's'}" if item.votes else ""
    estimate = item.ticket.estimate
    small = f"estimated at {estimate:g}" if item.reason == "small" and estimate is not None else ""
    return ["new" if item.change == "new" else "", votes, small, _owner(item) if item.owner else ""]


def _action(item: Item, message: SyncAgenda) -> list[str]:
    if item.change == "done":
        return ["done", _owner(item)]
    owner = message.owners.get(item.ticket.handle)
    who = mention(owner) if owner and message.pings else _owner(item)
    due = item.ticket.due
    late = " (late)" if due is not None and due < message.day else ""
    age = f"{item.age_days} day{'' if item.age_days == 1 else 's'} old" if item.age_days else "new"
    return [who, f"due {days_text(due, message)}{late}" if due else "no date", age]


_FACTS = {"initiatives": _initiative, "roadblocks": _roadblock, "quick_wins": _quick_win, "actions": _action}


def _feasible(said: Feasibility, limit: int) -> str:
    sentence = escape(shorten(inline(said.sentence), limit)) if limit else ""
    verdict = VERDICTS[said.verdict]
    return f"Feasibility: {verdict}" + (f" {'' if said.verdict == 'fine_if' else '– '}{sentence}" if sentence else "")


def _owner(item: Item) -> str:
    """Its owner; what is done needs none any more."""
    if item.owner and item.owner.name:
        return escape(shorten(inline(item.owner.name), NAME))
    return "" if item.change == "done" else "nobody yet"


def _blocks(item: Item) -> str:
    return f"blocks {_others(item.blocks)}" if item.blocks else ""


def _others(others: Sequence[Other]) -> str:
    """Titles where everybody may see them, else keys; those that have neither are counted."""
    names = [_quoted(other.title) if other.title else escape(other.key) for other in others]
    nameless = Counter(other.tracker.title() for other, name in zip(others, names, strict=True) if not name)
    counted = [f"{count} tasks in {name}" if count > 1 else f"a task in {name}" for name, count in nameless.items()]
    shown = [*filter(None, names), *counted]
    return _listed(shown[:NAMED], len(shown))


def _quoted(title: str) -> str:
    return f"“{escape(shorten(inline(title), 60))}”"


def _listed(shown: Sequence[str], count: int) -> str:
    return ", ".join(shown) + (f" and {count - len(shown)} more" if count > len(shown) else "")


def _window(window: Window | None, message: SyncAgenda) -> str:
    if window is None or (window.start is None and window.end is None):
        return "no dates yet"
    if window.start is None:
        return f"until {days_text(window.end, message)}"
    if window.end is None:
        return f"from {days_text(window.start, message)}"
    if window.start == window.end:
        return days_text(window.start, message)
    return f"{days_text(window.start, message)} to {days_text(window.end, message)}"


def _linked(ticket: SeenTicket, *, titled: bool) -> str:
    return link(ticket.url, shorten(inline(ticket.title), TITLE) if titled else _name(ticket))


def _name(ticket: SeenTicket) -> str:
    """What people call it: its key; Asana's tickets have none that anybody knows."""
    return ticket.key if ticket.key != ticket.id else f"task in {ticket.tracker.title()}"
