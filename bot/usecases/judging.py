"""Many tickets are judged, so that nobody who waits for the bot notices."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from typing import Protocol

from bot.domain.seen_ticket import SeenTicket
from bot.domain.verdicts import Asked, Verdicts

AT_A_STRETCH = 0.01
"""Seconds of judging after which others get their turn: a command is acknowledged in the midst of a page.

Not after every ticket: while pages are parsed in other threads, each turn of the loop may wait 5 ms for its next."""


class Judging(Protocol):
    """Judges tickets."""

    def in_bulk(self) -> AbstractAsyncContextManager[None]:
        """While it lasts, there may be thousands to judge."""
        ...

    async def seen(self, verdicts: Verdicts, tickets: Asked, seen_at: datetime) -> list[SeenTicket]:
        """What is kept of each of them, as `Verdicts.seen` says it.

        Args:
            verdicts: of the team.
            tickets: those that were read.
            seen_at: when.
        """
        ...


class Here:
    """One verdict after the other; others get their turn in between."""

    def in_bulk(self) -> AbstractAsyncContextManager[None]:
        """See the port."""
        return nullcontext()

    async def seen(self, verdicts: Verdicts, tickets: Asked, seen_at: datetime) -> list[SeenTicket]:
        """See the port."""
        judged: list[SeenTicket] = []
        since = time.monotonic()
        for ticket, requested in tickets:
            judged.append(verdicts.seen(ticket, requested, seen_at))
            if time.monotonic() - since > AT_A_STRETCH:
                await asyncio.sleep(0)
                since = time.monotonic()
        return judged
