"""What asks for what tickets lack: the channel's message, the direct one, and lists of tickets.

People are mentioned here and nowhere else: those who are asked, by their id. Titles and gaps hold user text; they stand
in rich text, which parses nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.domain.alert_lines import NAMED, AlertLine, AlertMessage, AskedDirectly
from bot.domain.alerting import MOST_SHOWN
from bot.slack.ids import USER_ID, Action
from bot.slack.text import inline, shorten, web_url
from bot.slack.views.lines import button, line, link_button, place, run, spoken
from bot.slack.views.rendered import Rendered
from bot.slack.views.ticket_actions import fill_in_button, ticket_menu

Json = dict[str, Any]

TITLE = 110
"""Characters of a title; eight tickets must fit into one message (`tests/slack/limits.py`)."""
GAPS = 5
GAP = 110
"""Characters of what one gap says."""
LABELS = 100
"""Characters of the sections that have come."""
_ASKS = frozenset({"asking", "guessed", "snoozed", "parked"})
"""What can be filled in."""


def alert(message: AlertMessage) -> Rendered:
    """The channel's message: who is asked first, then each ticket with what it lacks and what to do about it."""
    blocks = [line(*_lead(message))]
    for one in message.lines[:MOST_SHOWN]:
        blocks += ticket_blocks(one)
    if buttons := _list_buttons(message):
        blocks.append({"type": "actions", "elements": buttons})
    return Rendered(spoken(_headline(message)), blocks)


def asked_directly(message: AskedDirectly) -> Rendered:
    """The same to one person who is asked now."""
    count = len(message.lines)
    what = "a request" if count == 1 else f"{count} requests"
    blocks = [line(run(f"You are asked about {what} now:"))]
    for one in message.lines[:MOST_SHOWN]:
        blocks += ticket_blocks(one)
    if count > MOST_SHOWN:
        blocks.append(line(run(f"and {count - MOST_SHOWN} more in the channel's message.")))
    if opens := link_button("Open the channel's message", message.permalink):
        blocks.append({"type": "actions", "elements": [opens]})
    titles = ", ".join(shorten(inline(one.title), 60) for one in message.lines[:3])
    return Rendered(spoken(f"You are asked about {what} now: {titles}"), blocks)


def ticket_blocks(one: AlertLine, *, listed: bool = False) -> list[Json]:
    """A ticket: its title as a link, where it stands, what it lacks, and its buttons.

    Args:
        one: the ticket.
        listed: it stands in a list, where older tickets can be taken up.
    """
    elements: list[Json] = [{"type": "rich_text_section", "elements": [*_title(one), run("\n"), *_standing(one)]}]
    if one.state in {"asking", "guessed", "parked"} and one.missing:
        elements.append({"type": "rich_text_list", "style": "bullet", "elements": _gaps(one.missing)})
    blocks: list[Json] = [{"type": "rich_text", "elements": elements}]
    if one.state in _ASKS:
        blocks.append({"type": "actions", "elements": _buttons(one, listed=listed)})
    return blocks


def _lead(message: AlertMessage) -> list[Json]:
    """What waits on whom, in one line."""
    if not message.waiting:
        return [run(_headline(message), bold=True)]
    runs = [run(_headline(message) + " ", bold=True)]
    for number, (who, count) in enumerate(message.waiting[:NAMED]):
        runs += [run(", " if number else "Waiting for "), *_who(who), *([run(f" ({count})")] if count > 1 else [])]
    rest = len(message.waiting) - NAMED
    others = f" and {rest} {'other' if rest == 1 else 'others'}" if rest > 0 else ""
    return [*runs, run(f"{others}.")]


def _headline(message: AlertMessage) -> str:
    count = sum(number for _, number in message.waiting)
    if not count:
        later = any(one.state == "snoozed" for one in message.lines) or message.more
        return f"Nobody is asked for anything here {'at the moment' if later else 'any more'}."
    if count == 1:
        return "1 request cannot be started as it is."
    return f"{count} requests cannot be started as they are."


