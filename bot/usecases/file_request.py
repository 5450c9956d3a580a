"""A request becomes a ticket: the steps of its durable workflow, in their order.

Outcomes are JSON types, since a workflow stores them between its steps.
"""

import logging
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from adapters.base import SHORTENED, Creation, Person, Scope, Settings, Ticket, TicketRef
from adapters.document import text_of
from adapters.errors import Ambiguous, Misconfigured, NotSent, Rejected, Throttled, TrackerError
from bot.domain.draft import full_text, named_people, ticket_draft
from bot.domain.request import Request, State, Submission, TicketLink
from bot.domain.template import RequestType
from bot.usecases.in_hand import request_in_hand
from bot.usecases.note_filed import note_filed
from bot.usecases.ports import Ports, Team

LOOK_EVERY = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between look-ups for a ticket that may exist; the last one repeats."""
PROCESSING = 2.0
"""Seconds that a tracker may take to finish a create that it answered with a failure, or that broke off."""
STILL_AT_WORK = 300.0
"""Seconds for which a write that nobody answered is only looked for, before it is made again.

Whoever stopped waiting, be it we or a gateway, did so while the tracker was at work. What is in front of the trackers
gives a request a minute or so, and what it has passed on may wait in queues behind it; five minutes outlast these. The
answer to the same write sent twice is two tickets, the price of waiting a ticket that comes later.
"""

Outcome = dict[str, Any]
log = logging.getLogger(__name__)


async def record(ports: Ports, submission: Submission) -> bool:
    """Fill our own tables from the stored submission; the draft has done its work, and that of a refused try too.

    False if it is not to be filed: the request that it supersedes was handed in again already.
    """
    request_in_hand.set(submission.request_id)
    noted = await ports.store.record(submission)
    await ports.store.delete_draft(submission.view_id or submission.request_id)
    if submission.supersedes and (refused := await ports.store.request(submission.supersedes)):
        await ports.store.delete_draft(refused.submission.view_id or submission.supersedes)
    await ports.store.remember_team(submission.slack_team, submission.requester.id, submission.team)
    ports.notifier.home_changed(submission.slack_team, submission.requester.id)
    return noted.state != "superseded"


async def create_or_find(
    ports: Ports, submission: Submission, may_exist: bool, not_before: float | None = None, *, once: bool = False
) -> Outcome:
    """Make the ticket, once: with `may_exist` it is looked for until it would have shown, and only then made.

    Args:
        ports: the world.
        submission: the request.
        may_exist: whether an earlier try may have made it.
        not_before: until then, in seconds since 1970, it is not made, only looked for; from an earlier outcome.
        once: what may exist would be old, so that one look is enough.

    Returns:
        `outcome` (created, rejected, not_sent, throttled, ambiguous, misconfigured, or unseen: not there yet and not to
        be made yet), `ticket`, `notes`, `overflow`, `after` in seconds (None: the workflow's own back-off), `reason` in
        plain words, `fields` (field id → reason), `not_before` if the tracker may be at work on it still.
    """
    request_in_hand.set(submission.request_id)
    if may_exist and (known := await ports.store.request(submission.request_id)) and known.state == "created":
        return await _known_ticket(ports, submission, known)
    team = ports.teams.get(submission.team)
    if team is None or submission.tracker not in team.trackers:
        return outcome("misconfigured", reason=f"Add {submission.tracker} to the team {submission.team!r} again.")
    try:
        tracker = ports.trackers.get(submission.tracker)
    except KeyError:
        return outcome("misconfigured", reason=f"Set the environment variables of {submission.tracker}.")
    looked = not may_exist
    is_early = may_exist and not_before is not None and ports.clock.now().timestamp() < not_before
    try:
        if may_exist and (found := await _look_up(ports, submission, team, once=once or is_early)):
            overflow = await _overflow(ports, submission, found)
            return outcome("created", ticket=_link(found.ref).model_dump(), overflow=overflow)
        if is_early:
            return outcome("unseen", reason="it is not known yet whether the ticket was made")
        looked = True
        people = {user: await _known(ports, user, submission) for user in named_people(submission)}
        if team.guests == "refuse" and await ports.people.is_outsider(submission.requester.id, submission.slack_team):
            return outcome("rejected", reason=f"{team.name} takes requests of members of this workspace only.")
        template = template_now(ports, submission.request_type, submission.tracker)
        created = await tracker.create(ticket_draft(submission, team.trackers[submission.tracker], people, template))
    except Rejected as error:
        # A look-up that is refused says nothing of what the person wrote, and the ticket may be there.
        return failure(error) if looked else outcome("misconfigured", reason=error.reason)
    except TrackerError as error:
        log.warning("%s did not take it: %s", submission.tracker, type(error).__name__)
        pending = isinstance(error, Ambiguous) and error.pending
        return failure(error) | ({"not_before": ports.clock.now().timestamp() + STILL_AT_WORK} if pending else {})
    return _success(created)


async def finish(
    ports: Ports,
    submission: Submission,
    state: State,
    ticket: TicketLink | None,
    reason: str,
    problems: Mapping[str, str] | None = None,
) -> None:
    """Note how far the request has come. A tracker that answers again may be reported again when it stops."""
    request_in_hand.set(submission.request_id)
    before = await ports.store.request(submission.request_id)
    await ports.store.set_state(submission.request_id, state, ticket=ticket, reason=reason, problems=problems)
    log.info("request %s%s", state, f" as {ticket.key} in {ticket.tracker}" if ticket else "")
    if state in {"created", "rejected"}:  # it answers
        await ports.store.forget(outage_key(submission.tracker))
        if state == "created" and before and before.reason:
            await ports.store.forget(outage_key(submission.tracker, before.reason))
    if ticket is not None:
        await note_filed(ports, submission, ticket)
    ports.notifier.home_changed(submission.slack_team, submission.requester.id)


def outage_key(tracker: str, to_mend: str = "") -> str:
    """Under which it is noted that the operators know of a tracker's trouble.

    Each thing to mend is a trouble of its own: who has heard of an outage has not heard of an expired token.
    """
    return f"ops:{tracker}:{zlib.crc32(to_mend.encode()):08x}" if to_mend else f"ops:{tracker}"


async def _known_ticket(ports: Ports, submission: Submission, known: Request) -> Outcome:
    """What our own rows say: the ticket was there, and whoever deleted or moved it since did not ask for another."""
    overflow = None
    if known.ticket:
        with suppress(TrackerError, KeyError):  # only the attachment of what a limit cut off depends on it
            ticket = await ports.trackers.get(submission.tracker).get(TicketRef(**known.ticket.model_dump()))
            overflow = await _overflow(ports, submission, ticket)
    return outcome("created", ticket=known.ticket.model_dump() if known.ticket else None, overflow=overflow)


async def _overflow(ports: Ports, submission: Submission, ticket: Ticket) -> str | None:
    """Everything that was written, if a limit shortened the ticket that was found."""
    return await text_for_people(ports, submission) if SHORTENED in text_of(ticket.document) else None


async def text_for_people(ports: Ports, submission: Submission) -> str:
    """Everything that was written, whoever is named in it by name: an id of Slack says nothing to anybody."""
    people = {user: await _known(ports, user, submission) for user in named_people(submission)}
    return full_text(submission, people)


async def _look_up(ports: Ports, submission: Submission, team: Team, *, once: bool) -> Ticket | None:
    """Look early and often, since a hit ends it, and once more when a new ticket must have shown; or `once` only."""
    tracker = ports.trackers.get(submission.tracker)
    places = _where_filed(ports, submission, team)
    left = 0.0 if once else tracker.capabilities.lookup_lag + PROCESSING
    pauses = list(LOOK_EVERY)
    while True:
        for place in places:
            if found := await tracker.find([submission.request_id], Scope(place)):
                return found[0]
        if left <= 0:
            return None
        pause = min(pauses.pop(0) if len(pauses) > 1 else pauses[0], left)
        await ports.clock.sleep(pause)
        left -= pause


def template_now(ports: Ports, kind: RequestType, tracker: str) -> Settings:
    """What a request type says about a tracker now; the snapshot where there is no such type any more.

    The form is the person's, as they saw it. This is the operators', who may have mended it because of what waits.

    Args:
        ports: the world.
        kind: the snapshot of the request type.
        tracker: the tracker's name.
    """
    return (ports.teams.request_type(kind.key) or kind).tracker.settings.get(tracker, {})


def _where_filed(ports: Ports, submission: Submission, team: Team) -> list[Settings]:
    """The team's settings, with the template's own project if it has one: as it is, and as it was. There it must be."""
    settings = dict(team.trackers[submission.tracker])
    kind, tracker = submission.request_type, submission.tracker
    templates = (template_now(ports, kind, tracker), kind.tracker.settings.get(tracker, {}))
    named = (template.get("project") for template in templates)
    return [settings | {"project": project} if project else settings for project in dict.fromkeys(named)]


async def _known(ports: Ports, user: str, submission: Submission) -> Person:
    """A person for the tracker; the name that came with the form if Slack does not say one now."""
    person = await ports.people.in_tracker(user, submission.tracker)
    if user == submission.requester.id and person.name in {"", user}:
        return Person(submission.requester.name or user, person.email, person.id)
    return person


def _success(created: Creation) -> Outcome:
    link = _link(created.ref).model_dump()
    return outcome("created", ticket=link, notes=list(created.notes), overflow=created.overflow)


def failure(error: TrackerError) -> Outcome:
    """What the workflow does next, by the kind of failure."""
    match error:
        case Rejected():
            reason = "; ".join(f"{name}: {why}" if name else why for name, why in error.fields.items()) or error.reason
            return outcome("rejected", reason=reason, fields=dict(error.sources))
        case Throttled():
            return outcome("throttled", after=error.after, reason=error.reason)
        case NotSent():
            return outcome("not_sent", reason=error.reason)
        case Ambiguous():
            return outcome("ambiguous", after=error.after or None, reason=error.reason)
        case Misconfigured():
            return outcome("misconfigured", reason=error.fix or error.reason)
        case _:
            return outcome("misconfigured", reason=error.reason)


def pause_after(error: TrackerError, otherwise: float) -> float:
    """Seconds before a write that failed is looked for, and tried again.

    Args:
        error: of the write.
        otherwise: if the error does not ask for more.
    """
    match error:
        case Throttled():
            return error.after
        case Ambiguous():
            return max(otherwise, error.after, STILL_AT_WORK if error.pending else 0.0)
        case _:
            return otherwise


def _link(ref: TicketRef) -> TicketLink:
    return TicketLink(tracker=ref.tracker, id=ref.id, key=ref.key, url=ref.url)


def outcome(
    how: str,
    *,
    ticket: dict[str, Any] | None = None,
    notes: list[str] | None = None,
    overflow: str | None = None,
    after: float | None = None,
    reason: str = "",
    fields: dict[str, str] | None = None,
) -> Outcome:
    """What a try came to, as JSON types."""
    return {
        "outcome": how,
        "ticket": ticket,
        "notes": notes or [],
        "overflow": overflow,
        "after": after,
        "reason": reason,
        "fields": fields or {},
    }


UNEXPECTED = outcome("ambiguous", reason="Something unexpected went wrong here; it is tried again.")
"""What becomes of a failure that no use case foresaw."""
