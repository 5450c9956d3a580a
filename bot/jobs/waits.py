"""How long jobs wait before they try again; tests make it short."""

import hashlib
from dataclasses import dataclass

from bot.usecases.post_sync import READ_WITHIN


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds, unless said otherwise.

    Attributes:
        first: before the first retry; it doubles from there.
        longest: between two tries, however long the trouble lasts.
        parked: between two tries of what an operator has to mend.
        look: the longest between two looks for a ticket that the tracker may be making still.
        in_place: a wait up to this long is made without leaving the queue.
        in_place_rounds: so many of those in one run.
        unreachable: the longest between two looks at a channel that cannot be posted to.
        give_up_posts: the sum of waits after which a message is given up.
        file_rounds: tries of a file before the requester is told that it is missing.
        link_rounds: tries of the link from the ticket back to Slack.
        reading: the longest that a sync waits for its trackers to be read; not scaled.
        scale: all waits are multiplied by it; 0 removes them.
    """

    first: float = 1.0
    longest: float = 900.0
    parked: float = 900.0
    look: float = 30.0
    in_place: float = 3.0
    in_place_rounds: int = 3
    unreachable: float = 3600.0
    give_up_posts: float = 30 * 86_400.0
    file_rounds: int = 11
    link_rounds: int = 11
    reading: float = READ_WITHIN
    scale: float = 1.0

    def backoff(self, seed: str, tries: int, longest: float | None = None) -> float:
        """Before the next try: doubling, capped, and jittered so that those who failed together do not return together.

        The jitter comes from the seed: the same run, replayed, waits the same.
        """
        cap = longest or self.longest
        return min(cap, self.first * 2.0 ** min(tries, 30)) * (0.75 + 0.25 * _chance(f"{seed}:{tries}"))


def _chance(seed: str) -> float:
    return int.from_bytes(hashlib.blake2s(seed.encode(), digest_size=4).digest()) / 2**32