def _title(one: AlertLine) -> list[Json]:
    """The title as a link, with a mark where nothing is asked any more."""
    marks = {"ready": "✅ ", "started": "▶ ", "closed": "☑ ", "snoozed": "💤 "}
    title, url = run(shorten(inline(one.title), TITLE), bold=one.state in _ASKS), web_url(one.ticket.url)
    mark = [run(marks[one.state])] if one.state in marks else []
    return [*mark, title if url is None else title | {"type": "link", "url": url}]


def _standing(one: AlertLine) -> list[Json]:
    """Where the ticket stands: in its tracker, how ready, and what is asked of whom."""
    where = place(one.tracker, one.ticket)
    match one.state:
        case "ready":
            waived = f" Not needed: {_labels(one.waived)}." if one.waived else ""
            return [run(f"{where} · ready.{waived}")]
        case "started":
            return [run(f"{where} · work has started.")]
        case "closed":
            return [run(f"{where} · done.")]
        case "snoozed" if one.until is not None:
            return [run(f"{where} · snoozed until "), _moment(one.until), run(".")]
        case "repeated":
            return [run(f"{where} · asked about again, in a newer message.")]
        case "muted":
            return [run(f"{where} · nobody is asked about it.")]
    runs = [run(f"{where}{_score(one)} · ")]
    if one.state == "guessed" and not one.missing:
        return [*runs, run("nothing says any more what kind of request it is; set its type.")]
    if one.state == "guessed":
        return [*runs, run("its type is only a guess; set it, or fill in what it lacks:")]
    if one.state == "parked":
        return [*runs, run(f"asked {_count(one.asked)}, nothing came; it stands in the sync. Missing:")]
    return [*runs, *_asked(one), run(f"{_came(one)}{'Still missing' if one.came else 'Missing'}:")]


def _asked(one: AlertLine) -> list[Json]:
    """Who is asked, and how often somebody was before."""
    if not one.number:
        return []
    before = one.number - 1
    if one.escalated:
        return [run(f"asked {_count(before)} in vain, so now it waits for "), *_who(one.ask), run(". ")]
    return [run("waits for "), *_who(one.ask), run(f", asked {_count(before)} before. " if before else ". ")]


def _who(user: str | None) -> list[Json]:
    """A mention; anybody where nobody is known."""
    if user and USER_ID.fullmatch(user):
        return [{"type": "user", "user_id": user}]
    return [run(shorten(inline(user), 60) if user else "anybody here")]


def _gaps(missing: Sequence[str]) -> list[Json]:
    shown = [shorten(inline(text), GAP) for text in missing[:GAPS]]
    shown += [f"and {len(missing) - GAPS} more"] if len(missing) > GAPS else []
    return [{"type": "rich_text_section", "elements": [run(text)]} for text in shown]


def _buttons(one: AlertLine, *, listed: bool) -> list[Json]:
    """Fill in, the menu, and for an older ticket in a list a way to have it asked about."""
    fill = fill_in_button(one.handle)
    if one.state == "asking":
        fill |= {"style": "primary"}
    take_up = [button("Ask about it", Action.TAKE_UP, one.handle)] if listed and one.old else []
    return [fill, *take_up, ticket_menu(one.handle)]


def _list_buttons(message: AlertMessage) -> list[Json]:
    """The ways to the tickets that are not shown."""
    behind = message.more + max(0, len(message.lines) - MOST_SHOWN)
    buttons = [button(f"{behind} more", Action.MORE_TICKETS, message.key)] if behind else []
    if message.older:
        tickets = "1 older ticket" if message.older == 1 else f"{message.older} older tickets"
        buttons.append(button(f"Show {tickets}", Action.OLDER_TICKETS, message.team))
    return buttons


def _score(one: AlertLine) -> str:
    return f" · {one.score} % ready" if one.score is not None else ""


def _came(one: AlertLine) -> str:
    """The sections that have come, with thanks."""
    came = f"Thanks for {_labels(one.came)}. " if one.came else ""
    return came + (f"Not needed: {_labels(one.waived)}. " if one.waived else "")


def _labels(labels: Iterable[str]) -> str:
    return shorten(", ".join(f"“{inline(label)}”" for label in labels), LABELS)


def _count(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _moment(when: datetime) -> Json:
    """A moment in the reader's time zone."""
    fallback = when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    shown = "{date_short_pretty} at {time}"
    return {"type": "date", "timestamp": int(when.timestamp()), "format": shown, "fallback": fallback}
