"""Submit: errors at fields, the next page, or a request that is stored for good; within the time that Slack waits."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot import log
from bot.domain.answers import TITLE
from bot.domain.errors import NotStored
from bot.domain.messages import Filing, Message, Notice, Safe
from bot.domain.request import Draft, Request, held_id
from bot.domain.template import RequestType
from bot.slack.desk import Desk
from bot.slack.filling import filled, forget_unopened
from bot.slack.opening import REFUSAL
from bot.slack.source import NAMES_WITHIN, completed
from bot.slack.submit_answer import ANSWER_WITHIN, Json, errors, requester, update
from bot.slack.views.fit import fitting
from bot.slack.views.messages import as_view
from bot.slack.views.pages import next_page
from bot.slack.views.state import error_blocks, field_of
from bot.slack.views.suggestions import suggestions_view
from bot.usecases.handed_in_again import already, successor_of
from bot.usecases.submit_request import (
    Invalid,
    NotAMember,
    Outcome,
    Stored,
    Suggested,
    Superseded,
    check_page,
    submit_request,
)
from bot.usecases.tell import filed, summary

logger = log.get(__name__)

NOT_ACCEPTED = "This request was not accepted. My message to you has your text and a button to go on."


async def answer(desk: Desk, body: Mapping[str, Any]) -> Json:
    """What Submit is answered with. Out of time it is an error, so that the form stays open and can be sent again."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await _answer(desk, body)
    except (TimeoutError, NotStored):
        return _errors(None, {"": NotStored().message}, body["view"])


async def _answer(desk: Desk, body: Mapping[str, Any]) -> Json:
    draft, kind, choices = await filled(desk, body)
    view = body["view"]
    if choices.request_type and (kind is None or draft.request_type != kind.key):
        return await _drawn(desk, draft)  # pressed so soon after the choice that its fields were not there yet
    if kind is None:
        return _errors(kind, {"request_type": "Choose what you need first."}, view)
    if choices.request_type is not None and not desk.forms.offers(draft):
        return _errors(kind, {"request_type": "That team does not take requests of this type: choose another."}, view)
    following = next_page(kind, draft.answers, view)
    if following is None:
        return await _hand_in(desk, draft, kind, body)
    if invalid := check_page(desk.ports, _fit(draft, kind), kind, _fields_in(kind, view)):
        return _errors(kind, invalid.problems, view)
    return await _drawn(desk, draft.model_copy(update={"page": following}))


async def _drawn(desk: Desk, draft: Draft) -> Json:
    """The form as this draft has it; what stands in it is stored first, since the view will show another part."""
    await desk.ports.store.save_draft(draft)
    return update(await desk.forms.view(draft))


async def _hand_in(desk: Desk, draft: Draft, kind: RequestType, body: Mapping[str, Any]) -> Json:
    draft = await _with_source(desk, draft)
    match await handed_in(desk, draft, kind, body):
        case Suggested(gaps=gaps):
            return update(suggestions_view(await _held(desk, draft), kind, gaps))
        case Invalid(problems=problems):
            return _errors(kind, problems, body["view"])
        case NotStored(message=message):
            return _errors(kind, {"": message}, body["view"])
        case NotAMember():
            return _errors(kind, {_refused_at(body["view"]): REFUSAL}, body["view"])
        case Superseded(said=said):
            desk.spawn(forget_unopened(desk, body))
            desk.spawn(desk.ports.store.delete_draft(draft.id))
            return update(as_view(said))
        case Stored() as stored:
            desk.spawn(forget_unopened(desk, body))
            return await stored_answer(desk, stored, kind)


async def handed_in(desk: Desk, draft: Draft, kind: RequestType, body: Mapping[str, Any]) -> Outcome:
    """What becomes of a form that somebody hands in.

    What was answered to another kind of field before the type was switched stays in the draft; it is not filed.
    """
    return await submit_request(desk.ports, desk.jobs, _fit(draft, kind), kind, requester(body))


def _fit(draft: Draft, kind: RequestType) -> Draft:
    """The draft with the answers as this type's fields take them."""
    return draft.model_copy(update={"answers": fitting(kind, draft.answers)})


async def stored_answer(desk: Desk, stored: Stored, kind: RequestType) -> Json:
    """The view that takes the place of the form."""
    known = stored.request
    logger.info("request stored" if known is None else "request handed in again", type=kind.key)
    return update(as_view(await so_far(desk, known) if known else Filing(stored.summary)))


async def _held(desk: Desk, draft: Draft) -> Draft:
    """Keep what was handed in, until it is sent anyway or improved.

    It is kept twice: as the draft that is offered again, should the suggestions be closed, and for itself, since the
    last keystroke in the form may reach us after Submit and would take the words behind it out of the draft.
    """
    shown = draft.model_copy(update={"suggested": True})
    held = shown.model_copy(update={"id": held_id(draft.id), "answers": {}, "held": draft.answers})
    await asyncio.gather(desk.ports.store.save_draft(shown), desk.ports.store.save_draft(held))
    return shown


async def so_far(desk: Desk, request: Request) -> Message:
    """To somebody who handed in the same form again: how far it has come."""
    if request.ticket:
        return filed(desk.ports, request.submission, request.ticket.model_dump())
    about = summary(desk.ports, request.submission)
    match request.state:
        case "waiting":
            return Safe(about, "unavailable")
        case "parked":
            return Safe(about, "parked")
        case "superseded":
            successor = await successor_of(desk.ports, request.submission.supersedes or request.submission.request_id)
            if successor and not successor.taken:
                return Notice(NOT_ACCEPTED)
            return already(desk.ports, successor.request if successor else request)
        case "rejected":
            return Notice(NOT_ACCEPTED)
        case _:
            return Filing(about)


async def _with_source(desk: Desk, draft: Draft) -> Draft:
    """With the permalink of its message, for those who fill in a form faster than Slack answers."""
    if draft.source is None or draft.source.permalink:
        return draft
    try:
        async with asyncio.timeout(NAMES_WITHIN):
            return draft.model_copy(update={"source": await completed(desk, draft.source)})
    except TimeoutError:
        return draft


def _fields_in(kind: RequestType, view: Mapping[str, Any]) -> set[str]:
    """The ids of the fields that a view asks for."""
    found = (field_of(kind, str(block.get("block_id") or "")) for block in view.get("blocks") or [])
    return {field.id for field in found if field} | {TITLE}


def _refused_at(view: Mapping[str, Any]) -> str:
    """Where a guest is told: at the team if there is a choice, else anywhere."""
    blocks = view.get("blocks") or []
    return "team" if any(str(block.get("block_id") or "").startswith("team:") for block in blocks) else ""


def _errors(kind: RequestType | None, problems: Mapping[str, str], view: Mapping[str, Any]) -> Json:
    return errors(error_blocks(kind, problems, view))
