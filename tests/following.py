"""A request that became a ticket, and the world around it: for tests of what its requester hears later."""

from datetime import timedelta
from typing import Any

from adapters.base import Person, TicketRef
from bot.domain.messages import Posted
from bot.domain.plain_text import from_plain
from bot.domain.request import TicketLink
from bot.usecases.file_request import create_or_find, finish, record
from bot.usecases.note_tickets import read_again
from tests.fake_world import TEAM, World, a_submission

JON = Person("Jon Example", "jon@example.com", "jon")


async def filed(world: World, request_id: str = "V1", *, user: str = "U1", **changes: Any) -> TicketLink:
    """A request that was filed and announced in the team's channel."""
    who = {"id": user, "name": "Mara Example"}
    submission = a_submission(request_id, requester=who, submitted_at=world.clock.now().timestamp(), **changes)
    await record(world.ports, submission)
    link = TicketLink(**(await create_or_find(world.ports, submission, False))["ticket"])
    await finish(world.ports, submission, "created", link, "")
    await world.store.record_post(f"announce:{request_id}", Posted(TEAM.channel, f"root-{request_id}"))
    world.clock.time += timedelta(minutes=1)
    return link


def ref_of(link: TicketLink) -> TicketRef:
    """The ticket as trackers name it."""
    return TicketRef(link.tracker, link.id, link.key, link.url)


async def swept(world: World, *links: TicketLink) -> None:
    """The tickets are read again, as a sweep would, some minutes later."""
    world.clock.time += timedelta(minutes=5)
    await read_again(world.ports, TEAM, [f"{link.tracker}:{link.id}" for link in links])


def say(world: World, link: TicketLink, text: str, author: Person = JON, *, public: bool = True) -> None:
    """Somebody comments on a ticket in the tracker, a minute later."""
    world.clock.time += timedelta(minutes=1)
    world.tracker.say(ref_of(link), author, from_plain(text), public=public)
