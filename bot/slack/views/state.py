"""What Slack says was typed, as answers, and what is wrong with them, as Slack shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.answers import Answer, Answers
from bot.domain.template import Field, RequestType

Json = dict[str, Any]
Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""`view.state.values`: block id → action id → value object."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen above the fields; None where the view did not ask."""

    request_type: str | None = None
    team: str | None = None
    tracker: str | None = None


def read_choices(values: Values) -> Choices:
    """Request type, team and tracker as chosen in a view."""
    raise NotImplementedError


def read_state(
    request_type: RequestType | None,
    values: Values,
    *,
    kept: Answers | None = None,
    names: Mapping[str, str] | None = None,
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
    raise NotImplementedError


def mentioned(values: Values) -> set[str]:
    """The ids of people, channels and groups that rich text in the view mentions."""
    raise NotImplementedError


def error_blocks(
    request_type: RequestType | None, problems: Mapping[str, str], view: Mapping[str, Any]
) -> dict[str, str]:
    """The `errors` of a `response_action`: block id → text, input blocks of that view only.

    Problems of fields that the view does not show stand at its first input, with the field's label.

    Args:
        request_type: for labels.
        problems: field id → sentence; `title`, `team`, `tracker` and `request_type` are known too, `""` is general.
        view: the view as Slack sent it.
    """
    raise NotImplementedError


def suggestions(field: Field, query: str) -> list[Json]:
    """The options of a menu with more than 100 of them that match what was typed; at most 100.

    The answer to block_suggestion is `{"options": suggestions(…)}`; `field_of(request_type, payload["block_id"])`
    finds the field.
    """
    raise NotImplementedError


def field_of(request_type: RequestType, block_id: str) -> Field | None:
    """The field that a block belongs to."""
    raise NotImplementedError


def deciding(request_type: RequestType) -> frozenset[str]:
    """The block ids of fields that others depend on (`when`): after a change there the form is drawn again."""
    raise NotImplementedError
