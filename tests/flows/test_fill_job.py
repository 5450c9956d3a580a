"""The job behind Fill in, on a simulated engine: written once whatever happens, and nothing of anybody's is lost."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Ticket, TicketChange
from adapters.document import Document, Opaque, from_json, text_of
from adapters.errors import Ambiguous, Misconfigured, NotSent, Rejected, Throttled
from bot.domain.fill_messages import KeptForLater, NotWritten, Written
from bot.domain.filling import Edit, Filling, draft_id
from bot.domain.messages import OpsNotice
from bot.domain.request import Requester
from bot.domain.section_names import SectionNames
from bot.domain.section_place import place_of
from bot.domain.template import Attributes, Field, RequestType, TrackerChoice
from bot.jobs.fill import Mending
from bot.store.sql_store import SqlStore
from bot.usecases.fill_gaps import Stored, hand_in
from bot.usecases.look_at_ticket import NOT_YOURS, Refused
from bot.usecases.note_tickets import note_tickets
from bot.usecases.restore import ChangedSince, restore
from tests.alert_world import KIND, AlertWorld
from tests.databases import new_sqlite_database
from tests.simulated_engine import SimulatedEngine
from tests.slack_desk import KeptJobs

CRITERIA = "The price is shown\nThe button orders"
SAID = "Filled in by Mara Example from Slack: Acceptance criteria"
DAY = 86_400.0
FILES = Field(type="files", id="pictures", attributes=Attributes(label="Pictures"))
OWNER = Field(type="person", id="assignee", attributes=Attributes(label="Owner"))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[AlertWorld]:
    store = SqlStore.open(new_sqlite_database(tmp_path))
    made = AlertWorld(store)
    await made.swept_before()
    yield made
    store.close()


@pytest.fixture
def engine(world: AlertWorld) -> SimulatedEngine:
    return an_engine(world)


def an_engine(world: AlertWorld, **kill: Any) -> SimulatedEngine:
    return SimulatedEngine(world, job=Mending, **kill)


async def a_filling(world: AlertWorld, handle: str, *, form: str = "V9", **answers: Any) -> Filling:
    """What Mara hands in; sections with the digest of what stands there now."""
    tracked = (await world.ports.tickets.find([handle]))[handle]
    text = ticket_of(world, handle).document
    names = SectionNames(KIND)
    edits = tuple(
        Edit(section=key, answer=answer, seen=place_of(text, names, key).digest) for key, answer in answers.items()
    )
    return Filling(
        form=form,
        slack_team="T1",
        team="web",
        ticket={name: getattr(tracked.ticket, name) for name in ("tracker", "id", "key", "url")},
        template=KIND.to_json(),
        by=Requester(id="U0MARA", name="mara"),
        edits=edits,
        view_id=form,
        submitted_at=world.clock.now().timestamp(),
    )


def ticket_of(world: AlertWorld, handle: str) -> Ticket:
    return next(one for one in world.tracker.tickets if f"memory:{one.ref.id}" == handle)


def standing(world: AlertWorld, handle: str, section: str) -> str:
    return place_of(ticket_of(world, handle).document, SectionNames(KIND), section).text


async def comments(world: AlertWorld, handle: str) -> list[str]:
    return [text_of(one.body) for one in await world.tracker.comments(ticket_of(world, handle).ref)]


async def asked(world: AlertWorld, **sections: Any) -> str:
    """A ticket that lacks criteria, and that the channel was asked about."""
    handle = await world.file(1, **({"user_story": "As a visitor, I want a page, so that I can order."} | sections))
    await world.look()
    world.clock.time += timedelta(days=1)
    await world.sweep()
    return handle


async def test_what_was_typed_stands_in_the_ticket(world: AlertWorld, engine: SimulatedEngine) -> None:
    """Read, written, read again; the alert is edited, the ticket says who, the person hears what is still missing."""
    handle = await asked(world)
    filling = await a_filling(world, handle, acceptance_criteria=CRITERIA)
    world.tracker.calls.clear()

    assert await engine.finish(filling) == {"state": "written"}

    assert standing(world, handle, "acceptance_criteria") == "- The price is shown\n- The button orders"
    assert await comments(world, handle) == [SAID]
    assert {name: world.tracker.calls[name] for name in ("get", "update", "comment")} == {
        "get": 2,
        "update": 1,
        "comment": 1,
    }
    said = world.slack.messages["fill:V9"]
    assert isinstance(said, Written)
    assert [gap.section for gap in said.gaps or ()] == ["goal"]
    assert len(world.slack.edits) == 1
    names = ("begin", "write", "look", "refresh", "show", "who", "settle", "tell")
    assert engine.steps == [f"fill.{name}" for name in names]


async def test_the_last_piece_turns_the_alert_green(world: AlertWorld, engine: SimulatedEngine) -> None:
    """Once nothing is missing, the channel's message says ready and the person hears it, too."""
    handle = await asked(world, goal="5 % more orders by March")

    await engine.finish(await a_filling(world, handle, acceptance_criteria=CRITERIA))

    [(_, edited)] = world.slack.edits
    assert [line.state for line in edited.lines] == ["ready"]
    said = world.slack.messages["fill:V9"]
    assert isinstance(said, Written)
    assert said.gaps == ()


