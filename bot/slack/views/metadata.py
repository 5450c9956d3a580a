"""What a form's view carries in its private metadata: where it stands, never what somebody wrote."""

import json
from dataclasses import dataclass, fields
from typing import Any, Self

from bot.domain.request import Draft

LIMIT = 3000
"""Characters that Slack takes as private metadata."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where a form stands.

    Attributes:
        draft: the draft's id; empty in the very first view of a form, whose draft is named after the view itself.
        request_type: the type's key, empty while none is chosen.
        template_hash: the version of it that the view shows.
        page: counted from 0.
        channel: where the form was opened.
        supersedes: the failed request that this form replaces.
        suggested: the suggestions were shown.
        source: the Slack message that the form was made from, without its text: channel, ts, thread_ts, author,
            permalink.
    """

    draft: str = ""
    request_type: str = ""
    template_hash: str = ""
    page: int = 0
    team: str = ""
    tracker: str = ""
    channel: str = ""
    supersedes: str = ""
    suggested: bool = False
    source: dict[str, Any] | None = None

    @classmethod
    def of(cls, draft: Draft, page: int | None = None) -> Self:
        """What the view of a draft carries; the page is the draft's unless another is shown."""
        source = draft.source.model_dump(exclude={"text"}, exclude_defaults=True) if draft.source else None
        return cls(
            draft=draft.id,
            request_type=draft.request_type,
            template_hash=draft.template_hash,
            page=draft.page if page is None else page,
            team=draft.team,
            tracker=draft.tracker,
            channel=draft.channel,
            supersedes=draft.supersedes or "",
            suggested=draft.suggested,
            source=source,
        )

    def to_json(self) -> str:
        """At most 3,000 characters; the author's name and the permalink give way first, the store has them too."""
        values = {name: value for name in _NAMES if (value := getattr(self, name))}
        text = json.dumps(values, separators=(",", ":"))
        source = dict(self.source or {})
        for droppable in ("author", "permalink"):
            if len(text) > LIMIT and source:
                source.pop(droppable, None)
                text = json.dumps(values | {"source": source}, separators=(",", ":"))
        return text

    @classmethod
    def parse(cls, private_metadata: str) -> Self:
        """What `to_json` made; anything else gives empty metadata."""
        try:
            stored = json.loads(private_metadata)
        except ValueError:
            return cls()
        if not isinstance(stored, dict):
            return cls()
        kinds = {"page": int, "suggested": bool, "source": dict}
        known = {name: kinds.get(name, str) for name in _NAMES}
        values: dict[str, Any] = {key: value for key, value in stored.items() if type(value) is known.get(key)}
        return cls(**values)


_NAMES = tuple(field.name for field in fields(Metadata))
