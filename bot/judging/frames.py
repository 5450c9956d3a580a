"""What the bot and its second process say to each other: one pickled value a frame, behind its length.

Nobody else can write to these pipes, so that nothing foreign is ever unpickled.
"""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.verdicts import Asked, TeamRules

LENGTH = 4
"""Bytes in front of each frame that tell its length, the highest first."""


@dataclass(frozen=True, slots=True)
class Question:
    """Tickets of one team.

    Attributes:
        team: its id.
        rules: by which they are judged; None for the same as the last time.
    """

    team: str
    rules: TeamRules | None
    tickets: Asked
    seen_at: datetime


def framed(value: Any) -> Sequence[bytes]:
    """A frame, in parts."""
    body = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(LENGTH), body


def unframed(body: bytes) -> Any:
    """The value of a frame, without its length."""
    return pickle.loads(body)  # noqa: S301 - see above
