"""Putting back what stood in a section before somebody replaced it from Slack, unless it was changed again since."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.document import from_json, text_of
from bot.domain.errors import NotStored
from bot.domain.filling import Edit, Filling
from bot.domain.replaced import Replaced
from bot.domain.request import Requester
from bot.domain.section_names import SectionNames
from bot.domain.section_place import place_of
from bot.domain.template import RequestType
from bot.usecases.fill_gaps import Stored, hand_in, looked_at
from bot.usecases.look_at_ticket import NO_TICKET, NOT_YOURS, Refused
from bot.usecases.permissions import may_change
from bot.usecases.ports import Jobs, Ports

NOT_KEPT = "What stood there is not kept any more, or it was restored already."


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """Somebody changed the section again, so nothing is overwritten.

    Attributes:
        label: of the section.
        text: what would have been put back.
    """

    label: str
    text: str


async def restore(
    ports: Ports, jobs: Jobs, ids: Sequence[str], by: Requester, slack_team: str, view_id: str = ""
) -> Stored | ChangedSince | Refused | NotStored:
    """Store the change that puts texts back; pressing twice stores it once.

    Args:
        ports: the world.
        jobs: the durable engine.
        ids: of `Replaced`, all of one ticket.
        by: who wants it.
        slack_team: the workspace that the bot is installed in.
        view_id: of the window that shows what becomes of it; empty for none.
    """
    kept = [found for one in ids if (found := await ports.tickets.replaced(one)) and not found.restored]
    if not kept:
        return Refused(NOT_KEPT)
    known = (await ports.tickets.find([kept[0].handle])).get(kept[0].handle)
    kind = ports.teams.request_type(known.ticket.request_type or "") if known else None
    if known is None or kind is None:
        return Refused(NO_TICKET)
    ticket = known.ticket
    team = ports.teams.get(ticket.team)
    if team is None or not await may_change(ports, team, known, by.id, slack_team):
        return Refused(NOT_YOURS)  # before anything is said of what stood there
    filling = Filling(
        form=f"restore-{kept[0].id}",
        slack_team=slack_team,
        team=ticket.team,
        ticket=ticket.link,
        template=kind.to_json(),
        by=by,
        purpose="restore",
        edits=tuple(Edit(section=one.section, body=tuple(one.before), seen=one.after) for one in kept),
        view_id=view_id,
        submitted_at=ports.clock.now().timestamp(),
    )
    if changed := await _changed(ports, filling, kind, kept):
        return changed
    said = await hand_in(ports, jobs, filling)
    if isinstance(said, Stored):
        for one in kept:
            await ports.tickets.save_replaced(one.model_copy(update={"restored": True}))
        return said
    return said if isinstance(said, Refused | NotStored) else Refused(NO_TICKET)


async def _changed(ports: Ports, filling: Filling, kind: RequestType, kept: Sequence[Replaced]) -> ChangedSince | None:
    """The first section that does not say any more what was written then; the job looks again."""
    ticket = await looked_at(ports, filling)
    names = SectionNames(kind)
    for one in kept if ticket is not None else ():
        if ticket is not None and place_of(ticket.document, names, one.section).digest != one.after:
            label = kind.fields[one.section].label if one.section in kind.fields else one.heading
            return ChangedSince(label, text_of(from_json(one.before)))
    return None
