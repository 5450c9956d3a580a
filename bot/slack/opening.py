"""Opening a form: the modal first, everything else after it."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from bot import log
from bot.domain.answers import TITLE
from bot.domain.messages import Notice
from bot.domain.request import Draft, Source
from bot.slack.desk import Desk
from bot.slack.gateway import SlackRefused
from bot.slack.source import completed
from bot.slack.views.help import open_form_message
from bot.slack.views.messages import as_view, render
from bot.slack.whispers import whisper
from bot.usecases.in_hand import request_in_hand
from bot.usecases.ports import SlackUnavailable

OPEN_ALREADY = frozenset({"exchanged_trigger_id", "trigger_exchanged"})
"""Slack sent one press twice, and whoever got the other one, here or in another process, has opened the form."""
EXPIRED = frozenset({"expired_trigger_id", "trigger_expired", "invalid_trigger_id"}) | OPEN_ALREADY
"""Slack's pages spell them differently (https://docs.slack.dev/reference/methods/views.open)."""
UNOPENED = "open:"
"""How the ids of drafts start whose form is not known to be open; a draft is named after its view later."""
REFUSAL = (
    "Requests here are for members of this workspace. Please ask somebody from the team to raise it for you; "
    "they can name you in it."
)
MEMBER_WITHIN = 30.0
"""Seconds after which a guest's form stays open; handing it in is refused."""

logger = log.get(__name__)


async def open_form(
    desk: Desk,
    trigger_id: str,
    user: str,
    *,
    channel: str = "",
    request_type: str = "",
    title: str = "",
    source: Source | None = None,
    response_url: str = "",
) -> None:
    """Open the form for somebody, or tell them kindly why not.

    Args:
        desk: what listeners work with.
        trigger_id: lives for three seconds and works once.
        user: who gets the form.
        channel: where they are; empty for a global shortcut.
        request_type: the key of the type, empty for a choice.
        title: to be filled in, behind what titles of the type start with.
        source: the Slack message that the request is made from; its text is filled in.
        response_url: for private answers.
    """
    kind = desk.ports.teams.request_type(request_type) if request_type else None
    answers: dict[str, Any] = {TITLE: kind.titled(title) if kind else title} if title else {}
    draft = Draft(id="", slack_team=desk.slack_team, user=user, channel=channel, source=source, answers=answers)
    if request_type:
        draft = desk.forms.with_type(draft, request_type)
    draft, resume = await desk.forms.begin(draft, offer_resume=source is None and not title)
    if source and source.text:
        draft = draft.model_copy(update={"answers": dict(draft.answers) | _prefilled(desk, draft, source.text)})
    if not _closed_to_guests(desk, draft):
        await open_draft(desk, trigger_id, draft, resume=resume, response_url=response_url)
        return
    # Whoever is not known yet gets the form at once, since a trigger does not live long enough to ask first.
    if await desk.ports.people.is_outsider(user, desk.slack_team, within=0.0):
        admitted = desk.forms.admitting(draft)
        if admitted is None:
            await whisper(desk, user, channel, render(Notice(REFUSAL)), response_url)
        else:
            await open_draft(desk, trigger_id, admitted, resume=resume, response_url=response_url)
    elif view_id := await open_draft(desk, trigger_id, draft, resume=resume, response_url=response_url):
        await _turn_guests_away(desk, draft, view_id)


