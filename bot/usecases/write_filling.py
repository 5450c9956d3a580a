"""What somebody wrote goes into the ticket: the steps of the durable job, in their order.

Outcomes are JSON types, since the job stores them between its steps. The ticket is read directly before it is written,
and after: a text that a neighbour's write swept away is written again.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

from adapters.base import SHORTENED, Person, Ticket, TicketChange, TicketRef
from adapters.document import Paragraph, Text, document, text_of
from adapters.errors import NotFound, Rejected, TrackerError
from bot.domain.answers import answer_text
from bot.domain.fill_messages import MendedTicket, said_on_ticket
from bot.domain.fill_plan import named_in, plan, stands_there, written
from bot.domain.filling import Filling, draft_id
from bot.domain.request import Draft
from bot.domain.section_names import SectionNames
from bot.domain.section_place import place_of
from bot.domain.template import FILES
from bot.usecases.file_request import Outcome, failure, outcome, pause_after, template_now
from bot.usecases.in_hand import request_in_hand
from bot.usecases.list_tickets import take_up
from bot.usecases.note_tickets import baseline_of, note_tickets
from bot.usecases.own_comments import SKEW, comment_as_bot
from bot.usecases.ports import Ports, Team
from bot.usecases.refresh_alerts import refresh_alerts

log = logging.getLogger(__name__)
_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


async def write(ports: Ports, filling: Filling) -> Outcome:
    """Write it, once: what stands there already is not written again.

    Returns:
        As `file_request.create_or_find`; `outcome` is `written` or `gone` beside the failures, and with `written` come
        `changed` (whether anything had to be written), `added` (sections that were not as they had been shown) and
        `notes`.
    """
    request_in_hand.set(filling.form)
    team = ports.teams.get(filling.team)
    tracker_name = filling.ticket.tracker
    if team is None or tracker_name not in team.trackers:
        return outcome("misconfigured", reason=f"Add {tracker_name} to the team {filling.team!r} again.")
    if tracker_name not in ports.trackers.names():
        return outcome("misconfigured", reason=f"Set the environment variables of {tracker_name}.")
    try:
        async with _locks.setdefault(filling.handle, asyncio.Lock()):
            return await _write(ports, filling, team)
    except NotFound as error:
        return outcome("gone", reason=error.reason)
    except TrackerError as error:
        log.warning("%s did not take it: %s", tracker_name, type(error).__name__)
        return failure(error)


async def look_again(ports: Ports, filling: Filling, added: Collection[str] = ()) -> dict[str, Any]:
    """Read the ticket after the write, judge it, and remember it.

    Args:
        ports: the world.
        filling: what was written.
        added: the sections that were not as they had been shown; but for Fill in they were left as they were.

    Returns:
        `lost`: sections whose text is not there; `cut`: whether a limit of the tracker shortened one of them;
        `gaps`: what the ticket lacks now, as stored, or None if it could not be read; `retry_after`: seconds to
        wait before another look, None where there is nothing more to look for.
    """
    request_in_hand.set(filling.form)
    team = ports.teams.get(filling.team)
    if team is None:
        return {"lost": [], "cut": False, "gaps": None, "retry_after": None}
    try:
        settings = team.trackers.get(filling.ticket.tracker)
        ticket = await ports.trackers.get(filling.ticket.tracker).get(ref_of(filling), team=settings)
    except (NotFound, KeyError):
        return {"lost": [], "cut": False, "gaps": None, "retry_after": None}
    except TrackerError as error:
        return {"lost": [], "cut": False, "gaps": None, "retry_after": getattr(error, "after", 0.0)}
    baseline = await baseline_of(ports, team, filling.ticket.tracker)
    [tracked] = await note_tickets(ports, team, [ticket], baseline)
    there = stands_there(filling, ticket, await _people(ports, filling))
    left = set(added) if filling.purpose != "fill" else set()
    missing = [edit.section for edit in filling.edits if edit.section not in {*there, *left}]
    gaps = [gap.model_dump() for gap in tracked.ticket.gaps if gap.severity != "hint"]
    cut = [section for section in missing if _is_cut(filling, ticket, section)]
    return {"lost": [one for one in missing if one not in cut], "cut": bool(cut), "gaps": gaps, "retry_after": None}


async def turn_green(ports: Ports, filling: Filling) -> dict[str, Any]:
    """Bring the messages that ask for this ticket up to date; who fills in an older ticket has taken it up."""
    request_in_hand.set(filling.form)
    team = ports.teams.get(filling.team)
    if team is None:
        return {"retry_after": None}
    await take_up(ports, filling.handle)
    known = (await ports.tickets.find([filling.handle])).get(filling.handle)
    if known and known.ticket.requester:
        ports.notifier.home_changed(filling.slack_team, known.ticket.requester)
    return await refresh_alerts(ports, team, [filling.handle])


async def say_who(ports: Ports, filling: Filling, labels: tuple[str, ...], may_exist: bool) -> dict[str, Any]:
    """One public comment on the ticket that says who did it; with `may_exist` it is looked for first."""
    request_in_hand.set(filling.form)
    name = (await ports.people.requester(filling.by.id)).name
    text = said_on_ticket(filling, name if name != filling.by.id else filling.by.name or name, labels)
    since = datetime.fromtimestamp(filling.submitted_at, UTC) - SKEW if may_exist else None
    try:
        await comment_as_bot(ports, ref_of(filling), document(Paragraph((Text(text),))), filling.key, since)
    except (NotFound, Rejected, KeyError):
        return {"ok": False, "retry_after": None}
    except TrackerError as error:
        return {"ok": False, "retry_after": pause_after(error, 0.0)}
    return {"ok": True, "retry_after": None}


async def kept_ids(ports: Ports, filling: Filling, added: tuple[str, ...]) -> list[str]:
    """The ids of what was replaced and can be restored."""
    found = []
    for number, edit in enumerate(filling.edits):
        kept = await ports.tickets.replaced(f"{filling.form}:{number}")
        if kept and edit.section not in added:
            found.append(kept.id)
    return found


async def give_back(ports: Ports, filling: Filling) -> None:
    """Keep what was written, so that Fill in offers it again."""
    answers = {edit.section: edit.answer for edit in filling.edits if edit.answer is not None}
    if answers:
        seen = {edit.section: edit.seen for edit in filling.edits}
        await ports.store.save_draft(kept_draft(filling.slack_team, filling.by.id, filling, answers, seen))


def kept_draft(
    slack_team: str, user: str, about: Filling, answers: Mapping[str, Any], seen: Mapping[str, str | None]
) -> Draft:
    """What somebody typed about a ticket, as it is kept."""
    return Draft(
        id=draft_id(slack_team, user, about.handle),
        slack_team=slack_team,
        user=user,
        team=about.team,
        answers={**answers, SEEN: dict(seen)},
        updated_at=about.submitted_at,
    )


SEEN = ".seen"
"""Where a draft keeps the digests of what stood in the ticket; no field of a template has a dot in its id."""


async def mended_ticket(ports: Ports, filling: Filling) -> MendedTicket:
    """The ticket in short."""
    known = (await ports.tickets.find([filling.handle])).get(filling.handle)
    title = known.ticket.title if known else filling.ticket.called or "A task"
    return MendedTicket(filling.handle, title, filling.ticket, ports.trackers.title(filling.ticket.tracker))


def text_of_filling(filling: Filling) -> str:
    """Everything that a person wrote, as plain text with the form's labels."""
    fields = filling.request_type.fields
    parts = []
    for edit in filling.edits:
        label = fields[edit.section].label if edit.section in fields else edit.section
        said = text_of(written(fields[edit.section], edit, {})) if edit.body is not None else answer_text(edit.answer)
        parts.append(f"{label}\n{said}")
    return "\n\n".join(parts)


