"""The menu beside a ticket, and the way back: what needs no form, or opens a small one."""

from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.errors import TrackerError
from bot.domain.days import weekday
from bot.domain.errors import NotStored
from bot.domain.fill_messages import BeingWritten
from bot.domain.messages import Notice
from bot.domain.request import Requester
from bot.domain.seen_ticket import Tracked
from bot.slack.desk import Desk, Rest
from bot.slack.ids import Verb
from bot.slack.mending import not_needed, set_type
from bot.slack.press import Press
from bot.slack.views.lines import line, run
from bot.slack.views.messages import as_view
from bot.slack.views.rendered import Rendered
from bot.slack.views.text_back import with_text_back
from bot.slack.whispers import answer_press, whisper
from bot.slack.windows import open_window, show
from bot.usecases.fill_gaps import Stored
from bot.usecases.known_ticket import known_ticket
from bot.usecases.look_at_ticket import NO_TICKET, NOT_YOURS, Refused
from bot.usecases.permissions import may_change
from bot.usecases.ports import Team
from bot.usecases.refresh_alerts import refresh_alerts
from bot.usecases.restore import ChangedSince, restore
from bot.usecases.snooze import Span, snooze

SPANS: dict[Verb, Span] = {Verb.SNOOZE_1D: "1d", Verb.SNOOZE_3D: "3d", Verb.SNOOZE_SYNC: "sync"}
NO_SYNC = "No sync is planned for this team: choose days instead."
UNREAD = "The tracker does not answer at the moment. Please try again in a few minutes."
GOES_BACK = "What stood there goes back into the ticket. I tell you when it is there."


async def do(desk: Desk, press: Press, verb: Verb, handle: str) -> None:
    """What an option of the menu opens."""
    if verb is Verb.NOT_NEEDED:
        await not_needed(desk, press, handle)
    else:
        await set_type(desk, press, handle)


async def restore_text(desk: Desk, press: Press, ids: str) -> Rest:
    """Put back what stood in a section before; what is left is to say so."""
    if press.modal:
        desk.acks.hold(press.modal)  # what comes of it is shown after "Writing …", though it may be there sooner
    try:
        by = Requester(id=press.user)
        said = await restore(desk.ports, desk.jobs, ids.split(","), by, desk.slack_team, press.modal)
    except BaseException:
        _let_go(desk, press)
        raise
    return _restored(desk, press, said)


async def _restored(desk: Desk, press: Press, said: Stored | ChangedSince | Refused | NotStored) -> None:
    try:
        await _say_restored(desk, press, said)
    finally:
        _let_go(desk, press)


def _let_go(desk: Desk, press: Press) -> None:
    if press.modal:
        desk.acks.release(press.modal)


async def _say_restored(desk: Desk, press: Press, said: Stored | ChangedSince | Refused | NotStored) -> None:
    match said:
        case Stored(ticket=ticket) if press.modal:
            await show(desk, press.modal, as_view(BeingWritten(ticket)))
        case Stored():
            await _say(desk, press, GOES_BACK)
        case Refused(reason=reason):
            await _say(desk, press, reason)
        case NotStored(message=message):
            await _say(desk, press, message)
        case ChangedSince():
            await whisper(desk, press.user, press.channel, _changed_since(said), press.url)


async def leave_in_peace(desk: Desk, press: Press, handle: str, span: Span) -> Rest:
    """Snooze a ticket; what is left is to show it in the messages and to say so."""
    try:
        known = await known_ticket(desk.ports, handle)
    except TrackerError:
        return _say(desk, press, UNREAD)
    if known is None:
        return _say(desk, press, NO_TICKET)
    team, tracked = known
    if not await may_change(desk.ports, team, tracked, press.user, desk.slack_team):
        return _say(desk, press, NOT_YOURS)
    until = await snooze(desk.ports, team, handle, span)
    return _snoozed(desk, press, team, tracked, until) if until else _say(desk, press, NO_SYNC)


async def _snoozed(desk: Desk, press: Press, team: Team, tracked: Tracked, until: datetime) -> None:
    ticket = tracked.ticket
    await refresh_alerts(desk.ports, team, [ticket.handle])
    day = _day(until, team)
    await _say(desk, press, f"Nobody is asked about “{ticket.title}” before {day}.")


async def _say(desk: Desk, press: Press, text: str) -> None:
    """To the one who pressed: in the window, or where they are."""
    if not press.modal:
        await answer_press(desk, press, text)
    else:
        await open_window(desk, press, as_view(Notice(text)))


def _changed_since(changed: ChangedSince) -> Rendered:
    said = f"“{changed.label}” was changed again since then, so nothing is put back. This is what stood there before:"
    return with_text_back("Nothing was put back", [line(run(said))], changed.text)


def _day(moment: datetime, team: Team) -> str:
    return weekday(moment.astimezone(ZoneInfo(team.time_zone)).date(), team.language)
