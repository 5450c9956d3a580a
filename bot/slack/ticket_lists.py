"""What happens when somebody wants to see the tickets that a message has no room for, after the acknowledgement."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import log
from bot.domain.alert_lines import AlertLine
from bot.slack.desk import Desk, Rest
from bot.slack.gateway import SlackRefused
from bot.slack.opening import is_open_already
from bot.slack.press import Press
from bot.slack.views.ticket_list import Kind, ListPlace, list_view
from bot.slack.whispers import answer_press
from bot.slack.windows import show
from bot.usecases.list_tickets import more_tickets, older_tickets, take_up
from bot.usecases.permissions import may_change, may_see_lists
from bot.usecases.ports import SlackUnavailable, Team

NOT_THERE = "That message is not there any more."
MEMBERS_ONLY = (
    "These tickets are for the members of the team's channel: ask one of them or, unless you are a guest, "
    "join the channel."
)
TOO_SLOW = "Slack was too slow to open the list. Please press the button again."

logger = log.get(__name__)


async def open_list(desk: Desk, body: Mapping[str, Any], kind: Kind, of: str) -> None:
    """Open a list of tickets.

    Args:
        desk: what listeners work with.
        body: of the press.
        kind: which list.
        of: the key of the message, or the id of the team.
    """
    place = ListPlace(kind, of)
    found = await _found(desk, place)
    if found is None:
        await answer_press(desk, Press.of(body), NOT_THERE)
    elif not await _may_see(desk, body, found[0]):
        await answer_press(desk, Press.of(body), MEMBERS_ONLY)
    elif desk.first_use(str(body.get("trigger_id") or "")):
        # On top of a view that is open, such as another list; else by itself.
        method = "views.push" if (body.get("view") or {}).get("type") == "modal" else "views.open"
        try:
            await desk.gateway.call(method, trigger_id=body.get("trigger_id"), view=list_view(place, found[1]))
        except (SlackRefused, SlackUnavailable) as error:
            logger.info("list not opened", reason=str(error))
            if not is_open_already(error):
                await answer_press(desk, Press.of(body), TOO_SLOW)


async def turn_page(desk: Desk, body: Mapping[str, Any], page: str) -> None:
    """Show another page of the open list."""
    place = _place(body)
    if place and page.isdecimal():
        await _redraw(desk, body, replace(place, page=int(page)))


async def take_up_listed(desk: Desk, body: Mapping[str, Any], handle: str) -> Rest | None:
    """Ask about an older ticket from now on; what is left is to draw the list without it."""
    known = (await desk.ports.tickets.find([handle])).get(handle)
    team = desk.ports.teams.get(known.ticket.team) if known else None
    user = str(body["user"]["id"])
    if known is None or team is None or not await may_change(desk.ports, team, known, user, desk.slack_team):
        return answer_press(desk, Press.of(body), MEMBERS_ONLY)
    await take_up(desk.ports, handle)
    logger.info("older ticket taken up", ticket=handle, user=user)
    desk.homes.changed(desk.slack_team, user)
    place = _place(body)
    return _redraw(desk, body, place) if place else None


async def _found(desk: Desk, place: ListPlace) -> tuple[Team, list[AlertLine]] | None:
    if place.kind == "more":
        return await more_tickets(desk.ports, place.of)
    team = desk.ports.teams.get(place.of)
    return (team, await older_tickets(desk.ports, team)) if team else None


async def _may_see(desk: Desk, body: Mapping[str, Any], team: Team) -> bool:
    """Whoever sees the channel's message may see what belongs to it; from elsewhere members of the channel may."""
    press = Press.of(body)
    return await may_see_lists(desk.ports, team, press.user, desk.slack_team, there=press.channel == team.channel)


async def _redraw(desk: Desk, body: Mapping[str, Any], place: ListPlace) -> None:
    found = await _found(desk, place)
    if found is None or not await _may_see(desk, body, found[0]):
        return
    await show(desk, str(body["view"]["id"]), list_view(place, found[1]))


def _place(body: Mapping[str, Any]) -> ListPlace | None:
    return ListPlace.parse(str((body.get("view") or {}).get("private_metadata") or ""))