async def test_a_tracker_that_is_down_for_three_days(world: AlertWorld, engine: SimulatedEngine) -> None:
    """The person hears once that the text is safe, the operators once of the outage; then it stands there."""
    handle = await asked(world)
    filling = await a_filling(world, handle, acceptance_criteria=CRITERIA)
    start, before = world.clock.now(), len(world.slack.posts)

    def down_for_three_days() -> None:
        world.tracker._failures.clear()
        if (world.clock.now() - start).total_seconds() < 3 * DAY:
            world.tracker.fail_next("get", NotSent("memory", "get", "no connection"), times=9)

    engine.before_run = down_for_three_days

    assert await engine.finish(filling) == {"state": "written"}

    assert standing(world, handle, "acceptance_criteria")
    kinds = [(where, kind) for _, where, kind in world.slack.posts[before:]]
    assert kinds == [("U0MARA", "KeptForLater"), ("C0OPS", "OpsNotice"), ("U0MARA", "Written")]


async def test_an_expired_token_parks_it(world: AlertWorld, engine: SimulatedEngine) -> None:
    """What an operator must mend is named to them, and the person knows that the text is safe."""
    handle = await asked(world)
    filling = await a_filling(world, handle, acceptance_criteria=CRITERIA)
    expired = Misconfigured("memory", "update", "401", 401, fix="Make a new token.")
    world.tracker.fail_next("update", expired, times=2)

    await engine.finish(filling)

    kept = world.slack.messages["fill:parked:V9"]
    assert isinstance(kept, KeptForLater)
    assert kept.why == "parked"
    assert [one.fix for one in world.slack.messages.values() if isinstance(one, OpsNotice)] == ["Make a new token."]
    assert standing(world, handle, "acceptance_criteria")


async def test_what_an_operator_mends_counts_for_what_waits(world: AlertWorld, engine: SimulatedEngine) -> None:
    """Which field of the tracker takes an answer is as the request type says when it is written."""
    handle = await asked(world)

    def mapped(name: str) -> RequestType:
        return KIND.model_copy(
            update={"tracker": TrackerChoice(settings={"memory": {"fields": {"acceptance_criteria": name}}})}
        )

    filling = await a_filling(world, handle, acceptance_criteria=CRITERIA)
    world.teams.types = [mapped("Right")]

    await engine.finish(filling.model_copy(update={"template": mapped("Wrong").to_json()}))

    assert {"Right", "Wrong"} & ticket_of(world, handle).fields.keys() == {"Right"}


