"""What happens when somebody presses something in the weekly sync, after the acknowledgement."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

from bot import log
from bot.domain.agenda_items import Verdict
from bot.domain.errors import NotStored
from bot.domain.sync_post import SyncPost
from bot.domain.template import Agenda as Kind
from bot.slack.desk import Desk, Rest
from bot.slack.gateway import SlackRefused
from bot.slack.opening import is_open_already, open_form
from bot.slack.press import Press
from bot.slack.submit_answer import ANSWER_WITHIN, errors
from bot.slack.views import sync_forms
from bot.slack.views.messages import render
from bot.slack.whispers import answer_press, whisper
from bot.usecases import sync_actions
from bot.usecases.ports import SlackUnavailable, Team, today
from bot.usecases.post_sync import post_now, read_trackers, refresh_sync
from bot.usecases.sync_agenda import shown_agenda, sync_key
from bot.usecases.sync_survey import Survey
from bot.usecases.sync_thread import thread_of
from bot.usecases.sync_words import SyncWord, What, hand_in_word

MEMBERS_ONLY = (
    "The sync belongs to the members of the team's channel: ask one of them or, unless you are a guest, "
    "join the channel."
)
MEMBERS_CLOSE = "Full members of the team's channel close its sync: tell one of them what is to be written down."
NOT_THERE = "That sync is not there any more."
FRESH = "; it shows what is known now."
CLOSED = ", and closed: it stays as it was then. Type /devrequest sync to see what is known now."
GONE = ", but its message was deleted. Type /devrequest sync to see what is known now."
STALE = ". Slack did not let me show in it what is known now: press Refresh, or type this again in a while."
"""What is said of today's sync to somebody who wants to post it again."""
NO_TYPE = "This team has no request type for that."
FIRST_BLOCK: Mapping[What, str] = {
    "feasibility": sync_forms.VERDICT,
    "reassign": sync_forms.OWNER,
    "closed": sync_forms.DECISIONS,
}
"""Where a form says why it could not be stored."""

