"""The form with only what a ticket lacks, and the small ones beside it: not needed, set type."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from json import dumps
from typing import Any

from adapters.document import Document
from bot.domain.fill_form import AskedSection, FillForm, OfferedComment
from bot.domain.fill_messages import MendedTicket
from bot.domain.template import TEXTS, RequestType
from bot.domain.wording import in_one_line
from bot.slack import rich_text
from bot.slack.ids import Action, Block, Callback, field_block
from bot.slack.text import chunks, clean, inline, link, mrkdwn, plain, shorten, units
from bot.slack.views.elements import MENU, OPTION_TEXT, TEXT
from bot.slack.views.fields import NEEDED, can_be_declined, field_blocks
from bot.slack.views.fill_messages import title_run
from bot.slack.views.fill_state import (
    CHOICE_ACTION,
    CHOICE_BLOCK,
    REASON_ACTION,
    REASON_BLOCK,
    SECTION_ACTION,
    SECTION_BLOCK,
    TYPE_ACTION,
    TYPE_BLOCK,
    FillMetadata,
    ShownSection,
)
from bot.slack.views.lines import line, place, run
from bot.slack.views.menus import chooser

Json = dict[str, Any]

BLOCKS = 78
"""Blocks of sections: a view takes 100, the rest is for the ticket, comments and notes."""
SIZE = 150_000
"""Characters of JSON of the sections; a view takes 250 KB."""
METADATA = 2400
"""Characters of metadata that the sections may take."""
COMMENT = 1500
"""Characters of a comment that are shown; all of it is used."""
STAYS = 400
"""Characters of what stays that are shown."""
CHOICES = (("append", "Keep both: mine below theirs"), ("replace", "Replace theirs by mine"), ("keep", "Keep theirs"))
DECLINED = " Where something does not apply, write “Not needed, because …”."
WHOLE = (
    "Only what you write here changes: everything else in the ticket stays as it is. The ticket will say it was you."
)


def loading_view(title: str = "Fill in") -> Json:
    """What is shown while the ticket is read: a trigger lives for three seconds, and trackers may need longer."""
    return _modal(Callback.STATUS, title, [{"type": "section", "text": plain("Reading the ticket …")}])


def round_trip(text: Document) -> Document:
    """What becomes of a text that is shown in an input for rich text and handed in as it is."""
    return rich_text.parse(rich_text.prefill(text)) if text else text


def fill_view(form: FillForm, ticket: MendedTicket, inputs: Mapping[str, str] | None = None) -> Json:
    """The modal with only the sections that are missing or weak; those that do not fit come the next time.

    Args:
        form: what is asked for.
        ticket: in short.
        inputs: block id → action id of inputs that are on screen now and keep what is typed into them meanwhile.
    """
    shown, blocks = _fitting(form, ticket)
    whole = WHOLE + (DECLINED if any(can_be_declined(one.field) for one in shown) else "")
    head = [_about(ticket), {"type": "context", "elements": [plain(whole)]}]
    if form.unread:
        text = (
            f"{ticket.tracker} does not answer at the moment: this is what was missing when it was last read. What you "
            "write is kept, and goes into the ticket as soon as it answers. Nothing there is overwritten."
        )
        head.append({"type": "context", "elements": [plain(f"⚠ {inline(text)}", 2000)]})
    more = len(form.sections) - len(shown)
    if more:
        rest = "One more section does" if more == 1 else f"{more} more sections do"
        blocks.append({"type": "context", "elements": [plain(f"{rest} not fit here: press Fill in again afterwards.")]})
    fields = [one for one in shown if one.field.type in TEXTS]
    blocks += [block for comment in form.comments for block in _comment(comment, fields)] if fields else []
    if form.comments and fields:
        first = next(n for n, block in enumerate(blocks) if block.get("block_id", "").startswith("comment:"))
        blocks.insert(first, line(run("Recent comments on the ticket:", bold=True)))
    blocks = [_as_on_screen(block, inputs or {}) for block in blocks]
    metadata = FillMetadata(
        ticket.handle,
        form.form,
        form.ticket.team,
        form.kind.key,
        form.kind.hash,
        tuple(ShownSection.of(one) for one in shown),
    )
    return _modal(Callback.FILL_IN, "Fill in", [*head, *blocks], "Add to the ticket", metadata)


def not_needed_view(
    kind: RequestType, sections: Sequence[AskedSection], ticket: MendedTicket, team: str, form: str
) -> Json:
    """The modal that asks which section is not needed, and why."""
    options = [
        {"text": plain(inline(one.field.label) or one.field.id, OPTION_TEXT), "value": str(one.number)}
        for one in sections[:MENU]
    ]
    menu: Json = {"type": "static_select", "action_id": SECTION_ACTION, "options": options}
    if len(options) == 1:
        menu["initial_option"] = options[0]
    reason: Json = {
        "type": "plain_text_input",
        "action_id": REASON_ACTION,
        "max_length": 500,
        "placeholder": plain("the page has no design: it is text only", 150),
    }
    said = (
        "This stands in the ticket then, as “Not needed, because …”, so that developers see it. It will say it was you."
    )
    blocks = [
        _about(ticket),
        _input(SECTION_BLOCK, "What is not needed?", menu),
        _input(REASON_BLOCK, "Not needed, because …", reason),
        {"type": "context", "elements": [plain(said)]},
    ]
    shown = tuple(ShownSection.of(one) for one in sections[:MENU])
    metadata = FillMetadata(ticket.handle, form, team, kind.key, kind.hash, shown)
    return _modal(Callback.NOT_NEEDED, "Not needed", blocks, "Add to the ticket", metadata)


def set_type_view(
    kinds: Sequence[RequestType], guess: RequestType | None, ticket: MendedTicket, team: str, form: str, why: str = ""
) -> Json:
    """The modal that asks what kind of request a ticket is."""
    types = chooser(
        TYPE_ACTION, [(kind.key, kind.name, kind.description) for kind in kinds], guess.key if guess else ""
    )
    said = "The ticket gets the label of this type, and is judged by it from now on."
    blocks = [_about(ticket), *([{"type": "section", "text": plain(why)}] if why else [])]
    blocks += [_input(TYPE_BLOCK, "What kind of request is this?", types), _context(said)]
    return _modal(Callback.SET_TYPE, "Set type", blocks, "Set type", FillMetadata(ticket.handle, form, team))


def _fitting(form: FillForm, ticket: MendedTicket) -> tuple[list[AskedSection], list[Json]]:
    """The sections that fit into one view, with their blocks; at least the first one."""
    shown: list[AskedSection] = []
    blocks: list[Json] = []
    size = carried = 0
    for one in form.sections:
        made = list(_section(one, form, ticket))
        size += len(dumps(made))
        carried += len(ShownSection.of(one).written()) + 3
        full = len(blocks) + len(made) > BLOCKS or size > SIZE or carried > METADATA
        if shown and full:
            break
        shown.append(one)
        blocks += made
    return shown, blocks


def _section(one: AskedSection, form: FillForm, ticket: MendedTicket) -> Iterator[Json]:
    """The input of a section, and under it why it is asked for, what stands there, and what becomes of it."""
    answers = {} if one.answer is None else {one.field.id: one.answer}
    yield from map(_named_after_content, map(_with_own_hint, field_blocks(one.field, answers)))
    notes = [f"⚠ {inline(problem)}" for key, problem in form.problems.items() if key == one.field.id]
    notes += [inline(reason) for reason in one.reasons]
    if one.example and one.example != one.field.attributes.placeholder:
        notes.append(f"For example: {inline(in_one_line(one.example))}")
    if notes:
        yield _context("\n".join(notes), field_block(one.field.id, "why"))
    if one.append:
        where = link(ticket.link.url, place(ticket.tracker, ticket.link))
        text = f"More stands there than this form can show: open {where}. What you write is added below it."
        yield {"type": "context", "block_id": field_block(one.field.id, "more"), "elements": [mrkdwn(text, 2000)]}
    elif one.stays:
        said = shorten(inline(one.stays), STAYS)
        text = f"So far the ticket says “{said}”. That stays; yours gets a heading of its own."
        yield _context(text, field_block(one.field.id, "stays"))
    if one.changed:
        yield from _changed(one)


def _changed(one: AskedSection) -> Iterator[Json]:
    """Somebody else's text, and the choice between both."""
    head = f"“{inline(one.field.label)}” was changed in the ticket meanwhile. Now it says:"
    whole = clean(one.changed)
    first = chunks(whole, TEXT - 300)[0][1]
    text = first if units(first) == units(whole) else f"{first}…"
    yield {"type": "section", "block_id": field_block(one.field.id, "changed"), "text": plain(f"{head}\n{text}")}
    options = [{"text": plain(text, OPTION_TEXT), "value": value} for value, text in CHOICES]
    chooser = {
        "type": "static_select",
        "action_id": CHOICE_ACTION,
        "options": options,
        "initial_option": options[0],
    }
    yield _input(f"{CHOICE_BLOCK}{one.number}", "Your text and theirs", chooser)


