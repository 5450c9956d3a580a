"""What the bot says, as Slack takes it.

User text stands in rich text or plain text only. People are named, never mentioned: nobody is pinged by a message
that tells a channel about their own request.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.alert_lines import AlertMessage, AskedDirectly
from bot.domain.days import with_year
from bot.domain.fill_messages import NotWritten, Written
from bot.domain.follow_messages import Comments, Moved, Moves
from bot.domain.messages import (
    Announced,
    Filed,
    Filing,
    HandedBack,
    HandedInAlready,
    Message,
    Notice,
    OpsNotice,
    Safe,
    SourceAnswered,
    Summary,
)
from bot.domain.seen_ticket import handle_of
from bot.domain.sync_messages import SyncAgenda, SyncClosed, SyncDetails, SyncFurther, SyncNumbers, SyncReminder
from bot.slack.ids import Action, Callback
from bot.slack.text import CUT, date_token, inline, mrkdwn, plain, shorten, units
from bot.slack.views.alerts import alert, asked_directly
from bot.slack.views.fill_messages import VIEW_TITLES as FILL_TITLES, fill_message, not_written_view, written_view
from bot.slack.views.follow import comments_message, moved_message, moves_message
from bot.slack.views.lines import (
    MOST_VALUE,
    bullets,
    button,
    line,
    link_button,
    place,
    quoted,
    run,
    spoken,
    ticket_run,
    tracker_name,
)
from bot.slack.views.notes import noted, noted_in_view
from bot.slack.views.rendered import Rendered
from bot.slack.views.sync import agenda_message, reminder_message
from bot.slack.views.sync_numbers import numbers_message
from bot.slack.views.sync_thread import closed_message, details_message, further_message
from bot.slack.views.text_back import VIEW_PIECES, text_back, with_text_back
from bot.slack.views.ticket_actions import fill_in_button

Json = dict[str, Any]
Names = Mapping[str, str]

TITLE = 250
"""Characters of a title that are shown."""
CODE = re.compile("[a-z_]+")
"""What Slack calls its reasons; no words for people."""
OTHERWISE = "Slack does not let me post there"
WAITS = {
    "not_in_channel": "I am not in it yet",
    "channel_not_found": "I cannot find it, or it is private and I am not in it",
    "is_archived": "it is archived",
    "restricted_action": "posting is restricted there",
    "restricted_action_read_only_channel": "posting is restricted there",
    "restricted_action_thread_only_channel": "posting is restricted there",
    "restricted_action_non_threadable_channel": "posting is restricted there",
}


def render(message: Message, names: Names | None = None) -> Rendered:
    """A message for a channel, a thread or a person.

    Args:
        message: what to say.
        names: Slack user id → name, so that people are named without being pinged; unknown ones by id.
    """
    match message:
        case Announced(summary=summary):
            return _announced(summary, names or {})
        case Filed():
            notes, continued = noted(message.notes)
            spoken_of = _notification(f"Ticket created: {_key(message.summary)}", message.summary)
            return Rendered(spoken_of, _filed(message, notes), continued)
        case Filing(summary=summary):
            return Rendered(_notification("Creating your ticket", summary), _filing(summary))
        case Safe(summary=summary):
            return Rendered(_notification("Your request is safe", summary), _safe(message))
        case HandedBack():
            return _handed_back(message)
        case HandedInAlready(summary=summary):
            return Rendered(_notification("Handed in again already", summary), _handed_in_already(summary))
        case SourceAnswered():
            return _source_answered(message)
        case OpsNotice():
            return Rendered(spoken(message.headline), _ops(message))
        case AlertMessage():
            return alert(message)
        case AskedDirectly():
            return asked_directly(message)
        case Moved():
            return moved_message(message)
        case Moves():
            return moves_message(message)
        case Comments():
            return comments_message(message)
        case SyncAgenda():
            return agenda_message(message)
        case SyncDetails():
            return details_message(message)
        case SyncNumbers():
            return numbers_message(message)
        case SyncReminder():
            return reminder_message(message)
        case SyncClosed():
            return closed_message(message)
        case SyncFurther():
            return further_message(message)
        case Notice(text=text):
            return with_text_back(spoken(text), [], text if text.strip() else CUT, "There is more")
        case _:
            return fill_message(message)


def as_view(message: Message, names: Names | None = None) -> Json:
    """The same as a modal that hands in nothing: it replaces the form after Submit."""
    blocks = render(message, names).blocks
    if isinstance(message, Filed):
        blocks = _filed(message, noted_in_view(message.notes))
    elif isinstance(message, Written):
        blocks = written_view(message)
    elif isinstance(message, HandedBack):
        blocks = [*_refusal(message), *text_back(message.text, VIEW_PIECES, "The rest is in my message to you.")]
    elif isinstance(message, HandedInAlready) and message.text:
        rest = "Nothing was filed from this form. This is everything that stood in it:"
        blocks = [
            *blocks,
            {"type": "context", "elements": [plain(rest)]},
            *text_back(message.text, VIEW_PIECES, "The rest has no room here."),
        ]
    elif isinstance(message, NotWritten):
        blocks = not_written_view(message)
    title = _VIEW_TITLES.get(type(message), "Dev request")
    return {
        "type": "modal",
        "callback_id": Callback.STATUS,
        "title": plain(title, 24),
        "close": plain("Close", 24),
        "blocks": blocks,
    }


_VIEW_TITLES: Mapping[type, str] = {
    Filing: "Creating your ticket",
    Filed: "Ticket created",
    Safe: "Your request is safe",
    HandedBack: "Not accepted",
    HandedInAlready: "Handed in already",
    **FILL_TITLES,
}


def _announced(summary: Summary, names: Names) -> Rendered:
    who = shorten(inline(names.get(summary.requester, summary.requester)), 100)
    facts = [shorten(inline(summary.request_type), 100), f"from {who}"]
    if summary.launch:
        facts.append(f"launch {with_year(summary.launch, summary.language)}")
    facts.append(_key(summary))
    blocks = [
        line(ticket_run(summary, TITLE, bold=True)),
        {"type": "context", "elements": [plain(" · ".join(facts), 2000)]},
        *_buttons(summary),
    ]
    return Rendered(_notification(f"New request from {who}", summary), blocks)


def _filed(message: Filed, notes: list[Json]) -> list[Json]:
    summary = message.summary
    blocks = [line(run("Done: "), ticket_run(summary, TITLE), run(f" is now {_key(summary)}."))]
    if message.gaps:
        blocks.append(line(run("Still missing before work can start:", bold=True)))
        blocks.append(bullets(gap.message for gap in message.gaps))
    blocks += notes
    if message.waits_for:
        words = OTHERWISE if CODE.fullmatch(message.waits_for) else message.waits_for
        why = WAITS.get(message.waits_for, shorten(inline(words), 300).rstrip("."))
        text = f"The team's channel does not know yet: {why}. I tell it as soon as I can; the ticket does not wait."
        blocks.append({"type": "context", "elements": [plain(text, 2000)]})
    return blocks + _buttons(summary, missing=bool(message.gaps))


def _filing(summary: Summary) -> list[Json]:
    text = "Your request is stored. You can close this window: the link comes to you as a message, too."
    return [
        line(run("Creating your ticket in "), run(tracker_name(summary)), run(": "), quoted(summary.title, TITLE)),
        {"type": "context", "elements": [plain(text)]},
    ]


def _safe(message: Safe) -> list[Json]:
    tracker = tracker_name(message.summary)
    if message.why == "parked":
        why = f"{tracker} cannot take it until a setting is mended. The people who look after me know about it."
    else:
        why = f"{tracker} does not answer at the moment."
    then = "Your request is stored and becomes a ticket by itself as soon as that works again. Then you get the link."
    return [
        line(run("Your request is safe: ", bold=True), quoted(message.summary.title, TITLE)),
        line(run(f"{why} {then} There is nothing you need to do.")),
    ]


def _handed_in_already(summary: Summary) -> list[Json]:
    if summary.ticket is None:
        return [
            line(run("That request was handed in again already: "), quoted(summary.title, TITLE), run(".")),
            {"type": "context", "elements": [plain("Its link comes to you as a message.")]},
        ]
    there = run(f" is {_key(summary)}.")
    return [
        line(run("That request was handed in again already: "), ticket_run(summary, TITLE), there),
        *_buttons(summary),
    ]


def _handed_back(message: HandedBack) -> Rendered:
    head = _refusal(message)
    text = f"{tracker_name(message.summary)} did not take your request"
    return with_text_back(_notification(text, message.summary), head, message.text)


def _refusal(message: HandedBack) -> list[Json]:
    summary = message.summary
    again = button("Open the form again", Action.REOPEN, summary.request_id) | {"style": "primary"}
    return [
        line(run(f"{tracker_name(summary)} did not take "), quoted(summary.title, TITLE), run(".")),
        line(run("Why: ", bold=True), run(shorten(inline(message.reason), 500))),
        {"type": "actions", "elements": [again]},
        {"type": "context", "elements": [plain("Nothing is lost. This is everything that you wrote:")]},
    ]


def _ops(message: OpsNotice) -> list[Json]:
    blocks = [line(run(shorten(inline(message.headline), 500), bold=True))]
    if message.fix:
        blocks.append(line(run(shorten(inline(message.fix), 1500))))
    if message.affected:
        shown = _some(message.affected)
        blocks.append({"type": "context", "elements": [plain(f"Waiting for it: {shown}", 2000)]})
    if message.since:
        blocks.append({"type": "context", "elements": [mrkdwn(f"Since {date_token(message.since)}")]})
    return blocks


def _some(ids: Sequence[str], most: int = 20) -> str:
    more = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ", ".join(inline(entry) for entry in ids[:most]) + more


def _source_answered(message: SourceAnswered) -> Rendered:
    summary, key = message.summary, _key(message.summary)
    opening = run("This is now a request: ")
    if message.shared:
        return Rendered(spoken(f"This is now {key}"), [line(opening, ticket_run(replace(summary, title=key), TITLE))])
    said = [line(opening, ticket_run(summary, TITLE), run(f" ({key})."))]
    return Rendered(_notification(f"This is now {key}", summary), said)


def _key(summary: Summary) -> str:
    return place(summary.tracker, summary.ticket)


def _buttons(summary: Summary, *, missing: bool = False) -> list[Json]:
    """The way to the ticket, and to a form with what it lacks."""
    if summary.ticket is None:
        return []
    opens = link_button(f"Open in {tracker_name(summary)}", summary.ticket.url)
    handle = handle_of(summary.ticket.tracker, summary.ticket.id)
    fits = units(handle) <= MOST_VALUE  # no vendor's id is that long, but Slack would refuse the whole message
    add = [fill_in_button(handle, "Add what is missing") | {"style": "primary"}] if missing and fits else []
    elements = [*add, *([opens] if opens else [])]
    return [{"type": "actions", "elements": elements}] if elements else []


def _notification(what: str, summary: Summary) -> str:
    return spoken(f"{what}: {summary.title}")
