"""Filling in what a ticket lacks: what was typed is kept, checked, compared with the ticket, and stored for good."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.base import Ticket
from adapters.errors import TrackerError
from bot.domain.answers import TITLE, Answers
from bot.domain.errors import NotStored
from bot.domain.fill_messages import MendedTicket
from bot.domain.fill_plan import plan
from bot.domain.filling import Filling, draft_id
from bot.domain.seen_ticket import Tracked
from bot.domain.template import RequestType
from bot.domain.validation import validate
from bot.usecases.judge_answers import blocked
from bot.usecases.look_at_ticket import NO_TICKET, NOT_YOURS, Refused
from bot.usecases.permissions import may_change
from bot.usecases.ports import Jobs, Ports, Team, today
from bot.usecases.write_filling import SEEN, kept_draft, mended_ticket, ref_of

JOB = "fill"
"""The kind of job that changes a ticket."""
PROBE = 1.0
"""Seconds that handing in waits for a look at the ticket; Slack waits three for all of it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """It is safe, and will be written."""

    ticket: MendedTicket


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody changed a section since the form was drawn. Nothing was stored yet."""

    tracked: Tracked
    ticket: Ticket


async def typed_before(ports: Ports, slack_team: str, user: str, handle: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What somebody typed about a ticket and did not hand in: the answers, and the digests of what stood there then."""
    kept = await ports.store.draft(draft_id(slack_team, user, handle))
    if kept is None:
        return {}, {}
    answers = dict(kept.answers)
    seen = answers.pop(SEEN, {})
    return answers, dict(seen) if isinstance(seen, dict) else {}


async def keep_typed(ports: Ports, filling: Filling, answers: Answers, seen: Mapping[str, str | None]) -> None:
    """Keep what stands in the form, so that closing it loses nothing."""
    await ports.store.save_draft(kept_draft(filling.slack_team, filling.by.id, filling, answers, seen))


async def drop_typed(ports: Ports, filling: Filling) -> None:
    """What was typed was handed in, or is not wanted any more."""
    await ports.store.delete_draft(draft_id(filling.slack_team, filling.by.id, filling.handle))


def problems_in(
    ports: Ports, team: Team, form: RequestType, answers: Answers, touched: Collection[str], emptied: Collection[str]
) -> dict[str, str]:
    """Field id → what must be mended before the form can be handed in.

    Args:
        ports: the world.
        team: whose ticket it is.
        form: the request type with the form's own fields.
        answers: what stands in the inputs.
        touched: the fields that somebody wrote something into.
        emptied: those that showed what stands in the ticket and hold nothing now.
    """
    problems = validate(form, {**answers, TITLE: form.name}, today(ports.clock, team), team.language)
    problems = blocked(team, form, {key: answers[key] for key in touched}) | problems
    found = {key: message for key, message in problems.items() if key in touched}
    for key in emptied:
        label = form.fields[key].label
        found[key] = f"“{label}” is needed: write something, or “Not needed, because …” if it is not."
    return found


async def hand_in(ports: Ports, jobs: Jobs, filling: Filling) -> Stored | Changed | Refused | NotStored:
    """Store a change for good, unless somebody changed the same section meanwhile, which the person should see.

    Whether that is so is found out only if the tracker answers at once; the job looks again before it writes.

    Args:
        ports: the world.
        jobs: the durable engine.
        filling: what was handed in.
    """
    found = (await ports.tickets.find([filling.handle])).get(filling.handle)
    team = ports.teams.get(found.ticket.team) if found else None
    if found is None or team is None:
        return Refused(NO_TICKET)
    filling = filling.model_copy(update={"team": team.id})  # a ticket may change teams while its form is open
    if not await may_change(ports, team, found, filling.by.id, filling.slack_team):
        return Refused(NOT_YOURS)
    ticket = await looked_at(ports, filling)
    if ticket is not None and filling.purpose == "fill" and plan(filling, ticket, {}, {}, ports.clock.now()).added:
        return Changed(found, ticket)
    try:
        await jobs.submit(JOB, filling.key, filling.model_dump(mode="json"))
    except NotStored as error:
        return error
    return Stored(await mended_ticket(ports, filling))


async def looked_at(ports: Ports, filling: Filling) -> Ticket | None:
    """The ticket as it is now, if its tracker answers at once."""
    try:
        async with asyncio.timeout(PROBE):
            return await ports.trackers.get(filling.ticket.tracker).get(ref_of(filling))
    except (TrackerError, TimeoutError, KeyError):
        return None
