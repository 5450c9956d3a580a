"""The traps of Asana's own client, each switched off, and every failure sorted by what to do next."""

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.asana.client import AsanaClient
from adapters.asana.settings import AsanaEnvironment
from adapters.asana.tracker import AsanaTracker
from adapters.base import Person, Scope, TicketChange, TicketDraft, TicketRef
from adapters.errors import (
    Ambiguous,
    Misconfigured,
    NotFound,
    NotSent,
    Rejected,
    Throttled,
    TrackerError,
    Unsupported,
)
from tests.contract.asana.conftest import TOKEN
from tests.stub_server import StubServer

REF = TicketRef("asana", "7", "7", "https://app.asana.com/0/0/7")
TEAM = {"project": "1"}
SCOPE = Scope(TEAM)


def draft(**changes: Any) -> TicketDraft:
    return TicketDraft("V1", "bug", "Title", team=TEAM, **changes)


def errors(*messages: str) -> dict[str, Any]:
    return {"errors": [{"message": message, "help": "See the docs"} for message in messages]}


def prepared(status: int, body: Any) -> Any:
    """Answers that let a create get as far as `POST /tasks`, and then `status` and `body`."""

    def answer(method: str, path: str) -> tuple[int, dict[str, str], bytes]:
        if method == "POST":
            return status, {}, json.dumps(body).encode()
        return 200, {}, b'{"data": [], "next_page": null}'

    return answer


