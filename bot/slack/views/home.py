"""The app's Home: somebody's own requests, what waits on them first.

Titles, gaps and reasons are user text; they stand in rich or plain text, which parses nothing.
"""

from collections.abc import Mapping
from typing import Any

from bot.domain.home import GROUPS, Group, Home, HomeLine
from bot.slack.ids import Action
from bot.slack.text import inline, plain, shorten, web_url
from bot.slack.views.lines import button, line, place, run
from bot.slack.views.ticket_actions import fill_in_button

Json = dict[str, Any]

TITLE = 150
GAPS = 3
GAP = 150
REASON = 300
"""Characters of a title, gaps of a ticket, characters of a gap and of a reason that are shown."""
TITLE_OF_HOME = "My requests"
HEADINGS: Mapping[Group, str] = {"waits": "Waits on you", "progress": "In progress", "done": "Done"}
NOTHING = "You have no requests yet. Press the button, or type /devrequest in any channel."
MUTES: Mapping[str, tuple[str, str, str]] = {
    "mute_comments": ("comments on your requests", "Mute comments", "Tell me of comments"),
    "mute_moves": ("work that starts, stops or ends", "Mute progress", "Tell me of progress"),
}
"""Kind of news → what it is about, the button that mutes it, the button that brings it back."""


def home_view(home: Home) -> Json:
    """The view, for `views.publish` (https://docs.slack.dev/reference/methods/views.publish)."""
    new = button("New request", Action.NEW_REQUEST) | {"style": "primary"}
    blocks = [line(run(TITLE_OF_HOME, bold=True)), {"type": "actions", "elements": [new]}, *_syncs(home)]
    blocks.append({"type": "divider"})
    counts = dict(home.counts)
    if not any(counts.values()):
        blocks.append(line(run(NOTHING)))
    for group in GROUPS:
        lines = [one for one in home.lines if one.group == group]
        if lines:
            blocks.append(line(run(f"{HEADINGS[group]} ({counts[group]})", bold=True)))
        for one in lines:
            blocks += _blocks(one)
    blocks += [*_turns(home), {"type": "divider"}, *_older(home), *_wishes(home)]
    return {"type": "home", "blocks": blocks}


def _syncs(home: Home) -> list[Json]:
    """When the teams meet, in each reader's own time."""
    blocks = []
    for one in home.syncs:
        fallback = f"{one.meeting:%Y-%m-%d %H:%M UTC}"
        when = {"type": "date", "timestamp": int(one.meeting.timestamp()), "format": "{date_long_pretty} at {time}"}
        name = shorten(inline(one.team), 100)
        blocks.append(line(run(f"Next Marketing-Dev Sync of {name}: "), when | {"fallback": fallback}, run(".")))
    return blocks


def _blocks(one: HomeLine) -> list[Json]:
    """A request: its title, where it stands, what it lacks, and what can be done about it."""
    elements: list[Json] = [
        {"type": "rich_text_section", "elements": [*_mark(one), _title(one), run("\n"), run(_standing(one))]}
    ]
    if one.missing:
        gaps = [shorten(inline(text), GAP) for text in one.missing[:GAPS]]
        gaps += [f"and {len(one.missing) - GAPS} more"] if len(one.missing) > GAPS else []
        items = [{"type": "rich_text_section", "elements": [run(text)]} for text in gaps]
        elements.append({"type": "rich_text_list", "style": "bullet", "elements": items})
    blocks: list[Json] = [{"type": "rich_text", "elements": elements}]
    buttons = [fill_in_button(one.handle)] if one.handle else []
    buttons += [button("Open the form again", Action.REOPEN, one.request_id)] if one.can_reopen else []
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    return blocks


def _mark(one: HomeLine) -> list[Json]:
    if one.group == "done" and not one.gone:
        return [run("☑ ")] if one.state == "created" else []
    return [run("⚠ ")] if one.state in {"rejected", "parked"} else []


def _title(one: HomeLine) -> Json:
    url = web_url(one.ticket.url) if one.ticket and one.gone != "deleted" else None
    title = run(shorten(inline(one.title), TITLE) or "a request whose text was dropped", bold=True)
    return title | {"type": "link", "url": url} if url else title


def _standing(one: HomeLine) -> str:
    """In one line: type, where it stands, how ready it is."""
    kind, reason = shorten(inline(one.request_type), 60), shorten(inline(one.reason), REASON)
    tracker = shorten(inline(one.tracker), 60)
    match one.state:
        case "rejected":
            if not one.can_reopen:
                return f"{kind} · {tracker} did not take it, and its text was dropped by now."
            return f"{kind} · {tracker} did not take it: {reason or 'it gave no reason'}"
        case "parked":
            return f"{kind} · it is safe, and waits until a setting is mended; the people who look after me know."
        case "waiting":
            return f"{kind} · it is safe; {tracker} does not answer at the moment."
        case "received":
            return f"{kind} · its ticket is being made in {tracker}."
    if one.gone == "moved":
        why = "it is not among the team's tickets any more, so I do not follow it."
        return f"{kind} · {place(one.tracker, one.ticket)} · {why}"
    if one.gone:
        return f"{kind} · its ticket is not in {tracker} any more, or not where I can see it."
    parts = [kind, place(one.tracker, one.ticket)]
    if one.status:
        parts.append(shorten(inline(one.status), 60))
    if one.score is not None and one.group != "done":
        parts.append("ready" if not one.missing else f"{one.score} % ready, missing:")
    return " · ".join(parts)


def _turns(home: Home) -> list[Json]:
    """Buttons to the pages before and after."""
    if home.pages == 1:
        return []
    turns = [button("Back", Action.HOME_PAGE_BACK, str(home.page - 1))] if home.page else []
    turns += [button("Next", Action.HOME_PAGE, str(home.page + 1))] if home.page + 1 < home.pages else []
    where = {"type": "context", "elements": [plain(f"Page {home.page + 1} of {home.pages}")]}
    return [where, {"type": "actions", "elements": turns}]


def _older(home: Home) -> list[Json]:
    """The teams' older tickets, which belong to nobody in particular."""
    blocks: list[Json] = []
    for one in home.older:
        alone = one.count == 1
        tickets = "1 older ticket lacks" if alone else f"{one.count} older tickets lack"
        said = f"{shorten(inline(one.name), 100)}: {tickets} something, and nobody is asked about {_them(alone)}."
        show = button(f"Show {_them(alone)}", Action.OLDER_TICKETS, one.team)
        blocks += [{"type": "context", "elements": [plain(said)]}, {"type": "actions", "elements": [show]}]
    return [*blocks, {"type": "divider"}] if blocks else []


def _them(alone: bool) -> str:
    return "it" if alone else "them"


def _wishes(home: Home) -> list[Json]:
    """What the person hears of in direct messages."""
    heard = [what for kind, (what, _, _) in MUTES.items() if kind not in home.muted]
    text = f"I write to you about {' and '.join(heard)}." if heard else "I write to you about your new requests only."
    buttons = [
        button(back, Action.UNMUTE) | {"action_id": f"{Action.UNMUTE}:{kind}"}
        if kind in home.muted
        else button(off, Action.MUTE) | {"action_id": f"{Action.MUTE}:{kind}"}
        for kind, (_, off, back) in MUTES.items()
    ]
    return [{"type": "context", "elements": [plain(text)]}, {"type": "actions", "elements": buttons}]