@pytest.mark.parametrize("error", [Ambiguous("memory", "update", "the answer was lost"), None])
async def test_a_write_whose_answer_was_lost_is_not_repeated(
    world: AlertWorld, engine: SimulatedEngine, error: Ambiguous | None
) -> None:
    """What stands there already is not written again, be it added or replaced; the ticket says once who it was."""
    handle = await asked(world, goal="5 % more")
    filling = await a_filling(world, handle, acceptance_criteria=CRITERIA, goal="10 % more by March")
    filling = filling.model_copy(
        update={"edits": (filling.edits[0], filling.edits[1].model_copy(update={"append": True}))}
    )
    world.tracker.fail_next(
        "update", error or Throttled("memory", "update", "slow", 429, after=3), after=error is not None
    )

    await engine.finish(filling)

    assert standing(world, handle, "goal") == "5 % more\n10 % more by March"
    assert world.tracker.calls["update"] == (1 if error else 2)
    assert await comments(world, handle) == ["Filled in by Mara Example from Slack: Acceptance criteria, Goal"]


async def test_a_section_that_was_changed_meanwhile_is_added_to(world: AlertWorld, engine: SimulatedEngine) -> None:
    """Both texts stand there, and the person hears of it."""
    handle = await asked(world, goal="5 % more")
    filling = await a_filling(world, handle, goal="10 % more by March")
    await world.edit(handle, goal="7 % more, said the developers")

    await engine.finish(filling)

    assert standing(world, handle, "goal") == "7 % more, said the developers\n10 % more by March"
    said = world.slack.messages["fill:V9"]
    assert isinstance(said, Written)
    assert (said.added, said.replaced) == (("Goal",), ())


async def test_what_is_replaced_is_kept_first(world: AlertWorld, engine: SimulatedEngine) -> None:
    """The old text can be found under the id that the message carries."""
    handle = await asked(world, goal="5 % more")

    await engine.finish(await a_filling(world, handle, goal="10 % more by March"))

    said = world.slack.messages["fill:V9"]
    assert isinstance(said, Written)
    [kept] = [await world.ports.tickets.replaced(one) for one in said.replaced]
    assert kept is not None
    assert (kept.heading, kept.by, text_of(from_json(kept.before))) == ("Goal", "U0MARA", "5 % more")
    assert standing(world, handle, "goal") == "10 % more by March"


async def test_what_stood_there_is_told_to_those_only_who_may_change_it(
    world: AlertWorld, engine: SimulatedEngine
) -> None:
    """Whoever has left the channel since hears nothing of it, though somebody changed the section again."""
    handle = await asked(world, requester=None, goal="5 % more")
    filling = await a_filling(world, handle, goal="10 % more by March")
    await engine.finish(filling)
    said = world.slack.messages["fill:V9"]
    assert isinstance(said, Written)
    await world.edit(handle, goal="Something else")
    jobs = KeptJobs()

    allowed = await restore(world.ports, jobs, said.replaced, filling.by, "T1")
    world.people.members = {"C0WEB": set()}
    refused = await restore(world.ports, jobs, said.replaced, filling.by, "T1")

    assert allowed == ChangedSince("Goal", "5 % more")
    assert (refused, jobs.stored) == (Refused(NOT_YOURS), {})


async def test_a_ticket_that_changed_teams_while_its_form_was_open(world: AlertWorld) -> None:
    """Its new team says who may write into it, and it stays theirs."""
    handle = await asked(world, requester=None, goal="5 % more")
    filling = await a_filling(world, handle, goal="10 % more by March")
    growth = replace(world.team, id="growth", channel="C0GROWTH")
    world.teams.teams = [world.team, growth]
    await note_tickets(world.ports, growth, [ticket_of(world, handle)], None)
    jobs = KeptJobs()

    world.people.members = {"C0WEB": {"U0MARA"}, "C0GROWTH": set()}
    refused = await hand_in(world.ports, jobs, filling)
    world.people.members["C0GROWTH"] = {"U0MARA"}
    stored = await hand_in(world.ports, jobs, filling)

    assert (refused, isinstance(stored, Stored)) == (Refused(NOT_YOURS), True)
    assert [payload["team"] for payload in jobs.stored.values()] == ["growth"]


