"""The form: choices that redraw it, answers that are kept, and Submit."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot import log
from bot.domain.answers import TITLE
from bot.domain.errors import NotStored
from bot.domain.messages import Filing, Notice
from bot.domain.request import Draft, Requester, Source
from bot.domain.template import RequestType
from bot.slack.desk import Desk
from bot.slack.gateway import SlackRefused
from bot.slack.listeners.commands import Listener
from bot.slack.opening import REFUSAL, now
from bot.slack.views.messages import as_view
from bot.slack.views.metadata import Metadata
from bot.slack.views.pages import next_page
from bot.slack.views.state import deciding, error_blocks, field_of, mentioned, read_choices, read_state
from bot.usecases.ports import SlackUnavailable
from bot.usecases.submit_request import Invalid, NotAMember, Stored, check_page, submit_request
from bot.usecases.tell import filed

NAMES_WITHIN = 0.8
"""Seconds that Submit waits for the names of people whom rich text mentions; then their ids stand for them."""

logger = log.get(__name__)


def changed(desk: Desk) -> Listener:
    """Another request type, team or tracker: the form is drawn again with every answer that has a place in it."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        desk.spawn(_keep(desk, body, redraw=True))

    return listener


def answered(desk: Desk) -> Listener:
    """An answer is kept as soon as it is given, so that closing the form loses nothing."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        kind = await desk.forms.request_type(draft_of(desk, body))
        desk.spawn(_keep(desk, body, redraw=bool(kind and action.get("block_id") in deciding(kind))))

    return listener


def back(desk: Desk) -> Listener:
    """The page before."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        desk.spawn(_keep(desk, body, redraw=True, pages=-1))

    return listener


def resumed(desk: Desk) -> Listener:
    """Continue with the form that was left half-filled."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        desk.spawn(_resume(desk, body, str(action.get("value") or "")))

    return listener


def started_fresh(desk: Desk) -> Listener:
    """Forget the form that was left half-filled."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        desk.spawn(_forget(desk, body, str(action.get("value") or "")))

    return listener


