"""The part of the store that remembers tickets and the messages about them; `Ports.tickets`."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal, Protocol

from bot.domain.alert_post import AlertPost
from bot.domain.glance import Glance
from bot.domain.replaced import Replaced
from bot.domain.seen_ticket import Tracked
from bot.domain.sweep_state import SweepState
from bot.domain.sync_post import StoredFeasibility, SyncPost

Which = Literal["asking", "open", "news", "counting", "all"]
"""`asking`: something is missing and nobody works on it yet; `open`: neither done nor gone; `news`: its requester may
have to be told something; `counting`: work began, and its comments are not counted yet."""
Change = Callable[[Mapping[str, Tracked]], Iterable[Tracked]]
"""From what is known (handle → ticket) to what is to be written. Quick, pure, and maybe called twice."""

Surveyed = tuple[Glance, Tracked | None]
"""A ticket at a glance, and as the agenda takes it if that was wanted."""

Wanted = Callable[[Glance], bool]
"""Whether a ticket is wanted. Quick and pure: it is asked in a reader's thread."""

AlertChange = Callable[[AlertPost | None], AlertPost | None]
"""From what is known of a message (None if nothing) to what is to be written (None for no change). May run twice."""

SyncChange = Callable[[SyncPost], SyncPost]
"""From what is known of a sync to what is to be written. Quick and pure."""


class TicketStore(Protocol):
    """Every method is durable when it returns; writing the same thing twice changes nothing."""

    async def find(self, handles: Collection[str]) -> dict[str, Tracked]:
        """Handle → ticket, for those that are known."""
        ...

    async def find_for_agenda(self, handles: Collection[str]) -> dict[str, Tracked]:
        """The same, each as the agenda takes it, see `agenda_ticket`."""
        ...

    async def change(self, handles: Collection[str], work: Change) -> list[Tracked]:
        """Read tickets, change them and write what comes back, in one transaction that nobody interrupts.

        A sweep and a person who presses Snooze may meet here: whoever comes second sees what the first has written.
        """
        ...

    def of_team(self, team: str, which: Which = "open") -> AsyncIterator[list[Tracked]]:
        """Pages of a team's tickets, by tracker and id."""
        ...

    def survey(self, team: str, wanted: Wanted) -> AsyncIterator[list[Surveyed]]:
        """All tickets of a team at a glance, page by page, and those that are wanted as the agenda takes them."""
        ...

    async def ids_of_team(self, team: str, tracker: str) -> dict[str, bool]:
        """Vendor's id → whether it is open, of a team's tickets in a tracker."""
        ...

    async def counts(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(team, tracker) → how many tickets are open, and how many of those lack something."""
        ...

    async def listed(self, team: str) -> int:
        """How many of a team's tickets lack something that nobody is asked for, see `Tracked.listed`."""
        ...

    async def of_requester(self, user: str, limit: int = 200) -> list[Tracked]:
        """The tickets of what a person requested in Slack, newest change first."""
        ...

    async def of_requests(self, request_ids: Collection[str]) -> dict[str, Tracked]:
        """Request id → its ticket, for those that were read."""
        ...

    async def alert(self, key: str) -> AlertPost | None: ...

    async def save_alert(self, post: AlertPost) -> None: ...

    async def change_alert(self, key: str, work: AlertChange) -> AlertPost | None:
        """Read a message, change it and write what comes back, in one transaction; what was written, if anything."""
        ...

    async def drop_alert(self, key: str) -> None:
        """Forget a message that was never posted."""
        ...

    async def alerts(self, team: str, since: datetime, *, open_only: bool = False) -> list[AlertPost]:
        """A team's messages posted since then, or about to be posted, oldest first."""
        ...

    async def sweep(self, team: str, tracker: str) -> SweepState:
        """How far the sweep has come; a new state before the first one."""
        ...

    async def save_sweep(self, team: str, tracker: str, state: SweepState) -> None: ...

    async def update_sweep(self, team: str, tracker: str, changes: Mapping[str, Any]) -> SweepState:
        """Change a part of the state, in one transaction: a sweep and a sync may note what they read at once."""
        ...

    async def rules_since(
        self, request_type: str, rules: Collection[tuple[str, str]], now: datetime
    ) -> dict[tuple[str, str], datetime]:
        """(section, rule) → since when it exists, as `alerting.alerting_gaps` wants it.

        Rules that are new exist since now; those of a request type that was never seen have always been there.
        """
        ...

    async def save_readiness(self, team: str, day: date, counts: Mapping[str, float]) -> None:
        """How ready a team's tickets are on a day; a later word on the same day replaces it."""
        ...

    async def readiness(self, team: str, since: date) -> dict[date, dict[str, float]]:
        """Day → counts, for the days on which somebody looked."""
        ...

    async def save_replaced(self, kept: Replaced) -> None: ...

    async def replaced(self, replaced_id: str) -> Replaced | None: ...

    async def set_personal(self, slack_team: str, user: str, name: str, value: str) -> None:
        """What a person chose for themselves."""
        ...

    async def personal(self, slack_team: str, user: str, name: str) -> str:
        """What a person chose for themselves; empty if nothing."""
        ...


class SyncStore(Protocol):
    """The part of the store that remembers weekly syncs; `Ports.syncs`. Every method is durable when it returns."""

    async def post(self, key: str) -> SyncPost | None: ...

    async def save_post(self, post: SyncPost) -> None: ...

    async def change_post(self, key: str, work: SyncChange) -> SyncPost | None:
        """Change a sync that is there, with nothing written in between; what was written, None if it is not there."""
        ...

    async def latest(self, team: str, *, before: date | None = None) -> SyncPost | None:
        """The newest sync of a team that was posted, earlier than a day."""
        ...

    async def first_day(self, team: str, day: date) -> date:
        """The day from which a team's weeks are counted: this one, if none was noted before."""
        ...

    async def say_feasibility(self, handle: str, said: StoredFeasibility) -> None:
        """What a developer says of an initiative; a later word replaces an earlier one."""
        ...

    async def feasibility(self, handles: Collection[str]) -> dict[str, StoredFeasibility]: ...
