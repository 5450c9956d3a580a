"""Who hears what about a ticket that somebody mends, each thing once."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.domain.fill_messages import KeptForLater, NotWritten, Written
from bot.domain.filling import Filling, draft_id
from bot.domain.messages import Notice, OpsNotice, ToPerson
from bot.domain.seen_ticket import SeenGap
from bot.usecases.file_request import outage_key
from bot.usecases.in_hand import request_in_hand
from bot.usecases.ports import Ports
from bot.usecases.posting import Told, post_once, tell_operators, told
from bot.usecases.tell import is_short, show_in_view
from bot.usecases.write_filling import give_back, kept_ids, mended_ticket, text_of_filling

GONE = "There is no such ticket any more."


async def show_written(ports: Ports, filling: Filling, done: Mapping[str, Any]) -> None:
    """Put the result into the view that said "Writing …", if it is still open."""
    request_in_hand.set(filling.form)
    await show_in_view(ports, filling.view_id, await written_message(ports, filling, done))


async def tell_written(ports: Ports, filling: Filling, done: Mapping[str, Any], may_exist: bool) -> Told:
    """To the person: it stands in the ticket, what is still missing, and the way back."""
    request_in_hand.set(filling.form)
    message = await written_message(ports, filling, done)
    return await post_once(ports, f"fill:{filling.form}", ToPerson(filling.by.id), message, may_exist=may_exist)


async def tell_of_files(ports: Ports, filling: Filling, lines: Sequence[str], may_exist: bool) -> Told:
    """To the person, who was told that files were on their way still: how that ended."""
    request_in_hand.set(filling.form)
    title = (await mended_ticket(ports, filling)).title
    named = f"{filling.ticket.called} “{title}”".strip()
    message = Notice(f"{named}: {' '.join(lines)} {filling.ticket.url}".strip())
    return await post_once(ports, f"files:{filling.form}", ToPerson(filling.by.id), message, may_exist=may_exist)


async def written_message(ports: Ports, filling: Filling, done: Mapping[str, Any]) -> Written:
    """The good news.

    Args:
        ports: the world.
        filling: what was written.
        done: `added`, `notes` and `gaps` of the steps before.
    """
    fields, added = filling.request_type.fields, tuple(done["added"])
    gaps = done["gaps"]
    return Written(
        ticket=await mended_ticket(ports, filling),
        purpose=filling.purpose,
        labels=labels_of(filling, done["added"]),
        added=tuple(fields[section].label for section in added),
        gaps=None if gaps is None else tuple(SeenGap.model_validate(gap).gap() for gap in gaps),
        notes=tuple(done["notes"]),
        replaced=tuple(await kept_ids(ports, filling, added)),
    )


async def note_wait(ports: Ports, filling: Filling, outcome: Mapping[str, Any], may_exist: bool) -> Told:
    """Told once: to the person that the text is safe, to the operators what they have to mend."""
    request_in_hand.set(filling.form)
    if is_short(outcome):
        return told()
    parked = outcome["outcome"] == "misconfigured"
    kind, tracker = "parked" if parked else "waiting", filling.ticket.tracker
    kept = KeptForLater(await mended_ticket(ports, filling), "parked" if parked else "unavailable")
    key = f"fill:{kind}:{filling.form}"
    if not await ports.store.post(key):
        await show_in_view(ports, filling.view_id, kept)
    said = await post_once(ports, key, ToPerson(filling.by.id), kept, may_exist=may_exist)
    title = ports.trackers.title(tracker)
    headline = (
        f"{title} does not take a change: something has to be mended." if parked else f"{title} cannot be reached."
    )
    fix = str(outcome["reason"]) if parked else "What people wrote is kept and added as soon as it answers again."
    notice = OpsNotice(headline, fix, (filling.form,))
    trouble = outage_key(tracker, fix if parked else "")
    heard = await tell_operators(ports, trouble, f"ops:{key}{trouble.removeprefix(outage_key(tracker))}", notice)
    return said if heard["retry_after"] is None else told(retry_after=heard["retry_after"])


async def hand_back(ports: Ports, filling: Filling, outcome: Mapping[str, Any], may_exist: bool) -> Told:
    """Refused for good, or the ticket is gone: the reason and the full text, which Fill in offers again."""
    request_in_hand.set(filling.form)
    gone = outcome["outcome"] == "gone"
    if not gone:
        await give_back(ports, filling)
    reason = GONE if gone else str(outcome["reason"])
    again = not gone and filling.purpose in {"fill", "not_needed"}
    message = NotWritten(await mended_ticket(ports, filling), reason, text_of_filling(filling), again)
    if not await ports.store.post(f"fill:rejected:{filling.form}"):
        await show_in_view(ports, filling.view_id, message)
    to = ToPerson(filling.by.id)
    return await post_once(ports, f"fill:rejected:{filling.form}", to, message, may_exist=may_exist)


async def settle(ports: Ports, filling: Filling) -> None:
    """What was typed has arrived; a tracker that takes changes again may be reported again when it stops."""
    request_in_hand.set(filling.form)
    kept = await ports.store.draft(draft_id(filling.slack_team, filling.by.id, filling.handle))
    if kept and kept.updated_at <= filling.submitted_at:
        await ports.store.delete_draft(kept.id)
    await ports.store.forget(outage_key(filling.ticket.tracker))


def labels_of(filling: Filling, added: Collection[str]) -> tuple[str, ...]:
    """What the messages and the comment name: the sections that were written, or the request type."""
    if filling.purpose == "type":
        return (filling.request_type.name,)
    left = set(added) if filling.purpose != "fill" else set()
    fields = filling.request_type.fields
    written = (edit.section for edit in filling.edits if edit.section not in left)
    return tuple(fields[section].label for section in written if section in fields)
