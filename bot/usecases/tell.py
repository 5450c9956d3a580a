"""Who hears what about a request, each thing once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from adapters.base import Link, TicketChange, TicketRef
from adapters.errors import TrackerError
from bot.domain.draft import launch_date
from bot.domain.messages import (
    Announced,
    Filed,
    HandedBack,
    Message,
    Notice,
    OpsNotice,
    Safe,
    SourceAnswered,
    Summary,
    ToChannel,
    ToPerson,
)
from bot.domain.request import Draft, Submission, TicketLink
from bot.usecases.file_request import outage_key, pause_after, text_for_people
from bot.usecases.in_hand import request_in_hand
from bot.usecases.judge_answers import judged
from bot.usecases.ports import Ports, SlackUnavailable
from bot.usecases.posting import ANNOUNCED, Told, post_once, tell_operators, told, watch_channel

SHOW_TRIES = 3
"""How often a Slack that is away is asked to change a view."""
SHOW_AGAIN = 3.0
"""The longest pause between two tries to change a view, in seconds."""
SHORT_WAIT = 10.0
"""Seconds of a tracker's "wait" that nobody needs to hear of."""
MOMENTS = 4
"""Tries in vain after which that is no moment any more: their waits add up to more than that."""


async def show_result(ports: Ports, submission: Submission, ticket: Mapping[str, Any], notes: list[str]) -> None:
    """Put the link into the view that said "Creating your ticket", if it is still open."""
    request_in_hand.set(submission.request_id)
    await show_in_view(ports, submission.view_id, filed(ports, submission, ticket, notes))


async def announce(ports: Ports, submission: Submission, ticket: Mapping[str, Any], may_exist: bool) -> Told:
    """One message in the team's channel; operators hear once of a channel that cannot be reached."""
    request_in_hand.set(submission.request_id)
    team = ports.teams.get(submission.team)
    if team is None:
        return told(unreachable="the team is no longer in the configuration")
    message = Announced(summary(ports, submission, ticket))
    heard = await post_once(
        ports, f"{ANNOUNCED}{submission.request_id}", ToChannel(team.channel), message, may_exist=may_exist
    )
    await _watch_channel(ports, submission, team.channel, f"the channel of team {team.name}", heard)
    return heard


async def link_back(
    ports: Ports, submission: Submission, ticket: Mapping[str, Any], posted: Mapping[str, Any], may_exist: bool
) -> dict[str, Any]:
    """Put the channel's message on the ticket. Never fails the request; adding the same link again changes nothing."""
    request_in_hand.set(submission.request_id)
    del may_exist
    permalink = str(posted.get("permalink") or "")
    team = ports.teams.get(submission.team)
    if not permalink or team is None:
        return {"ok": False, "retry_after": None}
    change = TicketChange(
        links=(Link(permalink, "Slack thread", "slack"),), team=team.trackers.get(submission.tracker, {})
    )
    try:
        await ports.trackers.get(submission.tracker).update(TicketRef(**ticket), change)
    except TrackerError as error:
        return {"ok": False, "retry_after": pause_after(error, 60.0)}
    except KeyError:
        return {"ok": False, "retry_after": 60.0}
    return {"ok": True, "retry_after": None}


async def answer_source(ports: Ports, submission: Submission, ticket: Mapping[str, Any], may_exist: bool) -> Told:
    """The ticket's link in the thread of the message that the request was made from.

    Operators hear of a team's channel only: other conversations are not theirs to set right.
    """
    request_in_hand.set(submission.request_id)
    source = submission.source
    if source is None:
        return told()
    to = ToChannel(source.channel, source.thread_ts or source.ts)
    message = SourceAnswered(summary(ports, submission, ticket), await ports.people.is_shared(source.channel))
    heard = await post_once(ports, f"source:{submission.request_id}", to, message, may_exist=may_exist)
    team = ports.teams.of_channel(source.channel)
    if team is not None and not heard["hopeless"]:
        await _watch_channel(ports, submission, source.channel, f"the channel of team {team.name}", heard)
    return heard


async def confirm(
    ports: Ports, submission: Submission, ticket: Mapping[str, Any], notes: list[str], waits_for: str, may_exist: bool
) -> Told:
    """To the requester: the link, and what is still missing for the ticket to be ready."""
    request_in_hand.set(submission.request_id)
    message = filed(ports, submission, ticket, notes, waits_for)
    to = ToPerson(submission.requester.id)
    return await post_once(ports, f"confirm:{submission.request_id}", to, message, may_exist=may_exist)


async def tell_of_files(
    ports: Ports, submission: Submission, ticket: Mapping[str, Any], lines: Sequence[str], may_exist: bool
) -> Told:
    """To the requester, who was told that files were on their way still: how that ended."""
    request_in_hand.set(submission.request_id)
    link = TicketLink(**ticket)
    named = f"{link.called} “{submission.title}”".strip()
    message = Notice(f"Your ticket {named}: {' '.join(lines)} {link.url}".strip())
    to = ToPerson(submission.requester.id)
    return await post_once(ports, f"files:{submission.request_id}", to, message, may_exist=may_exist)


def is_short(outcome: Mapping[str, Any]) -> bool:
    """Whether the tracker only asks for a moment, and has not done so again and again: nobody needs to hear of that.

    Args:
        outcome: of the try; with `tries`, how many there were before it.
    """
    asks_for_a_moment = outcome["outcome"] == "throttled" and (outcome["after"] or 0) <= SHORT_WAIT
    return asks_for_a_moment and outcome.get("tries", 0) < MOMENTS


