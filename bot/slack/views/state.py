"""What Slack says was typed, as answers, and what is wrong with them, as Slack shows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.document import clean, to_json
from bot.domain.answers import TITLE, Answer, Answers, is_empty
from bot.domain.template import Field, RequestType
from bot.slack import rich_text
from bot.slack.ids import FIELD_BLOCK, Action, Block, field_block, menu_block
from bot.slack.text import shorten
from bot.slack.views.elements import MENU, field_action, kind_of, options
from bot.slack.views.fields import file_answer
from bot.slack.views.fit import fitted
from bot.slack.views.form import OFFER, TITLE_FIELD
from bot.slack.views.parts import joined_rich, joined_text

Json = dict[str, Any]
Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""`view.state.values`: block id → action id → value object."""
Names = Mapping[str, str]
_ERROR = 1000
NOWHERE = "form"
"""Where an error stands in a view that has no input."""
_MENUS = {
    Block.REQUEST_TYPE: "Request type",
    Block.TEAM: "Team",
    Block.TRACKER: "Tracker",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen above the fields; None where the view did not ask."""

    request_type: str | None = None
    team: str | None = None
    tracker: str | None = None


def read_choices(values: Values) -> Choices:
    """Request type, team and tracker as chosen in a view."""
    menus = {menu_block(block_id): actions for block_id, actions in values.items()}

    def chosen(block: Block, action: Action) -> str | None:
        value = (menus.get(block) or {}).get(action)
        return None if value is None else str((value.get("selected_option") or {}).get("value") or "")

    return Choices(
        request_type=chosen(Block.REQUEST_TYPE, Action.REQUEST_TYPE),
        team=chosen(Block.TEAM, Action.TEAM),
        tracker=chosen(Block.TRACKER, Action.TRACKER),
    )


def read_state(
    request_type: RequestType | None, values: Values, *, kept: Answers | None = None, names: Names | None = None
) -> dict[str, Answer]:
    """The answers in a view, the title under `title`; an emptied field answers `""` or `[]`.

    Merge it over the answers so far: `{**draft.answers, **read_state(…)}`. Fields that the view does not show are
    not in it, nor is an earlier answer of another kind that has no place in the field (a text for a menu, after the
    type was switched) as long as the field is empty. Use `fit.fitting` before handing in.

    Args:
        request_type: the version that the view was made from.
        values: `view.state.values`.
        kept: the answers so far; files that were uploaded before cannot be shown again by Slack and come from here.
        names: Slack id → name for people and channels that rich text mentions; see `mentioned`.
    """
    before = kept or {}
    answers: dict[str, Answer] = {}
    for field in (TITLE_FIELD, *(request_type.fields.values() if request_type else ())):
        found = _inputs(field, values)
        if not found:
            continue
        answer = _READERS[kind_of(field)](field, found, before, names or {})
        earlier = before.get(field.id)
        if is_empty(answer) and not is_empty(earlier) and fitted(field, earlier) is None:
            continue
        answers[field.id] = answer
    return answers


def mentioned(values: Values) -> set[str]:
    """The ids of people, channels and groups that rich text in the view mentions."""
    return {
        identity
        for actions in values.values()
        for value in actions.values()
        for identity in rich_text.mentions(value.get("rich_text_value") or {})
    }


def error_blocks(
    request_type: RequestType | None, problems: Mapping[str, str], view: Mapping[str, Any]
) -> dict[str, str]:
    """The `errors` of a `response_action`: block id → text, input blocks of that view only.

    Problems of fields that the view does not show stand at its first input, with the field's label; in a view without
    inputs, which never came from us, they stand nowhere, but an answer without errors would close it.

    Args:
        request_type: for labels.
        problems: field id → sentence; `title`, `team`, `tracker` and `request_type` are known too, `""` is general.
        view: the view as Slack sent it.
    """
    blocks = [block for block in view.get("blocks") or () if block.get("type") == "input"]
    inputs = [str(block["block_id"]) for block in blocks if block.get("block_id")]
    errors: dict[str, list[str]] = {}
    for key, text in problems.items():
        mine = key if key in _MENUS else field_block(key)
        block = next((block for block in inputs if key and menu_block(block) == mine), "")
        if block:
            errors.setdefault(block, []).insert(0, text)
        else:
            label, place = _label(request_type, key), inputs[0] if inputs else NOWHERE
            errors.setdefault(place, []).append(f"{label}: {text}" if label else text)
    return {block: shorten(clean("\n".join(texts)), _ERROR) for block, texts in errors.items()}


def suggestions(field: Field, query: str) -> list[Json]:
    """The options of a menu with more than 100 of them that match what was typed; at most 100.

    The answer to block_suggestion is `{"options": suggestions(…)}`; `field_of(request_type, payload["block_id"])`
    finds the field. Options that start with the words come first.
    """
    words = query.casefold().split()
    matching = [
        (not label.casefold().startswith(query.strip().casefold()), index)
        for index, label in enumerate(field.option_labels)
        if all(word in label.casefold() for word in words)
    ]
    every = options(field)
    return [every[index] for _, index in sorted(matching)[:MENU]]


def field_of(request_type: RequestType, block_id: str) -> Field | None:
    """The field that a block belongs to."""
    for field in (TITLE_FIELD, *request_type.body):
        mine = field_block(field.id)
        if block_id == mine or block_id.startswith(f"{mine}:"):
            return field
    return None


def deciding(request_type: RequestType) -> frozenset[str]:
    """The block ids of fields that others depend on (`when`): after a change there the form is drawn again."""
    return frozenset(field_block(other) for field in request_type.body for other in field.when)


@dataclass(frozen=True, slots=True)
class _Input:
    """The state of one of a field's inputs: `kind` and `rest` are the parts of its action id."""

    part: str
    kind: str
    rest: str
    action: str
    value: Mapping[str, Any]


def _inputs(field: Field, values: Values) -> list[_Input]:
    """The states that belong to a field, in the order of its parts."""
    mine = field_block(field.id)
    found = []
    for block_id, actions in values.items():
        if not block_id.startswith(FIELD_BLOCK) or not (block_id == mine or block_id.startswith(f"{mine}:")):
            continue
        for action, value in actions.items():
            _, _, name = action.partition(".")
            kind, _, rest = name.partition(".")
            if kind == kind_of(field) or (kind == "kept" and kind_of(field) == "files"):
                found.append(_Input(block_id[len(mine) + 1 :], kind, rest, action, value))
    return sorted(found, key=lambda one: int(one.part) if one.part.isdigit() else 0)


def _text(_: Field, inputs: list[_Input], __: Answers, ___: Names) -> Answer:
    return joined_text((one.rest.partition(".")[0], clean(str(one.value.get("value") or ""))) for one in inputs)


def _rich(_: Field, inputs: list[_Input], __: Answers, names: Names) -> Answer:
    read = joined_rich(rich_text.parse(one.value.get("rich_text_value") or {}, names) for one in inputs)
    return {"rich": to_json(read)} if read else ""


def _value(key: str) -> Callable[[Field, list[_Input], Answers, Names], Answer]:
    def read(_: Field, inputs: list[_Input], __: Answers, ___: Names) -> Answer:
        found = inputs[0].value.get(key)
        return [str(entry) for entry in found] if isinstance(found, list) else str(found or "")

    return read


def _option(field: Field, inputs: list[_Input], _: Answers, __: Names) -> Answer:
    return next(iter(_labels(field, inputs[0], [inputs[0].value.get("selected_option")])), "")


def _options(field: Field, inputs: list[_Input], _: Answers, __: Names) -> Answer:
    return _labels(field, inputs[0], inputs[0].value.get("selected_options") or [])


def _labels(field: Field, one: _Input, chosen: list[Any]) -> list[Any]:
    """The labels of chosen options; those of a menu with other options than the field's say nothing."""
    if one.action.removesuffix(OFFER) != field_action(field):
        return []
    numbers = [str((option or {}).get("value") or "") for option in chosen]
    count = len(field.option_labels)
    return [field.option_labels[int(number)] for number in numbers if number.isdigit() and int(number) < count]


def _files(field: Field, inputs: list[_Input], kept: Answers, _: Names) -> Answer:
    """Files of earlier views, as far as they are still ticked, and the new ones, each once."""
    earlier = kept.get(field.id)
    ticked = {
        str(option.get("value"))
        for one in inputs
        if one.kind == "kept"
        for option in one.value.get("selected_options") or []
    }
    before = [file for file in (earlier if isinstance(earlier, list) else []) if str(file.get("id"))[:75] in ticked]
    fresh = [file_answer(file) for one in inputs if one.kind == "files" for file in one.value.get("files") or []]
    return list({file["id"]: file for file in [*before, *fresh]}.values())


_READERS: dict[str, Callable[[Field, list[_Input], Answers, Names], Answer]] = {
    "text": _text,
    "line": _text,
    "rich": _rich,
    "url": _value("value"),
    "number": _value("value"),
    "date": _value("selected_date"),
    "person": _value("selected_user"),
    "people": _value("selected_users"),
    "select": _option,
    "external": _option,
    "multi_select": _options,
    "multi_external": _options,
    "checkboxes": _options,
    "files": _files,
}


def _label(request_type: RequestType | None, key: str) -> str:
    if key in _MENUS:
        return _MENUS[Block(key)]
    if key == TITLE:
        return TITLE_FIELD.label
    field = request_type.fields.get(key) if request_type else None
    return field.label if field else ""