logger = log.get(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPress(Press):
    """A press in the weekly sync or in one of its forms.

    Attributes:
        name: tells this press from every other: the id of the form, or when a button was pressed, by Slack's clock.
        key: of the sync; in the form for a new owner, which comes from no sync, the id of the team.
        handle: of the ticket that it is about; empty where it is about none.
    """

    name: str
    key: str
    handle: str

    @classmethod
    def read(cls, body: Mapping[str, Any], value: str) -> "SyncPress":
        """From Slack's payload, and the value of the button or the form: key and handle."""
        at = next((str(one.get("action_ts") or "") for one in body.get("actions") or ()), "")
        key, _, handle = value.partition("|")
        name = str((body.get("view") or {}).get("id") or at)
        return cls(**asdict(Press.of(body)), name=name, key=key, handle=handle)


async def ask_feasibility(desk: Desk, press: SyncPress) -> None:
    """Open the form for a word on an initiative."""
    if team := await _admitted(desk, press):
        title = await _title(desk, team, press.handle)
        await _open(desk, press, sync_forms.feasibility_view(title, f"{press.key}|{press.handle}"))


async def ask_owner(desk: Desk, press: SyncPress, team: Team, handle: str) -> None:
    """Open the form for a new owner."""
    if await _may(desk, press, team):
        await _open(desk, press, sync_forms.reassign_view(await _title(desk, team, handle), f"{team.id}|{handle}"))


async def ask_to_close(desk: Desk, press: SyncPress) -> None:
    """Open the form that closes the meeting."""
    found = sync_actions.team_of_sync(desk.ports, press.key)
    if found is None:
        await answer_press(desk, press, NOT_THERE)
    elif await sync_actions.may_close(desk.ports, found[0], press.user, desk.slack_team):
        await _open(desk, press, sync_forms.close_view(press.key))
    else:
        await answer_press(desk, press, MEMBERS_CLOSE)


async def add(desk: Desk, press: SyncPress, kind: Kind) -> None:
    """Open the form of the team's first request type for that part of the agenda."""
    found = sync_actions.team_of_sync(desk.ports, press.key)
    if found is None:
        await answer_press(desk, press, NOT_THERE)
        return
    team, _ = found
    types = [one.key for one in desk.ports.teams.request_types(team) if one.agenda == kind]
    if not types:
        await answer_press(desk, press, NO_TYPE)
        return
    preferred = {"action": "action-item", "quick_win": "quick-win", "roadblock": "roadblock"}.get(kind, "")
    key = preferred if preferred in types else types[0]
    await open_form(desk, press.trigger, press.user, channel=team.channel, request_type=key, response_url=press.url)


async def refresh(desk: Desk, press: SyncPress) -> None:
    """Read both trackers again and show what is known then."""
    if team := await _admitted(desk, press):
        await refresh_sync(desk.ports, team, key=press.key, read=True)


async def finish(desk: Desk, press: SyncPress, team: Team, handle: str) -> Rest | None:
    """An action item is done: stored at once, and told to its tracker by the job."""
    if not await sync_actions.may_take_part(desk.ports, team, press.user, desk.slack_team):
        return answer_press(desk, press, MEMBERS_ONLY)
    refused = await hand_in_word(desk.ports, desk.jobs, _word(desk, press, team, "done", handle=handle))
    return answer_press(desk, press, refused.message) if refused else None


async def hand_in(desk: Desk, press: SyncPress, what: What, answers: Mapping[str, str]) -> dict[str, Any]:
    """What one of the small forms is answered with: stored for good, or an error that leaves it open."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            problem = await _handed_in(desk, press, what, answers)
    except (TimeoutError, NotStored):
        problem = NotStored().message
    return errors({FIRST_BLOCK[what]: problem}) if problem else {}


async def _handed_in(desk: Desk, press: SyncPress, what: What, answers: Mapping[str, str]) -> str:
    """Why it could not be stored; empty if it is."""
    team, verdict = _team_of(desk, press, what), answers.get(sync_forms.VERDICT, "fine")
    if team is None or verdict not in get_args(Verdict):
        return NOT_THERE
    may = sync_actions.may_close if what == "closed" else sync_actions.may_take_part
    if not await may(desk.ports, team, press.user, desk.slack_team):
        return MEMBERS_CLOSE if what == "closed" else MEMBERS_ONLY
    said: dict[str, Any] = {"sync": press.key, "text": answers.get(sync_forms.DECISIONS, "")}
    if what == "feasibility":
        said |= {"verdict": verdict, "text": " ".join(answers.get(sync_forms.SENTENCE, "").split())}
    elif what == "reassign":
        said = {"to": answers.get(sync_forms.OWNER, "")}
    refused = await hand_in_word(desk.ports, desk.jobs, _word(desk, press, team, what, handle=press.handle, **said))
    return refused.message if refused else ""


def _team_of(desk: Desk, press: SyncPress, what: What) -> Team | None:
    """Whose sync it is; the form for a new owner comes from no message and names the team itself."""
    if what == "reassign":
        return desk.ports.teams.get(press.key)
    found = sync_actions.team_of_sync(desk.ports, press.key)
    return found[0] if found else None


async def run_sync(desk: Desk, press: Press, *, post: bool) -> Rest | None:
    """`/devrequest sync`: the agenda as it is now, for the one who asked; with `now` the channel gets it.

    What is left once it is stored that it is to be posted, or looked at.
    """
    teams = desk.ports.teams
    team = teams.of_channel(press.channel) or (teams.all()[0] if len(teams.all()) == 1 else None)
    if team is None:
        return answer_press(desk, press, "Type it in the channel of a team: each team has a sync of its own.")
    if not await sync_actions.may_take_part(desk.ports, team, press.user, desk.slack_team):
        return answer_press(desk, press, MEMBERS_ONLY)
    if not post:
        return preview(desk, press.user, press.channel, press.url, team)
    day = today(desk.ports.clock, team)
    known = await desk.ports.syncs.post(sync_key(team, day))
    if known and known.posted_at:
        return _post_again(desk, press, team, known)
    try:
        await post_now(desk.ports, desk.jobs, team, day)
    except NotStored as error:
        return answer_press(desk, press, error.message)
    return None


async def _post_again(desk: Desk, press: Press, team: Team, known: SyncPost) -> None:
    heard = await refresh_sync(desk.ports, team, key=known.key, read=True)
    if heard.get("gone"):
        await answer_press(desk, press, f"Today's sync was posted already{GONE}")
        return
    state = CLOSED if known.closed_by else FRESH if heard["edited"] else STALE
    await answer_press(desk, press, f"Today's sync was posted already{state} {known.permalink}".strip())


async def preview(desk: Desk, user: str, channel: str, url: str, team: Team) -> None:
    """The agenda as it is now, for the one who asked: the post, and below it what its thread would hold."""
    survey, day = Survey(), today(desk.ports.clock, team)
    missing = tuple(await read_trackers(desk.ports, team, day, survey=survey))
    shown = await shown_agenda(desk.ports, team, day, missing, pings=False, closed=True, survey=survey)
    thread = await thread_of(desk.ports, team, shown)
    for message in (replace(shown, private=True), *thread.values()):
        await whisper(desk, user, channel, render(message), url)


def _word(desk: Desk, press: SyncPress, team: Team, what: What, **more: Any) -> SyncWord:
    now = desk.ports.clock.now().timestamp()
    return SyncWord(
        slack_team=desk.slack_team,
        view_id=press.name,
        team=team.id,
        user=press.user,
        what=what,
        at=now,
        **more,
    )


async def _admitted(desk: Desk, press: SyncPress) -> Team | None:
    """The team whose sync it is, if the person may take part in it; else they are told why not."""
    found = sync_actions.team_of_sync(desk.ports, press.key)
    if found is None:
        await answer_press(desk, press, NOT_THERE)
        return None
    return found[0] if await _may(desk, press, found[0]) else None


async def _may(desk: Desk, press: SyncPress, team: Team) -> bool:
    if await sync_actions.may_take_part(desk.ports, team, press.user, desk.slack_team):
        return True
    await answer_press(desk, press, MEMBERS_ONLY)
    return False


async def _title(desk: Desk, team: Team, handle: str) -> str:
    known = await sync_actions.ticket_of(desk.ports, team, handle)
    return known.ticket.title if known and not known.ticket.restricted else ""


async def _open(desk: Desk, press: SyncPress, view: dict[str, Any]) -> None:
    if not desk.first_use(press.trigger):
        return
    try:
        await desk.gateway.call("views.open", trigger_id=press.trigger, view=view)
    except (SlackRefused, SlackUnavailable) as error:
        logger.info("form not opened", reason=str(error))
        if not is_open_already(error):
            await answer_press(desk, press, "Slack was too slow to open the form. Please press the button again.")
