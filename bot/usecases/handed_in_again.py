"""A refused request has one successor: of two forms that came back for it, the one that was handed in first counts."""

from dataclasses import dataclass

from bot.domain.draft import full_text
from bot.domain.messages import HandedInAlready
from bot.domain.request import Request, State, Submission
from bot.usecases.file_request import text_for_people
from bot.usecases.ports import Ports
from bot.usecases.tell import show_in_view, summary

LATEST = 50
"""Requests of a person among which the successor is looked for."""
BEST: tuple[State, ...] = ("created", "received", "waiting", "parked", "rejected")
"""Of several successors the one that has come furthest."""


@dataclass(frozen=True, slots=True)
class Successor:
    """What became of a refused request.

    Attributes:
        request: the one that took its place, or itself where that is not known any more.
        taken: it has a ticket or gets one: the refused request is not to be handed in once more.
    """

    request: Request
    taken: bool


async def successor_of(ports: Ports, request_id: str) -> Successor | None:
    """What became of a request that was refused; None if it was not handed in again, or is not known."""
    refused = await ports.store.request(request_id)
    if refused is None or refused.state not in {"superseded", "created"}:
        return None
    if refused.state == "created":
        return Successor(refused, taken=True)
    line, found = {request_id}, [refused]
    for later in reversed(await ports.store.requests(user=refused.submission.requester.id, limit=LATEST)):
        if later.submission.supersedes in line:
            line.add(later.submission.request_id)
            found.append(later)
    best = next((one for state in BEST for one in found if one.state == state), refused)
    return Successor(best, taken=best.state != "rejected")


def already(
    ports: Ports, request: Request, submission: Submission | None = None, text: str | None = None
) -> HandedInAlready:
    """To somebody who hands it in once more: where it is, and their words if they are others.

    Args:
        ports: the world.
        request: the one that counts.
        submission: what they handed in.
        text: all of that in words, where there was time to ask who the people in it are.
    """
    known = request.submission
    about = summary(ports, known, request.ticket.model_dump() if request.ticket else None)
    same = submission is None or (submission.answers, submission.template) == (known.answers, known.template)
    return HandedInAlready(about, "" if submission is None or same else text or full_text(submission))


async def show_superseded(ports: Ports, submission: Submission) -> None:
    """In the window of a form that was handed in at the same moment as another: the other one counts."""
    successor = await successor_of(ports, submission.supersedes or submission.request_id)
    if successor:
        text = await text_for_people(ports, submission)
        await show_in_view(ports, submission.view_id, already(ports, successor.request, submission, text))