async def note_delay(ports: Ports, submission: Submission, outcome: Mapping[str, Any], may_exist: bool) -> Told:
    """Told once: to the requester that the request is safe, to the operators what they have to mend."""
    request_in_hand.set(submission.request_id)
    if is_short(outcome):
        return told()
    parked = outcome["outcome"] == "misconfigured"
    await ports.store.set_state(submission.request_id, "parked" if parked else "waiting", reason=str(outcome["reason"]))
    ports.notifier.home_changed(submission.slack_team, submission.requester.id)
    safe = Safe(summary(ports, submission), "parked" if parked else "unavailable")
    kind = "parked" if parked else "waiting"
    if not await ports.store.post(f"{kind}:{submission.request_id}"):
        await show_in_view(ports, submission.view_id, safe)
    to = ToPerson(submission.requester.id)
    said = await post_once(ports, f"{kind}:{submission.request_id}", to, safe, may_exist=may_exist)
    title = ports.trackers.title(submission.tracker)
    trouble_is = {
        "misconfigured": f"{title} does not take a request: something has to be mended.",
        "throttled": f"{title} takes no more requests for now.",
    }
    headline = trouble_is.get(str(outcome["outcome"]), f"{title} cannot be reached.")
    fix = str(outcome["reason"]) if parked else "Requests are kept and filed as soon as it answers again."
    notice = OpsNotice(headline, fix, (submission.request_id,))
    trouble = outage_key(submission.tracker, fix if parked else "")
    which = trouble.removeprefix(outage_key(submission.tracker))  # after one thing is mended, another may be wrong
    heard = await tell_operators(ports, trouble, f"ops:{kind}:{submission.request_id}{which}", notice)
    return said if heard["retry_after"] is None else told(retry_after=heard["retry_after"])


async def hand_back(ports: Ports, submission: Submission, outcome: Mapping[str, Any], may_exist: bool) -> Told:
    """Refused for good: the form comes back if it is still open, and the full text in any case."""
    request_in_hand.set(submission.request_id)
    draft = reopened(submission, draft_id=submission.view_id)
    await ports.store.save_draft(draft)
    if submission.view_id:
        problems = problems_of(outcome)
        await _drawn(ports, lambda: ports.notifier.show_form(submission.view_id, draft, problems))
    text = await text_for_people(ports, submission)
    message = HandedBack(summary(ports, submission), str(outcome["reason"]), text)
    to = ToPerson(submission.requester.id)
    return await post_once(ports, f"rejected:{submission.request_id}", to, message, may_exist=may_exist)


def problems_of(refusal: Mapping[str, Any]) -> dict[str, str]:
    """Field id → why it was refused; under an empty id what belongs to no field, or the reason as a whole."""
    named = {str(key): str(reason) for key, reason in dict(refusal["fields"]).items()}
    return named or {"": str(refusal["reason"])}


def reopened(submission: Submission, draft_id: str) -> Draft:
    """The form with everything that was in it; handed in again, it replaces the failed request."""
    request_type = submission.request_type
    return Draft(
        id=draft_id,
        slack_team=submission.slack_team,
        user=submission.requester.id,
        request_type=request_type.key,
        template_hash=request_type.hash,
        team=submission.team,
        tracker=submission.tracker,
        answers=dict(submission.answers),
        source=submission.source,
        supersedes=submission.request_id,
        suggested=True,
        updated_at=submission.submitted_at,
    )


def filed(
    ports: Ports, submission: Submission, ticket: Mapping[str, Any], notes: Sequence[str] = (), waits_for: str = ""
) -> Filed:
    """The good news: the link, what could not be done, and what is still missing."""
    gaps = judged(ports.teams.get(submission.team), submission.request_type, submission.answers).gaps
    return Filed(summary(ports, submission, ticket), tuple(gaps), tuple(notes), waits_for)


def summary(ports: Ports, submission: Submission, ticket: Mapping[str, Any] | None = None) -> Summary:
    """The request in short."""
    team = ports.teams.get(submission.team)
    return Summary(
        request_id=submission.request_id,
        title=submission.title,
        request_type=submission.request_type.name,
        requester=submission.requester.id,
        tracker=ports.trackers.title(submission.tracker),
        ticket=TicketLink(**ticket) if ticket else None,
        launch=launch_date(submission.answers),
        requester_name=submission.requester.name,
        language=team.language if team else "en",
    )


async def show_in_view(ports: Ports, view_id: str, message: Message) -> None:
    """Put a message into a view."""
    if view_id:
        await _drawn(ports, lambda: ports.notifier.show(view_id, message))


async def _drawn(ports: Ports, draw: Callable[[], Awaitable[bool]]) -> None:
    """Change a view. Drawing it twice does no harm, so a Slack that is busy is asked again at once."""
    for _ in range(SHOW_TRIES):
        try:
            await draw()
        except SlackUnavailable as error:
            await ports.clock.sleep(min(error.after, SHOW_AGAIN))
        else:
            return  # in vain, too: a view is a courtesy, and the same is said in a message


async def _watch_channel(ports: Ports, submission: Submission, channel: str, name: str, heard: Told) -> None:
    request_id = submission.request_id
    await watch_channel(ports, channel, name, heard, about=request_id, affected=(request_id,))