async def open_draft(
    desk: Desk,
    trigger_id: str,
    draft: Draft,
    *,
    resume: Draft | None = None,
    problems: Mapping[str, str] | None = None,
    response_url: str = "",
) -> str:
    """Open a form with the answers of a draft, which is stored under the id of the new view; that id, or nothing.

    While Slack opens the form, what it holds is stored under a provisional id: the view carries that id, so that
    nothing is lost if Slack's answer is, and the button that is offered instead of a form leads back to it.
    """
    if not desk.first_use(trigger_id):
        return ""
    holds = bool(draft.source or draft.supersedes or draft.answers)
    if holds:
        draft = _provisional(desk, draft)
    view = await desk.forms.view(draft, problems, resume)
    if holds:
        desk.unsaved[draft.id] = draft
        desk.spawn(_save_unopened(desk, draft))
    try:
        answer = await desk.gateway.call("views.open", trigger_id=trigger_id, view=view)
    except (SlackRefused, SlackUnavailable) as error:
        if is_open_already(error):
            if holds:
                desk.unsaved.pop(draft.id, None)
                await desk.ports.store.delete_draft(draft.id)  # the open form has the same under its own name
            return ""
        if not isinstance(error, SlackRefused) or error.code not in EXPIRED:
            logger.warning("form not opened", reason=str(error))
        if not holds:
            draft = _provisional(desk, draft)
            desk.spawn(_save_unopened(desk, draft))
        await _offer_button(desk, draft, response_url)
        return ""
    root = str(answer["view"]["id"])
    request_in_hand.set(root)
    logger.debug("form opened", type=draft.request_type, team=draft.team)
    if holds:
        await _settle(desk, draft, root)
    return root


def is_open_already(error: Exception) -> bool:
    """Whether a form was not opened since that press has opened it before: there is nothing to say about it."""
    return isinstance(error, SlackRefused) and error.code in OPEN_ALREADY


def _provisional(desk: Desk, draft: Draft) -> Draft:
    """The draft under an id of its own, until there is a view to name it after."""
    return draft.model_copy(update={"id": draft.id or f"{UNOPENED}{uuid4().hex}", "updated_at": now(desk)})


def _closed_to_guests(desk: Desk, draft: Draft) -> bool:
    team = desk.ports.teams.get(draft.team)
    return team is not None and team.guests == "refuse"


async def _turn_guests_away(desk: Desk, draft: Draft, view_id: str) -> None:
    """Somebody who turns out to be a guest: the form gives way to a kind word, or to a team that takes them."""
    if not await desk.ports.people.is_outsider(draft.user, desk.slack_team, within=MEMBER_WITHIN):
        return
    admitted = desk.forms.admitting(draft.model_copy(update={"id": view_id}))
    view = await desk.forms.view(admitted) if admitted else as_view(Notice(REFUSAL))
    if admitted is None:
        await desk.ports.store.delete_draft(view_id)
    try:
        await desk.acks.draw(view_id, view)
    except (SlackRefused, SlackUnavailable) as error:
        logger.info("guest not told", reason=str(error))


async def _save_unopened(desk: Desk, draft: Draft) -> None:
    await desk.ports.store.save_draft(draft)
    desk.unsaved.pop(draft.id, None)


async def _settle(desk: Desk, draft: Draft, root: str) -> None:
    """Name the draft after its view, and find out more about the message that it was made from."""
    store = desk.ports.store
    if not await store.request(root):  # else Slack told us of the form so late that it was handed in meanwhile
        await store.save_draft(draft.model_copy(update={"id": root}))  # leaves alone what was typed meanwhile
    await store.delete_draft(draft.id)
    if draft.source is None:
        return
    source = await completed(desk, draft.source)
    typed = await store.draft(root)
    if typed:  # else it was handed in already
        await store.save_draft(typed.model_copy(update={"source": source}))


def now(desk: Desk) -> float:
    """Seconds since the epoch, by the clock of the ports."""
    return desk.ports.clock.now().timestamp()


async def _offer_button(desk: Desk, draft: Draft, response_url: str) -> None:
    """Slack did not open the form in time: a private message with a button that does, with everything in it."""
    message = open_form_message("Slack was too slow to open the form. It opens with this button.")
    for block in message.blocks:
        for element in block["elements"] if block["type"] == "actions" else ():
            element["value"] = draft.id
    await whisper(desk, draft.user, draft.channel, message, response_url)


def _prefilled(desk: Desk, draft: Draft, text: str) -> dict[str, Any]:
    """The message's text in the first text area of the chosen type, and in the common ones of the types to come."""
    kind = desk.ports.teams.request_type(draft.request_type) if draft.request_type else None
    kinds = [kind] if kind else desk.ports.teams.request_types(desk.ports.teams.get(draft.team))
    firsts = {next((field.id for field in kind.fields.values() if field.type == "textarea"), "") for kind in kinds}
    return {field_id: text for field_id in firsts if field_id}
