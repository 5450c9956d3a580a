"""A form while it is filled in: what stands in it is kept, and it is drawn again where an answer changes it."""

from collections.abc import Mapping
from typing import Any

from bot import log
from bot.domain.answers import is_empty
from bot.domain.request import Draft, Source, held_id
from bot.domain.template import RequestType
from bot.slack.desk import Desk
from bot.slack.gateway import SlackRefused
from bot.slack.opening import now
from bot.slack.source import names_of
from bot.slack.views.metadata import Metadata
from bot.slack.views.state import Choices, deciding, mentioned, read_choices, read_state
from bot.usecases.in_hand import request_in_hand
from bot.usecases.ports import SlackUnavailable

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
    answers = kept | read_state(kind, values, kept=kept, names=await names_of(desk, mentioned(values)))
    update: dict[str, Any] = {"answers": answers, "source": (stored and stored.source) or draft.source}
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
    draft, kind, _ = await filled(desk, body)
    draft = draft.model_copy(update={"page": max(0, draft.page + pages)})
    await desk.ports.store.save_draft(draft)
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
    await desk.ports.store.save_draft(draft)
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
    await desk.ports.store.save_draft(draft)
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


async def _draw(desk: Desk, body: Mapping[str, Any], draft: Draft, *, suggest: bool = False) -> None:
    view = body["view"]
    shown = await (desk.forms.improvable(draft) if suggest else desk.forms.view(draft))
    try:
        await desk.gateway.call("views.update", view_id=view["id"], hash=view.get("hash"), view=shown)
    except SlackRefused as refused:
        # A stale hash means that a later action is drawing the form already; not_found that it was closed.
        level = logger.info if refused.code in {"hash_conflict", "not_found"} else logger.warning
        level("form not redrawn", code=refused.code, details=refused.details)
    except SlackUnavailable as error:
        logger.warning("form not redrawn", reason=str(error))


def _source(stored: Mapping[str, Any] | None) -> Source | None:
    """The message that a view's metadata names; None if it makes no sense."""
    if not stored or not all(isinstance(value, str) for value in stored.values()) or not {"channel", "ts"} <= {*stored}:
        return None
    return Source.model_validate(stored)
