"""A form while it is filled in: what stands in it is kept, and it is drawn again where an answer changes it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot import log
from bot.domain.answers import is_empty
from bot.domain.request import Draft, Source, held_id, job_key
from bot.domain.template import RequestType
from bot.slack.acks import LONGEST_PAUSE, TRIES, Drawn
from bot.slack.desk import Desk
from bot.slack.gateway import SlackRefused
from bot.slack.opening import now
from bot.slack.source import names_of
from bot.slack.views.fit import changed
from bot.slack.views.metadata import Metadata
from bot.slack.views.state import Choices, deciding, mentioned, read_choices, read_state
from bot.usecases.in_hand import request_in_hand
from bot.usecases.ports import SlackUnavailable
from bot.usecases.submit_request import request_id_for

logger = log.get(__name__)


def draft_of(desk: Desk, body: Mapping[str, Any]) -> Draft:
    """The draft that a view stands for, as far as the view itself says."""
    view = body["view"]
    stands = Metadata.parse(str(view.get("private_metadata") or ""))
    draft_id = str(view.get("root_view_id") or view["id"])
    request_in_hand.set(draft_id)
    return Draft(
        id=draft_id,
        slack_team=desk.slack_team,
        user=str(body["user"]["id"]),
        request_type=stands.request_type,
        template_hash=stands.template_hash,
        team=stands.team,
        tracker=stands.tracker,
        channel=stands.channel,
        page=stands.page,
        source=_source(stands.source),
        supersedes=stands.supersedes or None,
        suggested=stands.suggested,
        updated_at=now(desk),
    )


async def filled(desk: Desk, body: Mapping[str, Any]) -> tuple[Draft, RequestType | None, Choices]:
    """The draft with everything that was typed so far, on this page and on others; the type that the view shows."""
    draft = draft_of(desk, body)
    stored = await _stored(desk, body, draft)
    kept = dict(stored.answers) if stored else {}
    kind = await desk.forms.request_type(draft)
    values = (body["view"].get("state") or {}).get("values") or {}
    choices = read_choices(values)
    read = read_state(kind, values, kept=kept, names=await names_of(desk, mentioned(values)))
    answers = kept | changed(kind, read, kept)
    update: dict[str, Any] = {"answers": answers, "source": (stored and stored.source) or draft.source}
    if stored:  # this holds what that holds, so it is newer, though a clock may have been set back or differ elsewhere
        update["updated_at"] = max(draft.updated_at, stored.updated_at)
    if choices.team and desk.ports.teams.get(choices.team):
        update["team"] = choices.team
    if choices.tracker:
        update["tracker"] = choices.tracker
    draft = draft.model_copy(update=update)
    if choices.request_type and choices.request_type != draft.request_type:
        draft = desk.forms.with_type(draft, choices.request_type)
    return draft, kind, choices


async def keep(desk: Desk, body: Mapping[str, Any], *, answered: str | None = None, pages: int = 0) -> None:
    """Store what stands in the form, and draw it again, so many pages further.

    Args:
        desk: what listeners work with.
        body: the payload.
        answered: the block of the one answer that changed; it is drawn again only if other fields depend on it.
        pages: 0 stays on the page, -1 goes back.
    """
    if desk.acks.has_left(body["view"]):
        return
    draft, kind, _ = await filled(desk, body)
    draft = draft.model_copy(update={"page": max(0, draft.page + pages)})
    if not await _saved(desk, draft):
        return
    await forget_unopened(desk, body)
    if answered is None or (kind and answered in deciding(kind)):
        await _draw(desk, body, draft)


async def resume(desk: Desk, body: Mapping[str, Any], draft_id: str) -> None:
    """Go on with a form that was left half-filled, where it was left; what was typed here meanwhile fills its gaps."""
    here, _, _ = await filled(desk, body)
    old = await desk.ports.store.draft(draft_id)
    if old is None or old.user != here.user:
        await _draw(desk, body, here)
        return
    team = desk.ports.teams.of_channel(here.channel)
    typed = {key: answer for key, answer in here.answers.items() if not is_empty(answer)}
    update = {"id": here.id, "channel": here.channel, "team": team.id if team else old.team, "updated_at": now(desk)}
    draft = old.model_copy(update=update | {"answers": typed | dict(old.answers)})
    if not await _saved(desk, draft):
        return
    if draft.id != draft_id:
        await desk.ports.store.delete_draft(draft_id)
    await _draw(desk, body, draft)


async def improve(desk: Desk, body: Mapping[str, Any]) -> None:
    """Back from the suggestions to the form, with everything in it; the next Submit hands it in."""
    here = draft_of(desk, body)
    held = await desk.ports.store.draft(held_id(here.id))
    if held is None or held.user != here.user:
        return  # it was sent anyway meanwhile
    draft = as_held(here, held)
    if await _saved(desk, draft):
        await _draw(desk, body, draft, suggest=True)


def as_held(here: Draft, held: Draft) -> Draft:
    """The form as it was handed in, its suggestions shown."""
    update = {"id": here.id, "answers": held.held, "held": {}, "suggested": True, "updated_at": here.updated_at}
    return held.model_copy(update=update)


async def forget(desk: Desk, body: Mapping[str, Any], draft_id: str) -> None:
    """Throw away the form that was left half-filled; what was typed here meanwhile stays."""
    here, _, _ = await filled(desk, body)
    old = await desk.ports.store.draft(draft_id)
    if old is not None and old.user == here.user:
        await desk.ports.store.delete_draft(draft_id)
    await _draw(desk, body, here)


async def forget_unopened(desk: Desk, body: Mapping[str, Any]) -> None:
    """Throw away the provisional draft of a form that is open; Slack never told us so, or only just now."""
    stands = Metadata.parse(str(body["view"].get("private_metadata") or ""))
    if stands.draft and stands.draft != str(body["view"].get("root_view_id") or body["view"]["id"]):
        await desk.ports.store.delete_draft(stands.draft)


async def _stored(desk: Desk, body: Mapping[str, Any], draft: Draft) -> Draft | None:
    """What is stored of it, be it under the provisional id of a form that Slack has only just opened."""
    stands = Metadata.parse(str(body["view"].get("private_metadata") or ""))
    stored = await desk.ports.store.draft(draft.id)
    if stored is None and stands.draft not in {"", draft.id}:
        stored = desk.unsaved.get(stands.draft) or await desk.ports.store.draft(stands.draft)
        # Between the two looks it may have been given its own name.
        stored = stored or await desk.ports.store.draft(draft.id)
    return stored if stored and stored.user == draft.user else None


async def _saved(desk: Desk, draft: Draft) -> bool:
    """Store what stands in a form; not if the form was handed in already, and this only arrives after it.

    Looked at before and after: filing a request throws its draft away once the request is noted, so that one of the two
    looks finds it.
    """
    request_id = request_id_for(draft.id, draft.supersedes)
    if await desk.ports.store.request(request_id):
        return False
    await desk.ports.store.save_draft(draft)
    if await desk.ports.store.request(request_id):
        await desk.ports.store.delete_draft(draft.id)
        return False
    return True


async def _draw(desk: Desk, body: Mapping[str, Any], draft: Draft, *, suggest: bool = False) -> None:
    """Draw a form again. Where the window was changed since the press, it gets what is stored last by now."""
    view = body["view"]
    make = desk.forms.improvable if suggest else desk.forms.view

    async def newest() -> dict[str, Any] | None:
        stored = await _newest(desk, body, draft)
        return await make(stored) if stored else None

    shown: Drawn = await make(draft)
    only = view.get("hash")
    for _ in range(TRIES):
        try:
            await desk.acks.draw(view["id"], shown, only)
        except SlackUnavailable as error:
            await asyncio.sleep(min(error.after, LONGEST_PAUSE))
        except SlackRefused as refused:
            if refused.code != "hash_conflict":
                level = logger.info if refused.code == "not_found" else logger.warning  # it was closed
                level("form not redrawn", code=refused.code, details=refused.details)
                return
            shown, only = newest, None
        else:
            return
    logger.warning("form not redrawn", reason="Slack does not answer")


async def _newest(desk: Desk, body: Mapping[str, Any], draft: Draft) -> Draft | None:
    """What stands in the form by now; None if its window shows something else: it was handed in."""
    if desk.acks.has_left(body["view"]):
        return None
    if not draft.suggested and await desk.ports.store.draft(held_id(draft.id)):
        return None  # the suggestions are shown
    key = job_key(desk.slack_team, request_id_for(draft.id, draft.supersedes))
    if await desk.jobs.status(key) != "unknown":
        return None
    stored = await desk.ports.store.draft(draft.id)
    return stored if stored and stored.user == draft.user else None


def _source(stored: Mapping[str, Any] | None) -> Source | None:
    """The message that a view's metadata names; None if it makes no sense."""
    if not stored or not all(isinstance(value, str) for value in stored.values()) or not {"channel", "ts"} <= {*stored}:
        return None
    return Source.model_validate(stored)