async def test_a_dropped_create_is_sent_once(broken: StubServer, asana_tracker: AsanaTracker):
    """A connection that drops after the request left is ambiguous, and nothing is sent again."""
    usual = prepared(201, {})
    broken.answer = lambda method, path: None if method == "POST" else usual(method, path)

    with pytest.raises(Ambiguous):
        await asana_tracker.create(draft())

    assert [line.split("?")[0] for line in broken.lines if line.startswith("POST")] == ["POST /tasks"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_no_call_is_repeated(broken: StubServer, asana_tracker: AsanaTracker, status: int):
    """The client would read six times in a minute; here a busy or broken Asana is told to the caller at once."""
    broken.always(status, errors("Sorry"), Retry_After="3600")
    started = time.monotonic()

    with pytest.raises((Throttled, NotSent)) as caught:
        await asana_tracker.get(REF)

    assert len(broken.requests) == 1
    assert time.monotonic() - started < 8
    assert isinstance(caught.value, Throttled) == (status == 429)


async def test_a_refusal_does_not_repeat_the_token(broken: StubServer, asana_tracker: AsanaTracker):
    """Whatever stands in Asana's place may answer with the request that it was sent."""
    broken.always(410, errors(f"you sent Bearer {TOKEN}"))

    with pytest.raises(TrackerError) as caught:
        await asana_tracker.get(REF)

    assert caught.value.reason == "you sent Bearer …"


async def test_a_long_pause_is_told_not_waited(broken: StubServer, asana_tracker: AsanaTracker):
    """Retry-After goes to the caller; no further call is sent until then, or for a quarter of an hour."""
    broken.always(429, errors("Slow down"), Retry_After="3600")
    with pytest.raises(Throttled) as first:
        await asana_tracker.get(REF)

    with pytest.raises(Throttled) as second:
        await asana_tracker.get(REF)

    assert first.value.after == 3600
    assert 890 < second.value.after <= 900
    assert len(broken.requests) == 1


@pytest.mark.parametrize(("header", "after"), [("inf", 60), ("1e400", 60), ("nan", 60), ("1e12", 86_400)])
async def test_a_pause_that_nobody_can_wait_for(
    broken: StubServer, asana_tracker: AsanaTracker, header: str, after: float
):
    """A Retry-After that is no time becomes a minute, one of years a day: the request must not be lost over it."""
    broken.always(429, errors("Slow down"), Retry_After=header)

    with pytest.raises(Throttled) as caught:
        await asana_tracker.get(REF)

    assert caught.value.after == after


async def test_nobody_listening_is_not_sent(broken: StubServer, asana_tracker: AsanaTracker):
    """A closed port is known at once, for writes too, and not after a minute of retries."""
    broken.stop()
    started = time.monotonic()

    with pytest.raises(NotSent):
        await asana_tracker.comment(REF, (await _empty()))
    with pytest.raises(NotSent):
        await asana_tracker.create(draft())

    assert time.monotonic() - started < 8


async def _empty() -> Any:
    from adapters.document import Document

    return Document()


async def test_a_hanging_answer_times_out(
    broken: StubServer, asana_tracker: AsanaTracker, monkeypatch: pytest.MonkeyPatch
):
    """A call has a timeout, and one with decimals counts."""
    monkeypatch.setattr("adapters.asana.client.WAITS", {"_request_timeout": (1.0, 0.3)})
    broken.hang()
    started = time.monotonic()

    with pytest.raises(NotSent):
        await asana_tracker.get(REF)

    assert 0.2 < time.monotonic() - started < 8


def test_every_call_has_a_timeout_that_counts():
    """The SDK ignores a bare float: the setting is a pair."""
    from adapters.asana.client import TIMEOUT, UPLOAD_TIMEOUT, WAITS

    assert WAITS == {"_request_timeout": TIMEOUT}
    assert all(isinstance(pair, tuple) and len(pair) == 2 for pair in (TIMEOUT, UPLOAD_TIMEOUT))


async def test_pages_that_repeat_themselves_end(broken: StubServer, asana_tracker: AsanaTracker):
    """A list whose next page is the same for ever is a failure, not an endless loop."""
    page = {"data": [{"gid": "1"}], "next_page": {"offset": "again", "path": "/tasks", "uri": "https://x"}}
    broken.always(200, page)

    for since in (None, datetime(2026, 1, 1, tzinfo=UTC)):
        with pytest.raises(NotSent) as caught:
            async for _ in asana_tracker.changed(SCOPE, since):
                pass

        assert caught.value.reason == "the list of pages repeats itself"
    assert len(broken.requests) == 5  # a page of the project, two of its sections; two pages of what changed


async def test_non_breaking_spaces_survive(broken: StubServer, asana_tracker: AsanaTracker):
    """The SDK replaces them in answers; a text that is read and written back must not change."""
    broken.always(200, {"data": {"gid": "7", "name": "10\u00a0%", "html_notes": "<body>10\u00a0%</body>"}})

    ticket = await asana_tracker.get(REF)

    assert ticket.title == "10\u00a0%"


async def test_the_sdk_starts_no_threads_of_its_own(broken: StubServer, asana_tracker: AsanaTracker):
    """Its pool is closed as soon as it is made; threads of ours do the work, as many as needed."""
    import threading

    broken.always(200, {"data": {"gid": "7"}})
    await asana_tracker.get(REF)

    names = sorted(thread.name for thread in threading.enumerate())
    assert [name for name in names if "_handle_" in name or "(worker)" in name] == []
    assert [name for name in names if name.startswith("asana_")] == ["asana_0"]


async def test_a_change_that_asana_announces_is_logged_once(
    broken: StubServer, asana_tracker: AsanaTracker, caplog: pytest.LogCaptureFixture
):
    """The header Asana-Change says what will break; one line a change is enough."""
    broken.always(200, {"data": {"gid": "7"}}, Asana_Change="name=new_rich_text;affected=true")

    await asana_tracker.get(REF)
    await asana_tracker.get(REF)

    assert [record.getMessage() for record in caplog.records if record.name.startswith("adapters")] == [
        "Asana announces a change: name=new_rich_text;affected=true"
    ]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, errors("html_notes: xml_parsing_error"), Rejected),
        (401, errors("Not Authorized"), Misconfigured),
        (402, errors("Premium only"), Unsupported),
        (403, errors("Forbidden"), Misconfigured),
        (404, errors("task: Unknown object: 7"), NotFound),
        (413, b"too large", Rejected),
        (451, errors("Legal"), Misconfigured),
        (302, b"", Misconfigured),
        (408, b"timeout", NotSent),
        (409, b"{}", NotSent),
        (500, errors("Server Error"), NotSent),
        (200, b"<html>Log in</html>", NotSent),
        (200, b"", NotSent),
        (200, [], NotSent),
        (200, {"data": None}, NotSent),
        (200, {"errors": []}, NotSent),
    ],
)
async def test_every_answer_to_a_read_has_its_meaning(
    broken: StubServer, asana_tracker: AsanaTracker, status: int, body: Any, expected: type[TrackerError]
):
    """Nothing but errors by recovery gets out, and none of them holds the token."""
    broken.always(status, body)

    with pytest.raises(expected) as caught:
        await asana_tracker.get(REF)

    assert caught.value.tracker == "asana"
    assert caught.value.operation == "get"
    assert TOKEN not in str(caught.value)
    assert not isinstance(caught.value, Misconfigured) or caught.value.fix


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, errors("name: May be at most 1024 characters"), Rejected),
        (400, errors("projects: Not a recognized ID: 1"), Misconfigured),
        (400, errors("Custom field with ID 12345 is not on given object"), Misconfigured),
        (400, b"<html>nginx</html>", Misconfigured),
        (403, errors("project: Forbidden"), Misconfigured),
        (403, errors("assignee: Not a member of the workspace"), Rejected),
        (404, errors("project: Unknown object: 1"), Misconfigured),
        (500, errors("Server Error"), Ambiguous),
        (504, b"gateway", Ambiguous),
        (302, b"", Ambiguous),
        (308, b"", Ambiguous),
        (408, b"timeout", Ambiguous),
        (409, b"{}", Ambiguous),
        (409, errors("task: Another change is under way"), NotSent),
        (425, b"{}", Ambiguous),
        (499, b"", Ambiguous),
        (201, {"data": {"gid": None}}, Ambiguous),
        (201, {"data": {"gid": ""}}, Ambiguous),
        (201, b"<html>", Ambiguous),
        (201, {"data": []}, Ambiguous),
        (201, {"nothing": 1}, Ambiguous),
    ],
)
async def test_every_answer_to_a_create_has_its_meaning(
    broken: StubServer, asana_tracker: AsanaTracker, status: int, body: Any, expected: type[TrackerError]
):
    """What may have made a ticket is ambiguous, what the operator must mend is theirs."""
    usual = prepared(status, body)
    broken.answer = (
        usual
        if not isinstance(body, bytes)
        else lambda method, path: (status, {}, body) if method == "POST" else usual(method, path)
    )

    with pytest.raises(expected) as caught:
        await asana_tracker.create(draft())

    assert caught.value.operation == "create"


