"""Send anyway: what was handed in goes out as it is. The suggestions hold no answers; those were kept with Submit."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.domain.errors import NotStored
from bot.domain.messages import Notice
from bot.domain.request import Draft, held_id
from bot.slack.desk import Desk
from bot.slack.filling import as_held, draft_of
from bot.slack.handing_in import handed_in, so_far, stored_answer
from bot.slack.ids import Block
from bot.slack.opening import REFUSAL
from bot.slack.submit_answer import ANSWER_WITHIN, Json, update
from bot.slack.views.lines import line, run
from bot.slack.views.messages import as_view
from bot.usecases.submit_request import Invalid, NotAMember, Stored, Superseded, request_id_for

GONE = "That form is not there any more: it was sent, or improved in another window."
NOT_SAVED = "That was not saved yet. Everything is still here: please press Send anyway again."


async def answer_anyway(desk: Desk, body: Mapping[str, Any]) -> Json:
    """What "Send anyway" is answered with. Out of time the suggestions stay open, so that it can be pressed again."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await _answer(desk, body)
    except (TimeoutError, NotStored):
        return _again(body["view"])


async def _answer(desk: Desk, body: Mapping[str, Any]) -> Json:
    here = draft_of(desk, body)
    held = await desk.ports.store.draft(held_id(here.id))
    if held is None or held.user != here.user:
        return await _sent_before(desk, here)
    draft = as_held(here, held)
    kind = await desk.forms.request_type(draft)
    if kind is None:
        return update(as_view(Notice(GONE)))
    match await handed_in(desk, draft, kind, body):
        case Stored() as stored:
            return await stored_answer(desk, stored, kind)
        case Superseded(said=said):
            await desk.ports.store.delete_draft(draft.id)
            return update(as_view(said))
        case Invalid(problems=problems):  # a day has passed since, or the template was changed
            await desk.ports.store.save_draft(draft)
            return update(await desk.forms.view(draft, problems))
        case NotAMember():
            return update(as_view(Notice(REFUSAL)))
    return _again(body["view"])


async def _sent_before(desk: Desk, here: Draft) -> Json:
    """How far it has come, for somebody who presses twice."""
    known = await desk.ports.store.request(request_id_for(here.id, here.supersedes))
    mine = known is not None and known.submission.requester.id == here.user
    return update(as_view(await so_far(desk, known) if known and mine else Notice(GONE)))


def _again(view: Mapping[str, Any]) -> Json:
    """The same view, with what went wrong on top; made of the view itself, since nothing else may answer just now."""
    note = line(run(f"⚠ {NOT_SAVED}", bold=True)) | {"block_id": Block.PROBLEMS}
    blocks = [block for block in view.get("blocks") or [] if block.get("block_id") != Block.PROBLEMS]
    kept = {key: view[key] for key in ("type", "callback_id", "title", "submit", "close", "private_metadata")}
    return update({**kept, "blocks": [note, *blocks]})