def files_of(filling: Filling) -> list[dict[str, Any]]:
    """The files among the answers."""
    fields = filling.request_type.fields
    answers = [edit.answer for edit in filling.edits if edit.section in fields and fields[edit.section].type in FILES]
    return [dict(entry) for answer in answers if isinstance(answer, list) for entry in answer]


def ref_of(filling: Filling) -> TicketRef:
    """As the port takes it."""
    return TicketRef(**filling.ticket.model_dump())


async def _write(ports: Ports, filling: Filling, team: Team) -> Outcome:
    tracker, settings = ports.trackers.get(filling.ticket.tracker), team.trackers[filling.ticket.tracker]
    ticket = await tracker.get(ref_of(filling))
    people = await _people(ports, filling)
    made = plan(filling, ticket, people, settings, ports.clock.now())
    for kept in made.replaced:
        await ports.tickets.save_replaced(kept)
    notes = []
    if made.change is not None:
        notes = await _update(ports, filling, made.change)
    return outcome("written", notes=notes) | {"changed": made.change is not None, "added": list(made.added)}


async def _update(ports: Ports, filling: Filling, change: TicketChange) -> list[str]:
    """The change; what its tracker does not let anybody set does not stop it, since the text has it.

    Returns:
        What was left out, one sentence each.
    """
    tracker = ports.trackers.get(filling.ticket.tracker)
    change = replace(change, template=template_now(ports, filling.request_type, filling.ticket.tracker))
    notes: list[str] = []
    while True:
        try:
            await tracker.update(ref_of(filling), change)
        except Rejected as error:
            rest = _without_refused(change, error)
            if rest == change:
                raise
            change, notes = rest, [*notes, *error.fields.values()]
        else:
            return notes


def _without_refused(change: TicketChange, error: Rejected) -> TicketChange:
    """The change without the fields that were refused for good; as it is where somebody should mend an answer."""
    if set(error.fields) == {"Assignee"}:
        return replace(change, assignee=None)
    if not error.dispensable:
        return change
    values = {source: value for source, value in change.values.items() if source not in error.sources}
    kept = tuple(values.values())
    return replace(
        change,
        values=values,
        due=change.due if change.due in kept else None,
        assignee=change.assignee if change.assignee in kept else None,
    )


async def _people(ports: Ports, filling: Filling) -> dict[str, Person]:
    return {user: await ports.people.in_tracker(user, filling.ticket.tracker) for user in sorted(named_in(filling))}


def _is_cut(filling: Filling, ticket: Ticket, section: str) -> bool:
    place = place_of(ticket.document, SectionNames(filling.request_type), section)
    return SHORTENED in text_of(place.whole)
