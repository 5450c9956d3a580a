"""What people say and do in a sync, as far as a tracker has to take it: stored first, then written, once.

A word on feasibility stands beside its line at once, whatever the tracker says, and what was decided in the thread.
"""

from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from adapters.base import TicketChange
from adapters.document import Document, Paragraph, Text, document
from adapters.errors import NotFound
from bot.domain.agenda_items import Verdict
from bot.domain.errors import NotStored
from bot.domain.messages import Notice, ToPerson
from bot.domain.request import Model
from bot.domain.seen_ticket import parse_handle
from bot.domain.sync_post import StoredFeasibility
from bot.usecases.note_tickets import read_again
from bot.usecases.own_comments import SKEW, comment_as_bot
from bot.usecases.ports import Jobs, Ports, Team
from bot.usecases.post_sync import refresh_sync
from bot.usecases.posting import Told, post_once, told
from bot.usecases.sync_actions import tell_closed, tell_further, ticket_of
from bot.usecases.written import GONE, note_end, note_wait, outcome_of

JOB = "sync-word"
"""The kind of job behind each of them."""
What = Literal["feasibility", "done", "reassign", "closed"]
SAID: Mapping[Verdict, str] = {"fine": "fine", "fine_if": "fine if …", "not_like_this": "not like this"}
SAFE: Mapping[What, str] = {
    "feasibility": "Your word on “{title}” stands in the sync, and is kept for the ticket",
    "done": "That “{title}” is done is kept",
    "reassign": "The new owner of “{title}” is kept",
    "closed": "What was decided is kept",
}
THERE: Mapping[What, str] = {
    "feasibility": "Your word on “{title}” is on the ticket now.",
    "done": "“{title}” is set to done now.",
    "reassign": "“{title}” has its new owner now.",
    "closed": "What was decided stands in the thread now.",
}


class SyncWord(Model):
    """What somebody said or did.

    Attributes:
        view_id: the view that it was typed in, or the moment of the press; names it.
        team: the id of the team.
        user: their Slack id.
        at: when, in seconds since 1970.
        sync: the key of the sync.
        handle: of the ticket that it is about; empty for none.
        title: of that ticket.
        text: a sentence, or what was decided; user text.
        to: the Slack id of a new owner.
        told: whether they were told that it takes longer; an earlier version did so before it stored Done and Reassign.
    """

    slack_team: str
    view_id: str
    team: str
    user: str
    what: What
    at: float
    sync: str = ""
    handle: str = ""
    title: str = ""
    verdict: Verdict = "fine"
    text: str = ""
    to: str = ""
    told: bool = False

    @property
    def key(self) -> str:
        """The id of its durable workflow."""
        return f"{JOB}:{self.slack_team}:{self.view_id}"

    @property
    def tracker(self) -> str:
        """The tracker that has to take it; empty for none."""
        return parse_handle(self.handle)[0] if self.handle else ""


async def hand_in_word(ports: Ports, jobs: Jobs, word: SyncWord) -> NotStored | None:
    """Store it for good; None if it is stored. Handing in the same view twice stores it once.

    Args:
        ports: the world.
        jobs: the durable engine.
        word: what was said; the title of its ticket is added.
    """
    known = (await ports.tickets.find([word.handle])).get(word.handle) if word.handle else None
    if known is not None and not word.title:
        ticket = known.ticket
        word = word.model_copy(update={"title": ticket.key if ticket.restricted else ticket.title})
    try:
        await jobs.submit(JOB, word.key, word.model_dump(mode="json"))
    except NotStored as error:
        return error
    return None


async def keep_word(ports: Ports, word: SyncWord) -> None:
    """What has its place here, whatever becomes of the tracker; what was decided is written down once."""
    if word.what == "feasibility":
        earlier = (await ports.syncs.feasibility([word.handle])).get(word.handle)
        if earlier is None or earlier.at <= word.at:
            await ports.syncs.say_feasibility(word.handle, _stored(word))
    elif word.what == "closed":
        said = (word.key, word.user, word.at, word.text)
        await ports.syncs.change_post(word.sync, lambda post: post.closed_with(*said))


async def show_word(ports: Ports, word: SyncWord) -> dict[str, Any]:
    """In the message in which it was said, and in the newest one, if that is another."""
    team, waits = ports.teams.get(word.team), []
    if team is not None:
        newest = await ports.syncs.latest(team.id)
        for key in sorted({word.sync, newest.key if newest else ""} - {""}):
            heard = await refresh_sync(ports, team, key=key)
            waits += [heard["retry_after"]] if heard["retry_after"] is not None else []
    return {"retry_after": max(waits, default=None)}


