"""The form: one modal, made from a request type and what is known of the answers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.answers import TITLE, answer_text
from bot.domain.request import Draft
from bot.domain.template import CHOICES, Attributes, Field, RequestType, Validations
from bot.slack.ids import Action, Block, Callback, field_block, menu_block
from bot.slack.text import escape, inline, link, mrkdwn, plain, shorten, units
from bot.slack.views.elements import OPTION_TEXT
from bot.slack.views.fields import can_be_declined, can_follow, field_blocks, group
from bot.slack.views.lines import button
from bot.slack.views.menus import menu
from bot.slack.views.metadata import Metadata
from bot.slack.views.pages import BLOCKS, SIZE, pages

Json = dict[str, Any]

MOST_BLOCKS = 100
OFFER = ".offer"
"""Stands at the end of ids while an earlier form is offered."""
TITLE_FIELD = Field(
    type="input",
    id=TITLE,
    attributes=Attributes(label="Title", placeholder="What you need, in a few words"),
    validations=Validations(required=True),
)
"""The one field that every form has."""
_EMPTY_TITLE = field_blocks(TITLE_FIELD, {})


@dataclass(frozen=True, slots=True)
class Form:
    """Everything that the modal shows.

    Attributes:
        draft: the answers so far, and team, tracker, page, channel, source and supersedes.
        request_type: None while none is chosen.
        request_types: those to choose from, `(key, name, description)`.
        teams: those to choose from, `(id, name)`; empty if there is nothing to choose.
        trackers: those to choose from, `(name, title)`; empty unless the request type asks.
        problems: field id → why it was refused, shown at the field; under `""` what belongs to no field.
        suggested: field id → what may come back, shown below the field.
        announce_in: the channel that will hear of it, said before Submit; empty says nothing.
        resume: a form that was left half-filled and is offered again.
    """

    draft: Draft
    request_type: RequestType | None = None
    request_types: tuple[tuple[str, str, str], ...] = ()
    teams: tuple[tuple[str, str], ...] = ()
    trackers: tuple[tuple[str, str], ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    suggested: Mapping[str, str] = field(default_factory=dict)
    announce_in: str = ""
    resume: Draft | None = None


def form_view(form: Form) -> Json:
    """The modal as Slack takes it; the page shown is `form.draft.page`, or the last if there are fewer."""
    every = pages(form.request_type, form.draft.answers) if form.request_type else ((),)
    page = min(max(form.draft.page, 0), len(every) - 1)
    last = page == len(every) - 1 and form.request_type is not None
    blocks = _top(form) if page == 0 else [_where(form)]
    blocks += _later(every[page])
    if form.request_type:
        for one in every[page]:
            blocks += group(form.request_type, one, form.draft.answers).blocks
    blocks = _with_problems(_as_offered(blocks) if form.resume else blocks, form)
    blocks = _with_notes(blocks, form.suggested, "suggestion", "This may come back: ")
    if last and form.announce_in:
        blocks.append(_announcement(form.announce_in))
    if page > 0:
        blocks.append({"type": "actions", "block_id": Block.NAVIGATION, "elements": [button("Back", Action.BACK)]})
    title = "Dev request" if len(every) == 1 else f"Dev request ({page + 1} of {len(every)})"
    return {
        "type": "modal",
        "callback_id": Callback.FORM,
        "title": plain(title, 24),
        "submit": plain("Create ticket" if last else "Next", 24),
        "close": plain("Close", 24),
        "private_metadata": Metadata.of(form.draft, page).to_json(),
        "blocks": blocks,
    }


def _top(form: Form) -> list[Json]:
    """What stands above the fields of the first page; the team comes first, since the request types are its own."""
    draft = form.draft
    blocks = [*_resume(form), *_source(draft)]
    if form.teams:
        teams = tuple((key, name, "") for key, name in form.teams)
        blocks.append(menu(Block.TEAM, Action.TEAM, "Which team is it for?", teams, draft.team))
    if form.request_types:
        kinds = form.request_types
        blocks.append(menu(Block.REQUEST_TYPE, Action.REQUEST_TYPE, "What do you need?", kinds, draft.request_type))
    if form.request_type is None:
        return blocks
    if form.trackers:
        trackers = tuple((key, title, "") for key, title in form.trackers)
        blocks.append(menu(Block.TRACKER, Action.TRACKER, "Where should the ticket go?", trackers, draft.tracker))
    title = draft.answers.get(TITLE, form.request_type.title)
    return blocks + (field_blocks(TITLE_FIELD, {TITLE: title}) if title else _EMPTY_TITLE)


def _later(fields: Sequence[Field]) -> list[Json]:
    """What "Needed before work starts" means, once, instead of at each field."""
    following = [field for field in fields if can_follow(field)]
    if not following:
        return []
    said = "What is needed before work starts can follow later."
    if any(map(can_be_declined, following)):
        said += " Where something does not apply, write “Not needed, because …”."
    return [{"type": "context", "block_id": Block.LATER, "elements": [plain(said)]}]


def _where(form: Form) -> Json:
    """On later pages: what this is about."""
    name = form.request_type.name if form.request_type else ""
    title = answer_text(form.draft.answers.get(TITLE))
    text = inline(f"{name}: {title}" if title else name)
    return {"type": "context", "block_id": Block.SOURCE, "elements": [plain(shorten(text, 150))]}


def _resume(form: Form) -> list[Json]:
    """The offer to go on with a form that was closed."""
    if form.resume is None:
        return []
    names = {key: name for key, name, _ in form.request_types}
    title = inline(answer_text(form.resume.answers.get(TITLE)))
    kind = names.get(form.resume.request_type, form.resume.request_type)
    what = f"“{shorten(title, 150)}”" if title else "a form without a title"
    text = f"You have not finished {what}" + (f" ({kind})." if kind else ".")
    go_on = button("Continue", Action.CONTINUE, form.resume.id) | {"style": "primary"}
    return [
        {"type": "section", "block_id": Block.RESUME, "text": plain(text)},
        {
            "type": "actions",
            "block_id": Block.RESUME_BUTTONS,
            "elements": [go_on, button("Start fresh", Action.START_FRESH, form.resume.id)],
        },
    ]


def _as_offered(blocks: list[Json]) -> list[Json]:
    """The inputs under names of their own while an earlier form is on offer.

    Slack keeps what stands in an input while its block id and action id stay the same; so the answers of the
    earlier form show only if its inputs are others.
    """
    made = []
    for block in blocks:
        if block["type"] != "input":
            made.append(block)
        elif block["element"]["action_id"].startswith("answer."):
            made.append(block | {"element": block["element"] | {"action_id": block["element"]["action_id"] + OFFER}})
        else:
            made.append(block | {"block_id": block["block_id"] + OFFER})
    return made


def _source(draft: Draft) -> list[Json]:
    """The message that the form was made from."""
    if draft.source is None:
        return []
    author = f" by {escape(shorten(inline(draft.source.author), 100))}" if draft.source.author else ""
    words = link(draft.source.permalink, "a message") if draft.source.permalink else "a message"
    return [{"type": "context", "block_id": Block.SOURCE, "elements": [mrkdwn(f"From {words}{author}.")]}]


def _announcement(channel: str) -> Json:
    """Where the ticket will be made known."""
    named = f"<#{channel}>" if re.fullmatch(r"[CGD][A-Z0-9]+", channel) else escape(inline(channel))
    text = f"When the ticket is there, {named} gets a message with its title, your name and the link."
    return {"type": "context", "block_id": Block.ANNOUNCE, "elements": [mrkdwn(text)]}


def _with_problems(blocks: list[Json], form: Form) -> list[Json]:
    """The blocks with each reason below its input, and on top what has no input here."""
    if not form.problems:
        return blocks
    at_field = {key: text for key, text in form.problems.items() if key}
    shown = {menu_block(block["block_id"]) for block in blocks if block["type"] == "input"}
    inside = len(blocks) + len(at_field) + 3 <= MOST_BLOCKS
    marked = _with_notes(blocks, at_field, "problem", "⚠ ")
    others = [text for key, text in form.problems.items() if not (key and inside and _block_of(key) in shown)]
    said = ["The ticket could not be made like this. Your answers are all here: please change them and send again."]
    said += [f"⚠ {inline(text)}" for text in others]
    return [{"type": "section", "block_id": Block.PROBLEMS, "text": plain("\n".join(said))}, *marked]


def _with_notes(blocks: list[Json], notes: Mapping[str, str], kind: str, opening: str) -> list[Json]:
    """The blocks with a note below the inputs of some fields, as far as a view has room for them.

    Args:
        blocks: of the view.
        notes: field id → what is to be said.
        kind: of the notes; ends their block ids.
        opening: what each begins with.
    """
    if not notes or len(blocks) + len(notes) + 3 > MOST_BLOCKS:
        return blocks
    at_block = {_block_of(key): text for key, text in notes.items()}
    marked: list[Json] = []
    for block in blocks:
        marked.append(block)
        text = at_block.get(menu_block(block.get("block_id", "")))
        if text and block["type"] == "input":
            note = plain(f"{opening}{inline(text)}", 2000)
            marked.append({"type": "context", "block_id": f"{block['block_id']}:{kind}", "elements": [note]})
    return marked


def _block_of(key: str) -> str:
    """The block of a field, or of a menu above the fields."""
    return key if key in {Block.REQUEST_TYPE, Block.TEAM, Block.TRACKER} else field_block(key)


def unshowable(request_type: RequestType) -> list[str]:
    """Why Slack could not show this request type, one sentence each; empty if it can."""
    reasons = []
    if units(request_type.key) > OPTION_TEXT:
        reasons.append(f"Its file name has more than {OPTION_TEXT} characters, which Slack's menus cannot hold.")
    for one in request_type.body:
        what = f"“{shorten(inline(one.label or one.id), 80)}”"
        if one.type in CHOICES and not one.attributes.options:
            reasons.append(f"{what} has no options to choose from.")
            continue
        cost = group(request_type, one, {})
        if len(cost.blocks) > BLOCKS or cost.size > SIZE:
            reasons.append(f"{what} is too long for a page of a form in Slack: shorten its text or its options.")
    return reasons
