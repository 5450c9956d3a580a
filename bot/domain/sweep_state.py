"""How far the sweep of a team has come in one tracker, as stored."""

from collections.abc import Mapping

from bot.domain.request import Model


class SweepState(Model):
    """Where the next sweep goes on.

    Attributes:
        cursor: changes since then are read next, in seconds since 1970; None before the first complete sweep.
        baseline: when the first complete sweep was; None before. Tickets that were there before open no alerts.
        swept_at: when the last complete sweep was.
        reconciled_at: when the ids were last compared.
        frozen: why nothing is called gone at the moment; empty if all is well.
        templates: request type → the hash of the version by which its tickets were last judged.
        failed_since: since when the tracker cannot be read; None while it can.
    """

    cursor: float | None = None
    baseline: float | None = None
    swept_at: float | None = None
    reconciled_at: float | None = None
    frozen: str = ""
    templates: Mapping[str, str] = {}
    failed_since: float | None = None