@pytest.mark.parametrize(("status", "pending"), [(408, True), (499, True), (503, False), (504, True), (502, False)])
async def test_a_gateway_does_not_say_what_became_of_a_create(
    broken: StubServer, asana_tracker: AsanaTracker, status: int, pending: bool
):
    """Its wait is kept, and whether it stopped waiting itself, so that the ticket may still come."""
    usual = prepared(201, {})
    broken.answer = lambda method, path: (
        (status, {"Retry-After": "7"}, b"<html>") if method == "POST" else usual(method, path)
    )

    with pytest.raises(Ambiguous) as caught:
        await asana_tracker.create(draft())

    assert (caught.value.after, caught.value.pending) == (0 if status == 502 else 7, pending)


async def test_a_create_without_an_answer_may_be_worked_on_still(
    broken: StubServer, asana_tracker: AsanaTracker, monkeypatch: pytest.MonkeyPatch
):
    """We stopped waiting, Asana need not have stopped working; a connection that broke is another matter."""
    monkeypatch.setattr("adapters.asana.client.WAITS", {"_request_timeout": (1.0, 0.3)})
    usual = prepared(201, {})
    broken.answer = lambda method, path: broken.release.wait(10) and None if method == "POST" else usual(method, path)
    with pytest.raises(Ambiguous) as hanging:
        await asana_tracker.create(draft())
    broken.answer = lambda method, path: None if method == "POST" else usual(method, path)
    with pytest.raises(Ambiguous) as dropped:
        await asana_tracker.create(draft())

    assert (hanging.value.pending, dropped.value.pending) == (True, False)


