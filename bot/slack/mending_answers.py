"""What Slack is answered to a form about a ticket: errors, what somebody else wrote meanwhile, or that it is stored."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot import log
from bot.domain.answers import Answer
from bot.domain.errors import NotStored
from bot.domain.fill_messages import BeingWritten
from bot.domain.filling import Edit
from bot.domain.messages import Notice
from bot.domain.not_needed import sentence_of
from bot.domain.seen_ticket import Tracked
from bot.domain.template import RequestType
from bot.slack.desk import Desk
from bot.slack.mending import (
    about_ticket,
    answers_in,
    changed_view,
    digests,
    filling_of,
    kind_of_view,
    refused_view,
)
from bot.slack.submit_answer import ANSWER_WITHIN, Json, errors, update
from bot.slack.views.fill_state import (
    REASON_ACTION,
    REASON_BLOCK,
    SECTION_ACTION,
    SECTION_BLOCK,
    TYPE_ACTION,
    TYPE_BLOCK,
    Choice,
    FillMetadata,
    ShownSection,
    chosen_option,
    emptied,
    read_choices,
    shown_fields,
    type_in_form,
    typed_text,
    written_answers,
)
from bot.slack.views.messages import as_view
from bot.slack.views.state import error_blocks
from bot.usecases.fill_gaps import Changed, Stored, drop_typed, hand_in, keep_typed, problems_in
from bot.usecases.look_at_ticket import NO_TICKET, Refused
from bot.usecases.set_type import type_change

NOTHING_NEW = "Nothing was written here yet: fill in at least one of these, or close the form."
NOTHING_CHANGED = "Theirs stays, and nothing else was written here. The ticket is as it was."
NO_REASON = "Say in a few words why not: developers read it in the ticket."
NO_SECTION = "Choose what is not needed."
NO_TYPE = "Choose a type."

logger = log.get(__name__)


async def answer_fill(desk: Desk, body: Mapping[str, Any]) -> Json:
    """What "Add to the ticket" is answered with; out of time the form stays open and can be sent again."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await _answer_fill(desk, body)
    except (TimeoutError, NotStored):
        return _errors(body["view"], None, {"": NotStored().message})


async def answer_not_needed(desk: Desk, body: Mapping[str, Any]) -> Json:
    """What "Not needed" is answered with."""
    view = body["view"]
    values = (view.get("state") or {}).get("values") or {}
    kind, metadata = await kind_of_view(desk, view)
    number = chosen_option(values, SECTION_BLOCK, SECTION_ACTION)
    found = {str(one.number): (key, one) for key, one in (shown_fields(kind, metadata) if kind else {}).items()}
    if kind is None or number not in found:
        return errors({SECTION_BLOCK: NO_SECTION})
    sentence = sentence_of(typed_text(values, REASON_BLOCK, REASON_ACTION))
    if sentence is None:
        return errors({REASON_BLOCK: NO_REASON})
    key, one = found[number]
    return await _small(desk, body, metadata, kind, {"purpose": "not_needed", "edits": (_edit(key, one, sentence),)})


async def answer_type(desk: Desk, body: Mapping[str, Any]) -> Json:
    """What "Set type" is answered with."""
    view = body["view"]
    metadata = FillMetadata.parse(str(view.get("private_metadata") or ""))
    chosen = chosen_option((view.get("state") or {}).get("values") or {}, TYPE_BLOCK, TYPE_ACTION)
    kind = desk.ports.teams.request_type(chosen) if chosen else None
    tracked = await _known(desk, metadata)
    if kind is None or tracked is None:
        return errors({TYPE_BLOCK: NO_TYPE})
    labels, gone = type_change(desk.ports, metadata.team, kind, tracked)
    change = {"purpose": "type", "labels": labels, "labels_gone": gone}
    return await _small(desk, body, metadata, kind, change)