def submitted(desk: Desk) -> Listener:
    """Submit: checked, stored for good, then acknowledged; or the next page."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        view_id = str(body["view"]["id"])
        desk.acks.hold(view_id)
        try:
            await ack(**await _answer(desk, body))
        finally:
            desk.acks.release(view_id)

    return listener


def draft_of(desk: Desk, body: dict[str, Any]) -> Draft:
    """The draft that a view stands for, as far as the view itself says."""
    view = body["view"]
    stands = Metadata.parse(str(view.get("private_metadata") or ""))
    return Draft(
        id=str(view.get("root_view_id") or view["id"]),
        slack_team=desk.slack_team,
        user=str(body["user"]["id"]),
        request_type=stands.request_type,
        template_hash=stands.template_hash,
        team=stands.team,
        tracker=stands.tracker,
        channel=stands.channel,
        page=stands.page,
        source=Source.model_validate(stands.source) if stands.source else None,
        supersedes=stands.supersedes or None,
        updated_at=now(desk),
    )


async def _filled(desk: Desk, body: dict[str, Any]) -> tuple[Draft, RequestType | None]:
    """The draft with everything that was typed so far, on this page and on others."""
    draft = draft_of(desk, body)
    stored = await desk.ports.store.draft(draft.id)
    kept = dict(stored.answers) if stored else {}
    kind = await desk.forms.request_type(draft)
    values = (body["view"].get("state") or {}).get("values") or {}
    choices = read_choices(values)
    answers = kept | read_state(kind, values, kept=kept, names=await _names(desk, values))
    update: dict[str, Any] = {"answers": answers, "source": (stored and stored.source) or draft.source}
    if choices.team and desk.ports.teams.get(choices.team):
        update["team"] = choices.team
    if choices.tracker:
        update["tracker"] = choices.tracker
    draft = draft.model_copy(update=update)
    if choices.request_type and choices.request_type != draft.request_type:
        draft = desk.forms.with_type(draft, choices.request_type)
    return draft, kind


async def _names(desk: Desk, values: dict[str, Any]) -> dict[str, str]:
    """The names of the people whom rich text mentions."""
    names: dict[str, str] = {}

    async def look_up(user: str) -> None:
        names[user] = (await desk.ports.people.requester(user)).name

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(NAMES_WITHIN), asyncio.TaskGroup() as group:
            for user in mentioned(values):
                group.create_task(look_up(user))
    return names


async def _keep(desk: Desk, body: dict[str, Any], *, redraw: bool, pages: int = 0) -> None:
    draft, _ = await _filled(desk, body)
    draft = draft.model_copy(update={"page": max(0, draft.page + pages)})
    await desk.ports.store.save_draft(draft)
    if redraw:
        await _redraw(desk, body, draft)


async def _redraw(desk: Desk, body: dict[str, Any], draft: Draft) -> None:
    view = body["view"]
    try:
        await desk.gateway.call(
            "views.update", view_id=view["id"], hash=view.get("hash"), view=await desk.forms.view(draft)
        )
    except SlackRefused as refused:
        # A stale hash means that a later action is drawing the form already; not_found that it was closed.
        level = logger.info if refused.code in {"hash_conflict", "not_found"} else logger.warning
        level("form not redrawn", code=refused.code, details=refused.details)
    except SlackUnavailable as error:
        logger.warning("form not redrawn", reason=str(error))


async def _resume(desk: Desk, body: dict[str, Any], draft_id: str) -> None:
    here = draft_of(desk, body)
    old = await desk.ports.store.draft(draft_id)
    if old is None or old.user != here.user:
        await _redraw(desk, body, here)
        return
    team = desk.ports.teams.of_channel(here.channel)
    update = {"id": here.id, "channel": here.channel, "team": team.id if team else old.team, "updated_at": now(desk)}
    draft = old.model_copy(update=update)
    await desk.ports.store.save_draft(draft)
    if draft.id != draft_id:
        await desk.ports.store.delete_draft(draft_id)
    await _redraw(desk, body, draft)


async def _forget(desk: Desk, body: dict[str, Any], draft_id: str) -> None:
    here = draft_of(desk, body)
    old = await desk.ports.store.draft(draft_id)
    if old is not None and old.user == here.user:
        await desk.ports.store.delete_draft(draft_id)
    await _redraw(desk, body, here)


async def _answer(desk: Desk, body: dict[str, Any]) -> dict[str, Any]:
    """What Submit is answered with: errors at fields, the next page, or "Creating your ticket"."""
    draft, kind = await _filled(desk, body)
    view = body["view"]
    if kind is None or draft.request_type != kind.key:
        return _errors(kind, {"request_type": "Choose what you need first."}, view)
    following = next_page(kind, draft.answers, view)
    if following is None:
        return await _hand_in(desk, draft, kind, body)
    if invalid := check_page(desk.ports, draft, kind, _fields_in(kind, view)):
        return _errors(kind, invalid.problems, view)
    turned = draft.model_copy(update={"page": following})
    await desk.ports.store.save_draft(turned)
    return {"response_action": "update", "view": await desk.forms.view(turned)}


def _fields_in(kind: RequestType, view: dict[str, Any]) -> set[str]:
    """The ids of the fields that a view asks for."""
    found = (field_of(kind, str(block.get("block_id") or "")) for block in view.get("blocks") or [])
    return {field.id for field in found if field} | {TITLE}


async def _hand_in(desk: Desk, draft: Draft, kind: RequestType, body: dict[str, Any]) -> dict[str, Any]:
    user = body["user"]
    requester = Requester(id=str(user["id"]), name=str(user.get("name") or user.get("username") or ""))
    match await submit_request(desk.ports, desk.jobs, draft, kind, requester):
        case Invalid(problems=problems):
            return _errors(kind, problems, body["view"])
        case NotStored(message=message):
            return _errors(kind, {"": message}, body["view"])
        case NotAMember():
            return {"response_action": "update", "view": as_view(Notice(REFUSAL))}
        case Stored(summary=summary, request=known):
            done = filed(desk.ports, known.submission, known.ticket.model_dump()) if known and known.ticket else None
            return {"response_action": "update", "view": as_view(done or Filing(summary))}


def _errors(kind: RequestType | None, problems: Mapping[str, str], view: dict[str, Any]) -> dict[str, Any]:
    return {"response_action": "errors", "errors": error_blocks(kind, problems, view)}
