"""Bringing an issue into another status, by the steps that its workflow offers."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.base import TicketRef
from adapters.errors import Rejected, Unsupported
from adapters.jira.client import JiraClient, path_part
from adapters.jira.settings import NAME
from adapters.jira.values import CATEGORIES

FINISHED = (
    *("done", "fixed", "resolved", "completed", "complete", "closed"),
    *("erledigt", "fertig", "behoben", "gelöst", "abgeschlossen", "geschlossen"),
    *("terminé", "terminée", "terminé(e)", "corrigé", "résolu", "résolue", "fermé", "fermée"),
)
"""Names of resolutions and statuses that say no more than that the work was done, the best of a language first."""
GIVEN_UP = re.compile(
    r"\b(?:won[’']?t|wont|will not|not (?:needed|doing|planned|reproducible|an? )|reject|declin|cancel|duplicat|invalid"
    r"|abandon|obsolete|discard|dropped|abgelehnt|verworfen|abgebrochen|storniert|annul|rechaz|refus"
    r"|nicht |duplikat|ungültig|hinfällig|ne sera pas|doublon|rejet)",
    re.IGNORECASE,
)
"""Names of steps and statuses of the category "done" by which nothing was done."""
Json = Mapping[str, Any]


async def move(client: JiraClient, ref: TicketRef, state: str) -> None:
    """Bring an issue into a status, by its name, its category, or the name of a step.

    Of several steps one to a status called "Done" or so is taken, of these one without questions. A step by which the
    work is given up is taken only if its status is named. A resolution is given if that is all that is asked for.

    Raises:
        Rejected: there is no such step from where the issue stands.
        Unsupported: every such step asks for something that only a person can say.
    """
    path = f"issue/{path_part(ref.id)}"
    status = ((await client.issue("update", ref.id, ["status"])).get("fields") or {}).get("status") or {}
    if state.casefold() in _names(status):
        return
    answer = await client.read("update", f"{path}/transitions", expand="transitions.fields")
    steps = [step for step in answer.get("transitions") or () if isinstance(step, dict)]
    wanted = [step for step in steps if state.casefold() in _names(step.get("to") or {})]
    wanted += [step for step in steps if str(step.get("name", "")).casefold() == state.casefold()]
    if not wanted:
        offered = ", ".join(str((step.get("to") or {}).get("name")) for step in steps) or "nowhere"
        reason = f"From {status.get('name')} the ticket can go to: {offered}."
        raise Rejected(NAME, "update", f"no way to the status {state!r}", None, {"Status": reason})
    step = _best(wanted, state.casefold())
    fields = await _answers(client, ref, step)
    body: dict[str, Any] = {"transition": {"id": str(step.get("id"))}} | ({"fields": fields} if fields else {})
    try:
        await client.write("update", "POST", f"{path}/transitions", body)
    except Rejected as error:  # a rule of the workflow that no screen tells of
        raise Unsupported(NAME, "update", f"{_told(step)}: {error.reason}", error.status) from error


def _best(steps: Sequence[Json], state: str) -> Json:
    """The step that says what is meant and asks for least.

    Raises:
        Unsupported: by all of them the work is given up, and that was not asked for.
    """
    meant = [step for step in steps if state in _called(step) or not any(map(GIVEN_UP.search, _called(step)))]
    if not meant:
        raise Unsupported(NAME, "update", f"{_told(steps[0])} than that: no other step leads to the end from here")
    return min(meant, key=lambda step: (not _called(step) & {state, *FINISHED}, len(_asked(step))))


def _called(step: Json) -> set[str]:
    """The names of a step, and of the status that it leads to."""
    return {str(named.get("name", "")).casefold() for named in (step, step.get("to") or {})}


async def _answers(client: JiraClient, ref: TicketRef, step: Json) -> dict[str, Any]:
    """What a step's required fields are filled with, apart from those that the issue has already.

    Raises:
        Unsupported: that takes a person.
    """
    asked = _asked(step)
    answers = {}
    if resolution := _resolution(asked.get("resolution") or {}):
        answers["resolution"] = resolution
    open_ = [identity for identity in asked if identity not in answers]
    if open_:
        known = (await client.issue("update", ref.id, open_)).get("fields") or {}
        missing = [str(asked[identity].get("name") or identity) for identity in open_ if not known.get(identity)]
        if missing:
            raise Unsupported(NAME, "update", f"{_told(step)}: {', '.join(missing)}")
    return answers


def _asked(step: Json) -> dict[str, Json]:
    """The fields without which a step cannot be taken, by id."""
    fields = step.get("fields")
    found = {str(identity): meta for identity, meta in fields.items()} if isinstance(fields, dict) else {}
    return {
        identity: meta
        for identity, meta in found.items()
        if isinstance(meta, dict) and meta.get("required") and not meta.get("hasDefaultValue")
    }


def _resolution(meta: Json) -> dict[str, str] | None:
    """The one that says that the work was done."""
    allowed = meta.get("allowedValues")
    known = [entry for entry in allowed if isinstance(entry, dict)] if isinstance(allowed, list) else []
    by_name = {str(entry.get("name", "")).casefold(): str(entry.get("id")) for entry in known}
    return next(({"id": by_name[name]} for name in FINISHED if name in by_name), None)


def _told(step: Json) -> str:
    return f"Jira asks for more before a ticket is {(step.get('to') or {}).get('name') or step.get('name')}"


def _names(status: Json) -> set[str]:
    """A status by its name and by our word for its category."""
    category = CATEGORIES.get(str((status.get("statusCategory") or {}).get("key")))
    return {str(status.get("name", "")).casefold()} | ({category} if category else set())
