"""The form: one modal, made from a request type and what is known of the answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.request import Draft
from bot.domain.template import RequestType


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
        announce_in: the channel that will hear of it, said before Submit; empty says nothing.
        resume: a form that was left half-filled and is offered again.
    """

    draft: Draft
    request_type: RequestType | None = None
    request_types: tuple[tuple[str, str, str], ...] = ()
    teams: tuple[tuple[str, str], ...] = ()
    trackers: tuple[tuple[str, str], ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    announce_in: str = ""
    resume: Draft | None = None


def form_view(form: Form) -> dict[str, Any]:
    """The modal as Slack takes it; the page shown is `form.draft.page`, or the last if there are fewer."""
    raise NotImplementedError


def unshowable(request_type: RequestType) -> list[str]:
    """Why Slack could not show this request type, one sentence each; empty if it can."""
    raise NotImplementedError
