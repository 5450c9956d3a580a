"""What a form's view carries in its private metadata: where it stands, never what somebody wrote."""

from dataclasses import dataclass
from typing import Any, Self

from bot.domain.request import Draft


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
        raise NotImplementedError

    def to_json(self) -> str:
        """At most 3,000 characters (vendors' limit of private_metadata)."""
        raise NotImplementedError

    @classmethod
    def parse(cls, private_metadata: str) -> Self:
        """What `to_json` made; anything else gives empty metadata."""
        raise NotImplementedError
