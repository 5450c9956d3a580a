"""What the bot says about a ticket that somebody mends, as Slack takes it. User text stands in rich or plain text."""

from collections.abc import Sequence
from typing import Any

from bot.domain.fill_messages import BeingWritten, FillMessage, KeptForLater, MendedTicket, NotWritten, Written
from bot.slack.ids import Action
from bot.slack.text import inline, plain, shorten, web_url
from bot.slack.views.lines import bullets, button, line, link_button, place, run, spoken
from bot.slack.views.notes import noted, noted_in_view
from bot.slack.views.rendered import Rendered
from bot.slack.views.text_back import VIEW_PIECES, text_back, with_text_back
from bot.slack.views.ticket_actions import fill_in_button

Json = dict[str, Any]

TITLE = 250
"""Characters of a title that are shown."""
LABELS = 300
"""Characters of the names of sections."""
VIEW_TITLES = {
    BeingWritten: "Writing …",
    KeptForLater: "Your text is safe",
    Written: "Done",
    NotWritten: "Not accepted",
}
"""What the modal is called that shows it."""
NOTHING_LOST = "Nothing is lost. This is everything that you wrote:"


def fill_message(message: FillMessage) -> Rendered:
    """A message to the person who mended the ticket."""
    match message:
        case BeingWritten(ticket=ticket):
            return Rendered(spoken(f"Writing it into the ticket: {ticket.title}"), _being_written(ticket))
        case KeptForLater(ticket=ticket):
            return Rendered(spoken(f"Your text is safe: {ticket.title}"), _kept(message))
        case Written():
            notes, continued = noted(message.notes)
            return Rendered(
                spoken(f"{_headline(message)}: {message.ticket.title}"), _written(message, notes), continued
            )
        case NotWritten(ticket=ticket):
            text = f"{inline(ticket.tracker)} did not take what you wrote: {ticket.title}"
            return with_text_back(spoken(text), _refusal(message), message.text)


def not_written_view(message: NotWritten) -> list[Json]:
    """The blocks of the modal, which has no thread to go on in."""
    return [*_refusal(message), *text_back(message.text, VIEW_PIECES, "The rest is in my message to you.")]


def written_view(message: Written) -> list[Json]:
    """The blocks of the modal once what was written is in the ticket."""
    return _written(message, noted_in_view(message.notes))


def title_run(ticket: MendedTicket, *, bold: bool = False) -> Json:
    """The title as a link to the ticket."""
    title, url = shorten(inline(ticket.title), TITLE), web_url(ticket.link.url)
    return run(title, bold=bold) | ({"type": "link", "url": url} if url else {})


def listed(labels: Sequence[str]) -> str:
    """`“Goal” and “Audience”`; user text."""
    quoted = [f"“{inline(label)}”" for label in labels]
    return shorten(" and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted), LABELS)


def _being_written(ticket: MendedTicket) -> list[Json]:
    where = place(ticket.tracker, ticket.link)
    text = "What you wrote is stored. You can close this window: I tell you when it stands in the ticket."
    return [
        line(run(f"Writing it into {where}: "), title_run(ticket)),
        {"type": "context", "elements": [plain(text)]},
    ]


def _kept(message: KeptForLater) -> list[Json]:
    ticket = message.ticket
    tracker = shorten(inline(ticket.tracker), 60)
    if message.why == "parked":
        why = f"{tracker} cannot take it until a setting is mended. The people who look after me know about it."
    else:
        why = f"{tracker} does not answer at the moment."
    then = "What you wrote is stored and goes into the ticket by itself as soon as that works again. Then I tell you."
    return [
        line(run("Your text is safe: ", bold=True), title_run(ticket)),
        line(run(f"{why} {then} There is nothing you need to do.")),
    ]


def _headline(message: Written) -> str:
    if not message.labels:
        return "Nothing was changed"
    labels = listed(message.labels)
    match message.purpose:
        case "fill":
            return f"{labels} filled in"
        case "not_needed":
            return f"{labels} marked as not needed"
        case "restore":
            return f"{labels} restored"
        case "type":
            return f"Request type set to {labels}"


def _written(message: Written, notes: list[Json]) -> list[Json]:
    ticket = message.ticket
    where = place(ticket.tracker, ticket.link)
    blocks = [line(run(f"{_headline(message)}: ", bold=True), title_run(ticket), run(f" ({where})."))]
    if message.added:
        blocks.append(line(run(_met(message))))
    if message.gaps:
        blocks.append(line(run("Still missing before work can start:", bold=True)))
        blocks.append(bullets(gap.message for gap in message.gaps))
    elif message.gaps is not None:
        blocks.append(line(run("✅ It is ready: nothing is missing any more.")))
    return [*blocks, *notes, *_buttons(message)]


def _met(message: Written) -> str:
    """What became of a text that met somebody else's."""
    one = len(message.added) == 1
    was = f"{listed(message.added)} {'was' if one else 'were'} changed by somebody else meanwhile"
    if message.purpose == "fill":
        return f"{was}; your {'text stands' if one else 'texts stand'} below theirs, nothing is overwritten."
    return f"{was}, so {'it is' if one else 'they are'} left as {'it is' if one else 'they are'}."


def _buttons(message: Written) -> list[Json]:
    elements = []
    if message.gaps:
        elements.append(fill_in_button(message.ticket.handle, "Add what is missing") | {"style": "primary"})
    if message.replaced:
        elements.append(button("Restore what stood there", Action.RESTORE, ",".join(message.replaced)))
    if made := link_button(f"Open in {shorten(inline(message.ticket.tracker), 60)}", message.ticket.link.url):
        elements.append(made)
    return [{"type": "actions", "elements": elements}] if elements else []


def _refusal(message: NotWritten) -> list[Json]:
    tracker = shorten(inline(message.ticket.tracker), 60)
    blocks = [
        line(run(f"{tracker} did not take what you wrote for "), title_run(message.ticket), run(".")),
        line(run("Why: ", bold=True), run(shorten(inline(message.reason), 500))),
    ]
    if message.again:
        again = fill_in_button(message.ticket.handle, "Open the form again") | {"style": "primary"}
        blocks.append({"type": "actions", "elements": [again]})
    return [*blocks, {"type": "context", "elements": [plain(NOTHING_LOST)]}]