async def _answer_fill(desk: Desk, body: Mapping[str, Any]) -> Json:
    view = body["view"]
    kind, metadata = await kind_of_view(desk, view)
    form = type_in_form(kind, metadata) if kind else None
    team = desk.ports.teams.get(metadata.team)
    known = await _known(desk, metadata)
    if kind is None or form is None or team is None or known is None:
        return update(refused_view(Refused(NO_TICKET)))
    answers, names = await answers_in(desk, body, form)
    written = written_answers(view, kind, form, answers, names)
    values = (view.get("state") or {}).get("values") or {}
    choices = read_choices(kind, metadata, values)
    wanted = {key: answer for key, answer in written.items() if choices.get(key) != "keep"}
    gone = [key for key in emptied(view, kind, answers) if choices.get(key) != "keep"]
    if problems := problems_in(desk.ports, team, form, answers, wanted, gone):
        return _errors(view, form, problems)
    if not wanted:
        return await _nothing(desk, body, metadata, form, dropped=bool(written))
    filling = filling_of(desk, body, metadata, known.ticket.link, kind)
    filling = filling.model_copy(update={"edits": _edits(kind, metadata, wanted, choices)})
    match await hand_in(desk.ports, desk.jobs, filling):
        case Changed() as changed:
            about = about_ticket(desk, body, metadata)
            await keep_typed(desk.ports, about, wanted, digests(kind, metadata))
            return update(changed_view(desk, changed, kind, metadata, wanted))
        case Stored(ticket=ticket):
            desk.spawn(drop_typed(desk.ports, filling))
            logger.info("change stored", purpose=filling.purpose, sections=len(filling.edits))
            return update(as_view(BeingWritten(ticket)))
        case Refused() as refused:
            return update(refused_view(refused))
        case NotStored(message=message):
            return _errors(view, form, {"": message})


async def _small(desk: Desk, body: Mapping[str, Any], metadata: FillMetadata, kind: RequestType, change: Json) -> Json:
    """Hand in one of the small forms."""
    known = await _known(desk, metadata)
    if known is None:
        return update(refused_view(Refused(NO_TICKET)))
    filling = filling_of(desk, body, metadata, known.ticket.link, kind).model_copy(update=change)
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            said = await hand_in(desk.ports, desk.jobs, filling)
    except TimeoutError:
        said = NotStored()
    match said:
        case Stored(ticket=ticket):
            logger.info("change stored", purpose=filling.purpose)
            return update(as_view(BeingWritten(ticket)))
        case Refused() as refused:
            return update(refused_view(refused))
        case NotStored(message=message):
            return _errors(body["view"], None, {"": message})
        case Changed():
            return update(refused_view(Refused(NO_TICKET)))


async def _nothing(
    desk: Desk, body: Mapping[str, Any], metadata: FillMetadata, form: RequestType, *, dropped: bool
) -> Json:
    if not dropped:
        return _errors(body["view"], form, {"": NOTHING_NEW})
    await drop_typed(desk.ports, about_ticket(desk, body, metadata))
    return update(as_view(Notice(NOTHING_CHANGED)))


async def _known(desk: Desk, metadata: FillMetadata) -> Tracked | None:
    """The ticket that a window is about."""
    return (await desk.ports.tickets.find([metadata.handle])).get(metadata.handle) if metadata.handle else None


def _edits(
    kind: RequestType, metadata: FillMetadata, wanted: Mapping[str, Answer], choices: Mapping[str, Choice]
) -> tuple[Edit, ...]:
    shown = shown_fields(kind, metadata)
    return tuple(_edit(key, shown[key], answer, choices.get(key)) for key, answer in wanted.items())


def _edit(key: str, one: ShownSection, answer: Answer, choice: Choice | None = None) -> Edit:
    return Edit(section=key, answer=answer, seen=one.seen, append=one.append or choice == "append")


def _errors(view: Mapping[str, Any], form: RequestType | None, problems: Mapping[str, str]) -> Json:
    return errors(error_blocks(form, problems, view))
