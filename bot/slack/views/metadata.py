"""What a form's view carries in its private metadata: where it stands, never what somebody wrote."""

import json
from dataclasses import asdict, dataclass, fields, replace
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
    source: dict[str, Any] | None = None

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """What the view of a draft carries."""
        source = draft.source.model_dump(exclude={"text"}, exclude_defaults=True) if draft.source else None
        return cls(
            draft=draft.id,
            request_type=draft.request_type,
            template_hash=draft.template_hash,
            page=draft.page,
            team=draft.team,
            tracker=draft.tracker,
            channel=draft.channel,
            supersedes=draft.supersedes or "",
            source=source,
        )

    def to_json(self) -> str:
        """At most 3,000 characters; the author's name and the permalink give way first, the store has them too."""
        shown = self
        for droppable in ("author", "permalink"):
            text = json.dumps({name: value for name, value in asdict(shown).items() if value}, separators=(",", ":"))
            if len(text) <= LIMIT or not shown.source:
                return text
            shown = replace(shown, source={key: value for key, value in shown.source.items() if key != droppable})
        return json.dumps({name: value for name, value in asdict(shown).items() if value}, separators=(",", ":"))

    @classmethod
    def parse(cls, private_metadata: str) -> Self:
        """What `to_json` made; anything else gives empty metadata."""
        try:
            stored = json.loads(private_metadata)
        except ValueError:
            return cls()
        if not isinstance(stored, dict):
            return cls()
        kinds = {"page": int, "source": dict}
        known = {field.name: kinds.get(field.name, str) for field in fields(cls)}
        values: dict[str, Any] = {key: value for key, value in stored.items() if type(value) is known.get(key)}
        return cls(**values)