def _comment(comment: OfferedComment, sections: Sequence[AskedSection]) -> Iterator[Json]:
    """A comment, and a way to take it as the answer for a section."""
    said = f"{inline(comment.author)}, {comment.day}: “{shorten(clean(comment.text), COMMENT)}”"
    options = [
        {
            "text": plain(inline(one.field.label) or one.field.id, OPTION_TEXT),
            "value": f"{one.number}:{comment.id}"[:75],
        }
        for one in sections[:MENU]
    ]
    use: Json = {"type": "button", "text": plain("Use this comment"), "value": options[0]["value"]}
    if len(options) > 1:
        use = {"type": "static_select", "placeholder": plain("Use this comment for …", 150), "options": options}
    block_id = f"comment:{comment.id}"[:255]
    yield {
        "type": "section",
        "block_id": block_id,
        "text": plain(said),
        "accessory": use | {"action_id": Action.USE_COMMENT},
    }


def _with_own_hint(block: Json) -> Json:
    """The hint without "needed before work starts": all of this is."""
    if "hint" not in block:
        return block
    said = str(block["hint"]["text"]).replace(NEEDED, "").strip()
    rest = {name: value for name, value in block.items() if name != "hint"}
    return rest | ({"hint": plain(said, 2000)} if said else {})


def _named_after_content(block: Json) -> Json:
    """The input under a name of its own for what stands in it.

    Slack keeps what was typed while block id and action id stay the same: another text to start from would not show.
    """
    element = block.get("element") or {}
    name = str(element.get("action_id", ""))
    if block["type"] != "input" or "initial_value" not in element or name.count(".") != 1:
        return block
    content = sha256(dumps(element["initial_value"]).encode(errors="replace")).hexdigest()[:8]
    return block | {"element": element | {"action_id": f"{name}.{content}"}}


def _as_on_screen(block: Json, inputs: Mapping[str, str]) -> Json:
    """The input under the name that it has on screen, if it is of the same kind."""
    element, name = block.get("element") or {}, inputs.get(block.get("block_id", ""), "")
    if block["type"] != "input" or name.split(".")[:2] != str(element.get("action_id", "")).split(".")[:2]:
        return block
    return block | {"element": element | {"action_id": name}}


def _about(ticket: MendedTicket) -> Json:
    where = place(ticket.tracker, ticket.link)
    return line(title_run(ticket, bold=True), run(f" ({where})")) | {"block_id": Block.SOURCE}


def _input(block_id: str, label: str, element: Json) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element, "optional": False}


def _context(text: str, block_id: str = "") -> Json:
    made: Json = {"type": "context", "elements": [plain(text, 2000)]}
    return made | ({"block_id": block_id} if block_id else {})


def _modal(
    callback: Callback, title: str, blocks: list[Json], submit: str = "", metadata: FillMetadata | None = None
) -> Json:
    view: Json = {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, 24),
        "close": plain("Close", 24),
        "blocks": blocks,
    }
    if submit:
        view["submit"] = plain(submit, 24)
    return view | ({"private_metadata": metadata.to_json()} if metadata else {})
