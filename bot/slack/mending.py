"""Mending a ticket in a window: opened at once, filled once the ticket is read, and drawn again where it must be."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from adapters.document import document, from_json, to_json
from bot.domain.answers import Answer, answer_text, is_empty
from bot.domain.fill_form import AskedSection, FillForm, asked_sections
from bot.domain.filling import Filling, job_key
from bot.domain.messages import Notice
from bot.domain.plain_text import from_plain
from bot.domain.request import Draft, Requester, TicketLink
from bot.domain.seen_ticket import parse_handle
from bot.domain.template import RequestType
from bot.slack.desk import Desk
from bot.slack.ids import field_block
from bot.slack.opening import now
from bot.slack.press import Press
from bot.slack.source import names_of
from bot.slack.submit_answer import requester
from bot.slack.text import plain
from bot.slack.views.fill_form import fill_view, loading_view, not_needed_view, round_trip, set_type_view
from bot.slack.views.fill_state import FillMetadata, read_answers, shown_fields, type_in_form, written_answers
from bot.slack.views.messages import as_view
from bot.slack.views.rendered import Rendered
from bot.slack.views.state import deciding, mentioned
from bot.slack.views.ticket_actions import fill_in_button
from bot.slack.whispers import whisper
from bot.slack.windows import open_window, show
from bot.usecases.fill_gaps import Changed, keep_typed, typed_before
from bot.usecases.look_at_ticket import Look, Refused, look_at, mended

NOTHING_MISSING = "✅ Nothing is missing in this ticket any more."
ALL_THERE = "Nothing is missing here that could be called not needed."
TOO_MUCH = "What is missing here stands beside more than can be replaced from Slack. Please open the ticket."
UNKNOWN_TYPE = "It is not certain what kind of request this ticket is, so it is not certain either what it lacks."
SLOW = "Slack was too slow to open the form. It opens with this button."


async def fill_in(desk: Desk, press: Press, handle: str) -> None:
    """The form with only what the ticket lacks."""
    if view_id := await _show_loading(desk, press, handle, "Fill in"):
        look = await look_at(desk.ports, handle, press.user, desk.slack_team, comments=True)
        await show(desk, view_id, await _fill_view(desk, press, look, _form_id(press)))


async def not_needed(desk: Desk, press: Press, handle: str) -> None:
    """The form that asks why a section is not needed."""
    if view_id := await _show_loading(desk, press, handle, "Not needed"):
        look = await look_at(desk.ports, handle, press.user, desk.slack_team)
        await show(desk, view_id, _not_needed_view(desk, look, _form_id(press)))


async def set_type(desk: Desk, press: Press, handle: str) -> None:
    """The form that asks what kind of request the ticket is."""
    if view_id := await _show_loading(desk, press, handle, "Set type"):
        look = await look_at(desk.ports, handle, press.user, desk.slack_team)
        await show(
            desk, view_id, refused_view(look) if isinstance(look, Refused) else type_view(desk, look, _form_id(press))
        )


async def keep(desk: Desk, body: Mapping[str, Any], answered: str) -> None:
    """Keep what stands in the form; draw it again if the answer in this block decides what else is asked.

    What arrived later holds more: it is never replaced by what only took longer.
    """
    press, view, arrived = Press.of(body), body["view"], now(desk)
    kind, metadata = await kind_of_view(desk, view)
    form = type_in_form(kind, metadata) if kind else None
    if kind is None or form is None or await _handed_in(desk, view, metadata):
        return
    answers, names = await answers_in(desk, body, form)
    typed = written_answers(view, kind, form, answers, names)
    await keep_typed(desk.ports, about_ticket(desk, body, metadata, arrived), typed, digests(kind, metadata))
    if answered in deciding(kind):
        look = await look_at(desk.ports, metadata.handle, press.user, desk.slack_team, comments=True)
        await show(desk, str(view["id"]), await _fill_view(desk, press, look, metadata.form, _inputs(view)))


async def use_comment(desk: Desk, body: Mapping[str, Any], value: str) -> None:
    """Put a comment into a section of the form, below what was typed there."""
    press, view, arrived = Press.of(body), body["view"], now(desk)
    kind, metadata = await kind_of_view(desk, view)
    form = type_in_form(kind, metadata) if kind else None
    number, _, comment_id = value.partition(":")
    if kind is None or form is None or not number.isdigit() or await _handed_in(desk, view, metadata):
        return
    answers, names = await answers_in(desk, body, form)
    typed = written_answers(view, kind, form, answers, names)
    look = await look_at(desk.ports, metadata.handle, press.user, desk.slack_team, comments=True)
    section = next((key for key, one in shown_fields(kind, metadata).items() if one.number == int(number)), "")
    comments = () if isinstance(look, Refused) else look.comments
    text = next((one.text for one in comments if one.id == comment_id), "")
    if text and section:
        typed[section] = _joined(answers.get(section), text)
    await keep_typed(desk.ports, about_ticket(desk, body, metadata, arrived), typed, digests(kind, metadata))
    others = {block: name for block, name in _inputs(view).items() if block != field_block(section)}
    await show(desk, str(view["id"]), await _fill_view(desk, press, look, metadata.form, others))


def changed_view(
    desk: Desk, changed: Changed, kind: RequestType, metadata: FillMetadata, typed: Mapping[str, Answer]
) -> dict[str, Any]:
    """The form once more: what somebody else wrote meanwhile beside what was typed, and the choice between both."""
    team = desk.ports.teams.get(metadata.team) or desk.ports.teams.all()[0]
    look = Look(team, changed.tracked, changed.ticket, kind, certain=True)
    return _form(desk, look, kind, metadata.form, _sections(look, kind, typed, digests(kind, metadata)))


async def answers_in(
    desk: Desk, body: Mapping[str, Any], form: RequestType
) -> tuple[dict[str, Answer], dict[str, str]]:
    """What stands in the inputs of a form, and the names of those who are mentioned there."""
    values = (body["view"].get("state") or {}).get("values") or {}
    metadata = FillMetadata.parse(str(body["view"].get("private_metadata") or ""))
    kept, _ = await typed_before(desk.ports, desk.slack_team, str(body["user"]["id"]), metadata.handle)
    names = await names_of(desk, mentioned(values))
    return read_answers(form, values, kept, names), names


async def kind_of_view(desk: Desk, view: Mapping[str, Any]) -> tuple[RequestType | None, FillMetadata]:
    """The request type that a form shows, in the version that it was drawn with."""
    metadata = FillMetadata.parse(str(view.get("private_metadata") or ""))
    draft = Draft(
        id="", slack_team="", user="", request_type=metadata.request_type, template_hash=metadata.template_hash
    )
    return await desk.forms.request_type(draft), metadata


def refused_view(refused: Refused) -> dict[str, Any]:
    """A kind word instead of the form."""
    return as_view(Notice(refused.reason))


def type_view(desk: Desk, look: Look, form: str, why: str = "") -> dict[str, Any]:
    """The choice of a request type."""
    kinds = desk.ports.teams.request_types(look.team)
    return set_type_view(kinds, look.kind, mended(desk.ports, look), look.team.id, form, why)


def filling_of(
    desk: Desk, body: Mapping[str, Any], metadata: FillMetadata, link: TicketLink, kind: RequestType
) -> Filling:
    """A change of a ticket, still without what is to be changed."""
    view = body["view"]
    return Filling(
        form=_name_of(view, metadata),
        slack_team=desk.slack_team,
        team=metadata.team,
        ticket=link,
        template=kind.to_json(),
        by=requester(body),
        view_id=str(view["id"]),
        submitted_at=now(desk),
    )


def _name_of(view: Mapping[str, Any], metadata: FillMetadata) -> str:
    """The name of a form: its root view's, and what tells it from an earlier form in that view."""
    root = str(view.get("root_view_id") or view["id"])
    return f"{root}-{metadata.form}" if metadata.form else root