async def test_a_text_that_a_neighbour_swept_away_is_written_again(
    world: AlertWorld, engine: SimulatedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who saves an old copy of the ticket a moment later does not win against what was handed in."""
    handle = await asked(world)
    filling = await a_filling(world, handle, acceptance_criteria=CRITERIA)
    before = ticket_of(world, handle).document
    update, swept = world.tracker.update, []

    async def update_and_lose(ref: Any, change: TicketChange) -> None:
        await update(ref, change)
        if not swept:
            swept.append(True)
            kept = world.tracker._kept[ref.id]
            object.__setattr__(kept.ticket, "document", before)

    monkeypatch.setattr(world.tracker, "update", update_and_lose)

    await engine.finish(filling)

    assert standing(world, handle, "acceptance_criteria") == "- The price is shown\n- The button orders"
    assert await comments(world, handle) == [SAID]


@pytest.mark.parametrize("step", range(8))
@pytest.mark.parametrize("when", ["before", "after", "recorded"])
async def test_a_process_that_dies_anywhere(world: AlertWorld, step: int, when: str) -> None:
    """Killed before, in or after any step: the text stands there once, one comment, one message."""
    handle = await asked(world, goal="5 % more")
    filling = await a_filling(world, handle, acceptance_criteria=CRITERIA, goal="10 % more by March")
    engine = an_engine(world, kill_at=step, kill_when=when)

    assert await engine.finish(filling) == {"state": "written"}

    assert engine.boots == 2
    assert standing(world, handle, "acceptance_criteria") == "- The price is shown\n- The button orders"
    assert standing(world, handle, "goal") == "10 % more by March"
    assert await comments(world, handle) == ["Filled in by Mara Example from Slack: Acceptance criteria, Goal"]
    assert [kind for _, _, kind in world.slack.posts].count("Written") == 1
    said = world.slack.messages["fill:V9"]
    assert isinstance(said, Written)
    assert len(said.replaced) == 1


async def test_two_people_fill_the_same_section(world: AlertWorld) -> None:
    """Whoever comes second finds the other's text and adds to it; the same text twice stands there once."""
    handle = await asked(world)
    first = await a_filling(world, handle, form="VA", acceptance_criteria=CRITERIA)
    second = await a_filling(world, handle, form="VB", acceptance_criteria="It works offline\nIt is fast")
    same = await a_filling(world, handle, form="VC", acceptance_criteria=CRITERIA)

    for filling in (first, second, same):
        await an_engine(world).finish(filling)

    lines = ["- The price is shown", "- The button orders", "- It works offline", "- It is fast"]
    assert standing(world, handle, "acceptance_criteria").split("\n") == lines
    assert len(await comments(world, handle)) == 2


@pytest.mark.parametrize("after", [True, False])
async def test_a_comment_whose_answer_was_lost(world: AlertWorld, engine: SimulatedEngine, after: bool) -> None:
    """Looked for before it is written again: one comment, whether it had arrived or not."""
    handle = await asked(world)
    filling = await a_filling(world, handle, acceptance_criteria=CRITERIA)
    world.tracker.fail_next("comment", Ambiguous("memory", "comment", "no answer"), after=after)

    await engine.finish(filling)

    assert await comments(world, handle) == [SAID]


async def test_a_comment_is_found_whose_tracker_is_minutes_behind(
    world: AlertWorld, engine: SimulatedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the tracker's clock it was written before the form was handed in: it is taken for ours all the same."""
    handle = await asked(world)
    filling = await a_filling(world, handle, acceptance_criteria=CRITERIA)
    monkeypatch.setattr(world.tracker, "_clock", lambda: world.clock.now() - timedelta(minutes=9))
    world.tracker.fail_next("comment", Ambiguous("memory", "comment", "no answer"), after=True)

    await engine.finish(filling)

    assert await comments(world, handle) == [SAID]


async def test_a_file_goes_to_the_ticket(world: AlertWorld, engine: SimulatedEngine) -> None:
    """Named in its section and attached; one that Slack no longer has becomes a note to the person."""
    handle = await asked(world)
    filling = await a_filling(world, handle)
    kind = KIND.model_copy(update={"body": (*KIND.body, FILES)}).to_json()
    files = [{"id": name, "name": name, "size": 3, "permalink": f"https://s/{name}"} for name in ("a.png", "gone.png")]
    world.files.gone.add("gone.png")
    edit = Edit(section="pictures", answer=files)

    await engine.finish(filling.model_copy(update={"edits": (edit,), "template": kind}))

    assert text_of(ticket_of(world, handle).document).endswith("Pictures\n- a.png\n- gone.png")
    assert [one.name for one in world.tracker._kept[handle.partition(":")[2]].attachments] == ["a.png"]
    said = world.slack.messages["fill:V9"]
    assert isinstance(said, Written)
    assert [note.partition(":")[0] for note in said.notes] == ["The file gone.png could not be added to the ticket"]


async def test_a_file_that_takes_long_withholds_no_word(world: AlertWorld, engine: SimulatedEngine) -> None:
    """The person hears at once that it is written, and later what became of the file."""
    handle = await asked(world)
    filling = await a_filling(world, handle)
    kind = KIND.model_copy(update={"body": (*KIND.body, FILES)}).to_json()
    files = [{"id": name, "name": "a.png", "size": 3, "permalink": f"https://s/{name}"} for name in ("one", "two")]
    edit = Edit(section="pictures", answer=files)
    world.tracker.fail_next("attach", NotSent("memory", "attach", "no connection"), times=5)

    nameless = filling.ticket.model_copy(update={"key": filling.ticket.id})  # as in Asana
    await engine.finish(filling.model_copy(update={"edits": (edit,), "template": kind, "ticket": nameless}))

    kept = world.tracker._kept[handle.partition(":")[2]].attachments
    assert sorted(one.name for one in kept) == ["a (2).png", "a.png"]
    said = world.slack.messages["fill:V9"]
    assert isinstance(said, Written)
    assert [note.partition(" I keep")[0] for note in said.notes] == [
        "The file a.png is not on the ticket yet.",
        "The file a (2).png is not on the ticket yet.",
    ]
    told = world.slack.messages["files:V9"].text  # type: ignore[union-attr]
    assert told.startswith("“Page 1”: The file a.png is on the ticket now.")


async def test_an_assignee_without_an_account_stops_nothing(world: AlertWorld, engine: SimulatedEngine) -> None:
    """The section says who was meant, and the person hears that the tracker does not know them."""
    handle = await asked(world)
    world.tracker._people = ()
    kind = KIND.model_copy(update={"body": (*KIND.body, OWNER)}).to_json()
    filling = (await a_filling(world, handle)).model_copy(
        update={"edits": (Edit(section="assignee", answer="U0MARA"),), "template": kind}
    )

    await engine.finish(filling)

    assert text_of(ticket_of(world, handle).document).endswith("Owner\nMara Example")
    said = world.slack.messages["fill:V9"]
    assert isinstance(said, Written)
    assert said.notes == ("Mara Example is not known here, so nobody is assigned.",)


async def test_a_field_that_is_closed_to_the_bot_stops_nothing(world: AlertWorld, engine: SimulatedEngine) -> None:
    """The text has the answer, the other fields are set, and the person hears what was left out."""
    handle = await asked(world)
    kind = KIND.model_copy(update={"body": (*KIND.body, OWNER)}).to_json()
    edits = (Edit(section="assignee", answer="U0MARA"), Edit(section="acceptance_criteria", answer=CRITERIA))
    filling = (await a_filling(world, handle)).model_copy(update={"edits": edits, "template": kind})
    reason = "Jira does not let the bot set Criteria on WEB-1."
    refusal = Rejected(
        "memory", "update", "400", 400, {"Criteria": reason}, {"acceptance_criteria": reason}, dispensable=True
    )
    world.tracker.fail_next("update", refusal)

    await engine.finish(filling)

    ticket = ticket_of(world, handle)
    assert "Owner\nMara Example\nAcceptance criteria\n- The price is shown" in text_of(ticket.document)
    assert ticket.assignee is not None
    said = world.slack.messages["fill:V9"]
    assert isinstance(said, Written)
    assert said.notes == (reason,)


async def test_a_refusal_goes_back_with_the_text(world: AlertWorld, engine: SimulatedEngine) -> None:
    """The reason, everything that was written, and a draft that Fill in offers again."""
    handle = await asked(world)
    refusal = Rejected("memory", "update", "400", 400, {"Description": "The description is full."})
    world.tracker.fail_next("update", refusal)

    assert await engine.finish(await a_filling(world, handle, acceptance_criteria=CRITERIA)) == {"state": "refused"}

    said = world.slack.messages["fill:rejected:V9"]
    assert isinstance(said, NotWritten)
    assert said.again
    assert "The description is full." in said.reason
    assert CRITERIA in said.text
    kept = await world.store.draft(draft_id("T1", "U0MARA", handle))
    assert kept is not None
    assert kept.answers["acceptance_criteria"] == CRITERIA


async def test_a_ticket_that_is_gone(world: AlertWorld, engine: SimulatedEngine) -> None:
    """Not found twice, it counts as gone: the text comes back, and nothing is tried for ever."""
    handle = await asked(world)
    filling = await a_filling(world, handle, acceptance_criteria=CRITERIA)
    world.tracker.remove(ticket_of(world, handle).ref)

    assert await engine.finish(filling) == {"state": "refused"}

    said = world.slack.messages["fill:rejected:V9"]
    assert isinstance(said, NotWritten)
    assert not said.again
    assert CRITERIA in said.text


async def test_a_table_beside_and_inside_a_section_stays(world: AlertWorld, engine: SimulatedEngine) -> None:
    """What cannot be shown is added to; what stands in other sections is not touched at all."""
    handle = await asked(world, goal="5 % more")
    table = Opaque("adf", '{"type":"table"}', "a | b")
    ticket = ticket_of(world, handle)
    object.__setattr__(
        world.tracker._kept[ticket.ref.id].ticket, "document", Document((*ticket.document.blocks, table))
    )
    filling = await a_filling(world, handle, goal="10 % more by March", acceptance_criteria=CRITERIA)
    filling = filling.model_copy(
        update={"edits": (filling.edits[0].model_copy(update={"append": True}), filling.edits[1])}
    )

    await engine.finish(filling)

    blocks = ticket_of(world, handle).document.blocks
    assert table in blocks
    assert standing(world, handle, "goal") == "5 % more\na | b\n10 % more by March"


async def test_not_needed_meets_somebody_who_needed_it(world: AlertWorld, engine: SimulatedEngine) -> None:
    """Who wrote the section meanwhile knew better: it is left as it is, and the person hears so."""
    handle = await asked(world)
    filling = await a_filling(world, handle, acceptance_criteria="Not needed, because it is only a text")
    await world.edit(handle, acceptance_criteria=CRITERIA)

    await engine.finish(filling.model_copy(update={"purpose": "not_needed"}))

    assert standing(world, handle, "acceptance_criteria") == CRITERIA
    assert await comments(world, handle) == []
    said = world.slack.messages["fill:V9"]
    assert isinstance(said, Written)
    assert (said.labels, said.added) == ((), ("Acceptance criteria",))


async def test_not_needed_stands_in_the_section(world: AlertWorld, engine: SimulatedEngine) -> None:
    """The reason is written where developers look for the section, and counts as an answer."""
    handle = await asked(world, goal="5 % more orders by March")
    filling = await a_filling(world, handle, acceptance_criteria="Not needed, because it is only a text")

    await engine.finish(filling.model_copy(update={"purpose": "not_needed"}))

    assert standing(world, handle, "acceptance_criteria").endswith("Not needed, because it is only a text")
    assert await comments(world, handle) == ["Marked as not needed by Mara Example from Slack: Acceptance criteria"]
    said = world.slack.messages["fill:V9"]
    assert isinstance(said, Written)
    assert said.gaps == ()