async def close_with_word(ports: Ports, word: SyncWord, may_exist: bool) -> Told:
    """The summary in the thread, and the message without its buttons; of a later form what it adds, if anything."""
    team, post = ports.teams.get(word.team), await ports.syncs.post(word.sync)
    if team is None or post is None or not post.ts:
        return told()
    if post.was_closed_with(word.key, word.user, word.at):
        return await tell_closed(ports, team, post, may_exist)
    added = next((one for one in post.further if one.key == word.key), None)
    return await tell_further(ports, post, added, may_exist) if added else told()


async def say_kept(ports: Ports, word: SyncWord, fix: str, may_exist: bool) -> Told:
    """To whoever closed a sync: its thread cannot be posted to, and what has to be done about that."""
    said = f"{SAFE[word.what]}: I cannot post it to the thread now. {fix} I try again by myself."
    return await post_once(ports, f"{word.key}:kept", ToPerson(word.user), Notice(said), may_exist=may_exist)


async def write_word(ports: Ports, word: SyncWord, may_exist: bool) -> dict[str, Any]:
    """Write it into the tracker, once: with `may_exist` a comment is looked for first.

    Returns:
        See `written.outcome_of`.
    """
    team = ports.teams.get(word.team)
    if team is None or word.tracker not in team.trackers:
        return {
            "outcome": "refused",
            "after": None,
            "unsure": False,
            "reason": "The team does not work there any more.",
        }
    return await outcome_of(_written(ports, team, word, may_exist), word.tracker)


async def note_word_delay(ports: Ports, word: SyncWord, outcome: dict[str, Any], may_exist: bool) -> Told:
    """Told once: to the person that it is safe, to the operators what they have to mend."""
    safe = SAFE[word.what].format(title=word.title)
    return await note_wait(ports, word.tracker, word.key, word.user, safe, outcome, may_exist)


async def confirm_word(ports: Ports, word: SyncWord, trouble: str, may_exist: bool) -> Told:
    """To somebody who was told that it takes longer."""
    there = THERE[word.what].format(title=word.title)
    return await note_end(ports, word.tracker, word.key, word.user, there, trouble, may_exist)


async def give_word_back(ports: Ports, word: SyncWord, reason: str, may_exist: bool) -> Told:
    """It cannot be written: the person hears why, and gets their words back or the way to do it themselves."""
    said = f"{ports.trackers.title(word.tracker)} did not take it for “{word.title}”: {reason.rstrip('.')}."
    known = (await ports.tickets.find([word.handle])).get(word.handle)
    if word.what == "feasibility":
        said += f" Your word stands in the sync: {SAID[word.verdict]} {word.text}".rstrip()
    elif known is not None and reason != GONE:
        said += f" Please do it there: {known.ticket.url}"
    return await post_once(ports, f"{word.key}:refused", ToPerson(word.user), Notice(said), may_exist=may_exist)


def _written(ports: Ports, team: Team, word: SyncWord, may_exist: bool) -> Awaitable[object]:
    return _commented(ports, word, may_exist) if word.what == "feasibility" else _changed(ports, team, word)


async def _commented(ports: Ports, word: SyncWord, may_exist: bool) -> None:
    known = (await ports.tickets.find([word.handle])).get(word.handle)
    if known is None:
        return  # it was moved or deleted since, and whoever has it now knows nothing of the sync
    name = (await ports.people.requester(word.user)).name
    since = datetime.fromtimestamp(word.at, UTC) - SKEW if may_exist else None
    await comment_as_bot(ports, known.ticket.ref, _comment(word, name), word.key, since)


async def _changed(ports: Ports, team: Team, word: SyncWord) -> None:
    """Again and again the same: who did it meanwhile has done no other."""
    if (known := await ticket_of(ports, team, word.handle)) is None:
        raise NotFound(word.tracker, "update", "it was moved or deleted since")
    change = TicketChange(state="done", team=team.trackers[word.tracker])
    if word.what == "reassign":
        person = await ports.people.in_tracker(word.to, word.tracker)
        change = TicketChange(assignee=person, team=team.trackers[word.tracker])
    await ports.trackers.get(word.tracker).update(known.ticket.ref, change)
    await read_again(ports, team, [word.handle])


def _stored(word: SyncWord) -> StoredFeasibility:
    return StoredFeasibility(verdict=word.verdict, sentence=word.text, by=word.user, at=word.at)


def _comment(word: SyncWord, name: str) -> Document:
    sentence = f" {word.text}" if word.text else ""
    strong: frozenset[Any] = frozenset({"strong"})
    said = f"{SAID[word.verdict]}{sentence} ({name}, from Slack)"
    return document(Paragraph((Text("Feasibility: ", strong), Text(said))))