async def test_a_failure_before_the_ticket_is_tried_is_not_sent(broken: StubServer, asana_tracker: AsanaTracker):
    """When only the preparation failed, no ticket can have been made: no look-up is needed."""
    broken.always(500, errors("Server Error"))

    with pytest.raises(NotSent):
        await asana_tracker.create(draft(assignee=Person("Mara Example", "mara@example.com"), labels=("a",)))


async def test_a_refused_title_is_named_as_people_know_it(broken: StubServer, asana_tracker: AsanaTracker):
    """The reason stands at the field, in the vendor's words."""
    broken.answer = prepared(400, errors("name: May be at most 1024 characters"))

    with pytest.raises(Rejected) as caught:
        await asana_tracker.create(draft())

    assert caught.value.fields == {"Title": "name: May be at most 1024 characters"}
    assert caught.value.reason == "name: May be at most 1024 characters"


async def test_without_a_token_nothing_is_sent(broken: StubServer):
    """A missing token is a matter of configuration."""
    tracker = AsanaTracker(AsanaEnvironment(access_token="", url=broken.url))  # type: ignore[arg-type]

    with pytest.raises(Misconfigured) as caught:
        await tracker.get(REF)
    await tracker.close()

    assert caught.value.fix == "Set ASANA_ACCESS_TOKEN to a personal access token of Asana."
    assert broken.requests == []


@pytest.mark.parametrize("settings", [{}, {"project": "Web"}, {"project": "1", "sektion": "Intake"}])
async def test_wrong_settings_never_reach_asana(
    broken: StubServer, asana_tracker: AsanaTracker, settings: dict[str, str]
):
    """They are named, with the place where to mend them."""
    with pytest.raises(Misconfigured) as caught:
        await asana_tracker.create(TicketDraft("V1", "bug", "Title", team=settings))

    assert "trackers: asana:" in caught.value.fix
    assert broken.requests == []


async def test_reads_leave_threads_to_writes(broken: StubServer):
    """However many tickets are being read, a new one gets through."""
    usual = prepared(201, {"data": {"gid": "9"}})

    def answer(method: str, path: str) -> Any:
        if (method, path[:7]) == ("GET", "/tasks/"):
            broken.release.wait(20)
            return 200, {}, b'{"data": {"gid": "7"}}'
        return usual(method, path)

    broken.answer = answer
    client = AsanaClient(AsanaEnvironment(access_token=TOKEN, url=broken.url))  # type: ignore[arg-type]
    reads = [asyncio.create_task(client.task("get", "7", "name")) for _ in range(10)]
    await asyncio.sleep(0.1)

    made = await asyncio.wait_for(client.create_task("create", {"name": "x"}, "name"), 10)
    in_flight = sum(line.startswith("GET /tasks/") for line in broken.lines)
    broken.release.set()
    await asyncio.gather(*reads)
    await client.close()

    assert made == {"gid": "9"}
    assert in_flight == 4


async def test_the_change_of_a_task_that_is_gone_is_not_found(broken: StubServer, asana_tracker: AsanaTracker):
    """404 on a task is a missing ticket, not a wrong project."""
    broken.always(404, errors("task: Unknown object: 7"))

    with pytest.raises(NotFound):
        await asana_tracker.update(REF, TicketChange(state="done"))