async def _handed_in(desk: Desk, view: Mapping[str, Any], metadata: FillMetadata) -> bool:
    """Whether this form was handed in already, and its last keystroke only arrives now."""
    if desk.acks.has_left(view):
        return True
    return await desk.jobs.status(job_key(desk.slack_team, _name_of(view, metadata))) != "unknown"


async def _fill_view(
    desk: Desk, press: Press, look: Look | Refused, form: str, inputs: Mapping[str, str] | None = None
) -> dict[str, Any]:
    if isinstance(look, Refused):
        return refused_view(look)
    if look.kind is None or not look.certain:
        return type_view(desk, look, form, UNKNOWN_TYPE)
    typed, before = await typed_before(desk.ports, desk.slack_team, press.user, look.seen.handle)
    sections = _sections(look, look.kind, typed, before)
    return _form(desk, look, look.kind, form, sections, inputs) if sections else as_view(Notice(NOTHING_MISSING))


def _form(
    desk: Desk,
    look: Look,
    kind: RequestType,
    form: str,
    sections: tuple[AskedSection, ...],
    inputs: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    ticket = mended(desk.ports, look)
    unread = look.ticket is None
    return fill_view(FillForm(look.seen, ticket.tracker, kind, sections, look.comments, unread, form), ticket, inputs)


def _inputs(view: Mapping[str, Any]) -> dict[str, str]:
    """Block id → action id of the inputs on screen."""
    blocks = [block for block in view.get("blocks") or () if block.get("type") == "input"]
    return {str(block.get("block_id")): str((block.get("element") or {}).get("action_id")) for block in blocks}


def _sections(
    look: Look, kind: RequestType, typed: Mapping[str, Answer], before: Mapping[str, str | None]
) -> tuple[AskedSection, ...]:
    text = look.ticket.document if look.ticket else None
    return asked_sections(kind, look.gaps, text, round_trip, found=look.found, typed=typed, before=before)


def _not_needed_view(desk: Desk, look: Look | Refused, form: str) -> dict[str, Any]:
    if isinstance(look, Refused):
        return refused_view(look)
    if look.kind is None or not look.certain:
        return type_view(desk, look, form, UNKNOWN_TYPE)
    sections = _sections(look, look.kind, {}, {})
    replaceable = [one for one in sections if not one.append]
    if not replaceable:
        return as_view(Notice(TOO_MUCH if sections else ALL_THERE))
    return not_needed_view(look.kind, replaceable, mended(desk.ports, look), look.team.id, form)


async def _show_loading(desk: Desk, press: Press, handle: str, title: str) -> str:
    """A window at once, before anything is asked of anybody; its id, or nothing if Slack did not open one."""
    if not desk.first_use(press.trigger):
        return ""
    view_id = await open_window(desk, press, loading_view(title))
    if view_id == "":
        button = {"type": "actions", "elements": [fill_in_button(handle, "Open the form")]}
        said = Rendered(SLOW, [{"type": "section", "text": plain(SLOW)}, button])
        await whisper(desk, press.user, press.channel, said, press.url)
    return view_id or ""


def _form_id(press: Press) -> str:
    """A window that shows one form after the other needs a name for each."""
    return uuid4().hex[:8] if press.modal else ""


def about_ticket(desk: Desk, body: Mapping[str, Any], metadata: FillMetadata, at: float | None = None) -> Filling:
    """What names the ticket and the person, for a draft.

    Args:
        desk: what listeners work with.
        body: the payload.
        metadata: of the form.
        at: when it arrived, in seconds since 1970; now if left out.
    """
    tracker, ticket_id = parse_handle(metadata.handle)
    return Filling(
        form="",
        slack_team=desk.slack_team,
        team=metadata.team,
        ticket=TicketLink(tracker=tracker, id=ticket_id, key=ticket_id, url=""),
        template={},
        by=Requester(id=str(body["user"]["id"])),
        submitted_at=now(desk) if at is None else at,
    )


def digests(kind: RequestType, metadata: FillMetadata) -> dict[str, str | None]:
    """Field id → the digest of what stood in the ticket when the form was drawn."""
    return {key: one.seen for key, one in shown_fields(kind, metadata).items()}


def _joined(typed: Answer | None, comment: str) -> Answer:
    """What was typed, and a comment below it."""
    if isinstance(typed, dict):
        return {"rich": to_json(document(*from_json(typed.get("rich", [])).blocks, *from_plain(comment).blocks))}
    before = "" if typed is None or is_empty(typed) else f"{answer_text(typed)}\n\n"
    return before + comment
