"""How far the sweep of a team has come in one tracker, as stored."""

from collections.abc import Mapping
from typing import Literal

from bot.domain.request import Model


class SweepState(Model):
    """Where the next sweep goes on.

    Attributes:
        cursor: changes since then are read next, in seconds since 1970; None before the first complete sweep.
        baseline: when the first complete sweep was; None before. Tickets that were there before open no alerts.
        swept_at: when the last complete sweep was.
        reconciled_at: when the ids were last compared.
        frozen: why nothing is called gone at the moment: the tracker says that there is no such project, or none for us
            (`unreadable`), or many tickets were missing at once (`vanished`). Empty if all is well.
        missing: vendor's ids of tickets that were not found once; they are looked for again.
        templates: request type → the hash of the version by which its tickets were last judged.
        judged_by: a digest of the checks by which tickets were last judged, see `verdicts.TeamRules`.
        incomplete: request type → how many of its tickets are incomplete since its template or the checks changed, if
            the last sweep found them changed.
        reads: a digest of the scopes and checks that the last sweep went by.
        failed_since: since when the tracker cannot be read; None while it can.
        failure: what is to be done about that, or what the tracker said, in words for operators.
        told: what the operators know of and have not heard the end of: what it is about → the key of that message.
    """

    cursor: float | None = None
    baseline: float | None = None
    swept_at: float | None = None
    reconciled_at: float | None = None
    frozen: Literal["", "unreadable", "vanished"] = ""
    missing: tuple[str, ...] = ()
    templates: Mapping[str, str] = {}
    judged_by: str = ""
    incomplete: Mapping[str, int] = {}
    reads: str = ""
    failed_since: float | None = None
    failure: str = ""
    told: Mapping[str, str] = {}
