"""What somebody wants written into a tracker, which may be away: what became of a try, and who hears that it waits."""

from collections.abc import Awaitable
from typing import Any

from adapters.errors import Ambiguous, Misconfigured, NotFound, NotSent, Rejected, Throttled, TrackerError
from bot.domain.messages import Notice, OpsNotice, ToPerson
from bot.usecases.file_request import outage_key, pause_after
from bot.usecases.ports import Ports
from bot.usecases.posting import Told, post_once, tell_operators

GONE = "The ticket is not there any more."
"""Why something cannot be written, and nobody else could write it either."""


async def outcome_of(work: Awaitable[object], tracker: str) -> dict[str, Any]:
    """Try it, as JSON types, since a workflow stores them between its steps.

    Returns:
        `outcome` (written, later, parked, refused), `after` in seconds (None: the workflow's own back-off), `unsure`
        (whether it may have been written after all) and `reason` in plain words.
    """
    try:
        await work
    except Throttled as error:
        return _outcome("later", after=error.after)
    except NotSent:
        return _outcome("later")
    except Ambiguous as error:
        return _outcome("later", after=pause_after(error, 0.0) or None, unsure=True)
    except Misconfigured as error:
        return _outcome("parked", reason=error.fix or error.reason)
    except KeyError:
        return _outcome("parked", reason=f"Set the environment variables of {tracker}.")
    except NotFound:
        return _outcome("refused", reason=GONE)
    except Rejected as error:
        return _outcome("refused", reason=" ".join(error.fields.values()) or error.reason)
    except TrackerError as error:
        return _outcome("refused", reason=error.reason)
    return _outcome("written")


async def note_wait(
    ports: Ports, tracker: str, key: str, user: str, safe: str, outcome: dict[str, Any], may_exist: bool
) -> Told:
    """Told once: to the person that it is safe, to the operators what they have to mend.

    Args:
        ports: the world.
        tracker: its name.
        key: of what is to be written.
        user: who waits for it.
        safe: what is safe, as the beginning of a sentence.
        outcome: of the try, see `outcome_of`.
        may_exist: whether an earlier try to say so may have arrived.
    """
    parked, title = outcome["outcome"] == "parked", ports.trackers.title(tracker)
    why = "cannot take it until a setting is mended" if parked else "does not answer at the moment"
    message = Notice(f"{safe}: {title} {why}. It is added by itself as soon as that works again.")
    told = await post_once(ports, f"{key}:delayed", ToPerson(user), message, may_exist=may_exist)
    reason = str(outcome["reason"])
    headline = f"{title} does not take what is written to it: something has to be mended."
    fix = reason if parked else "Replies and requests are kept and written as soon as it answers again."
    notice = OpsNotice(headline if parked else f"{title} is away.", fix)
    trouble = outage_key(tracker, reason if parked else "")
    heard = await tell_operators(ports, trouble, f"ops:{key}:{outcome['outcome']}", notice)
    return told if heard["retry_after"] is None else heard


async def note_end(ports: Ports, tracker: str, key: str, user: str, there: str, trouble: str, may_exist: bool) -> Told:
    """To somebody who was told that it takes longer: now it is there. The same trouble may be reported again."""
    await ports.store.forget(outage_key(tracker, trouble))
    return await post_once(ports, f"{key}:written", ToPerson(user), Notice(there), may_exist=may_exist)


def _outcome(outcome: str, *, after: float | None = None, unsure: bool = False, reason: str = "") -> dict[str, Any]:
    return {"outcome": outcome, "after": after, "unsure": unsure, "reason": reason}
