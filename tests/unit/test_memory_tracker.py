"""What the tracker in memory offers to tests, beyond the promises of every tracker."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.base import Person, Scope, TicketChange, TicketDraft
from adapters.document import Document, Paragraph, Text, document, to_json
from adapters.errors import Ambiguous, NotFound, Throttled
from adapters.memory import MemoryEnvironment, MemoryTeam, MemoryTemplate, MemoryTracker, read_payload

DRAFT = TicketDraft("V1", "bug", "Title")


async def test_a_scripted_failure_happens_once():
    """The next call fails, the one after it does not; calls are counted either way."""
    tracker = MemoryTracker()
    tracker.fail_next("create", Throttled("memory", "create", "slow down", after=5))

    with pytest.raises(Throttled) as caught:
        await tracker.create(DRAFT)
    made = await tracker.create(DRAFT)

    assert caught.value.after == 5
    assert [ticket.ref for ticket in tracker.tickets] == [made.ref]
    assert tracker.calls == {"create": 2}


async def test_a_lost_answer_leaves_the_ticket():
    """With `after` the work is done before the failure."""
    tracker = MemoryTracker()
    tracker.fail_next("create", Ambiguous("memory", "create", "lost"), after=True)

    with pytest.raises(Ambiguous):
        await tracker.create(DRAFT)

    assert [ticket.request_id for ticket in await tracker.find(["V1"], Scope())] == ["V1"]


async def test_failures_come_in_their_order():
    """Several scripted failures of an operation queue up, and `times` repeats one."""
    tracker = MemoryTracker()
    tracker.fail_next("get", Throttled("memory", "get", "a"), times=2)
    tracker.fail_next("get", Ambiguous("memory", "get", "b"))
    ref = (await tracker.create(DRAFT)).ref

    raised = []
    for _ in range(3):
        with pytest.raises((Throttled, Ambiguous)) as caught:
            await tracker.get(ref)
        raised.append(caught.value.reason)

    assert raised == ["a", "a", "b"]
    assert (await tracker.get(ref)).title == "Title"


async def test_the_lag_follows_the_clock():
    """A new ticket is found as soon as the lag is over, and not before."""
    now = datetime(2026, 11, 20, tzinfo=UTC)
    tracker = MemoryTracker(clock=lambda: now, lookup_lag=10)
    await tracker.create(DRAFT)

    at_once = await tracker.find(["V1"], Scope())
    now += timedelta(seconds=9.9)
    early = await tracker.find(["V1"], Scope())
    now += timedelta(seconds=0.1)
    late = await tracker.find(["V1"], Scope())

    assert (at_once, early, len(late)) == ([], [], 1)


async def test_anybody_can_be_assigned_unless_people_are_named():
    """Without a list of people nobody is unknown."""
    made = await MemoryTracker().create(TicketDraft("V1", "bug", "Title", assignee=Person("Mara Example")))

    assert made.notes == ()


async def test_tickets_come_and_go_by_hand():
    """`add` is somebody writing in the tracker, `remove` somebody deleting."""
    tracker = MemoryTracker()
    ticket = tracker.add("By hand", Document(), labels=("x",), votes=3)

    assert (await tracker.get(ticket.ref)).votes == 3
    tracker.remove(ticket.ref)
    with pytest.raises(NotFound):
        await tracker.update(ticket.ref, TicketChange())


def test_it_is_used_only_when_asked_for(monkeypatch: pytest.MonkeyPatch):
    """No environment variable of a vendor switches it on."""
    monkeypatch.delenv("MEMORY_TRACKER", raising=False)
    off = MemoryEnvironment()
    monkeypatch.setenv("MEMORY_TRACKER", "1")

    assert (off.configured(), MemoryEnvironment().configured()) == (False, True)


def test_its_settings_refuse_what_they_do_not_know():
    """As every tracker's do."""
    assert MemoryTeam.model_validate({}).project == "MEM"
    for model in (MemoryTeam, MemoryTemplate):
        with pytest.raises(ValueError, match="Extra inputs are not permitted"):
            model.model_validate({"projekt": "x"})


def test_a_payload_is_read():
    """Its JSON has the document as it is stored."""
    text = document(Paragraph((Text("x"),)))

    ticket = read_payload({"key": "MEM-7", "title": "T", "document": to_json(text), "due": "2027-01-01"})

    assert (ticket.ref.key, ticket.title, ticket.document) == ("MEM-7", "T", text)
    assert ticket.due is not None
    assert ticket.due.isoformat() == "2027-01-01"
