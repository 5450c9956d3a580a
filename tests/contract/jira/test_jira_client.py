"""What the `jira` client does behind one's back is switched off, and every failure becomes an error by recovery."""

import asyncio
import json
import socket
import threading
import time
import traceback
from base64 import b64encode
from typing import Any

import pytest
import requests
from jira import JIRAError
from urllib3 import exceptions as urllib3_errors

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
from adapters.jira import client as client_module
from adapters.jira.client import JiraClient, Query
from adapters.jira.failures import EXPECTED, failure
from adapters.jira.settings import JiraEnvironment
from adapters.limiter import Bucket

FIELDS = {"project": {"key": "WEB"}, "issuetype": {"id": "1"}, "summary": "secret plans"}
TOKEN = "token-of-the-test"
PLACES = 4
"""Reads that run side by side, as the environment says by default."""


@pytest.fixture
async def client(stub: Any) -> Any:
    made = JiraClient(stub.environment())
    yield made
    await made.close()


async def pages(client: JiraClient) -> list[list[Any]]:
    return [page async for page in client.search("find", Query('labels in ("x")', ["summary"]), dict)]


class TestTraps:
    """One test for each trap of the SDK."""

    async def test_dropped_post_is_not_sent_again(self, stub: Any, client: JiraClient) -> None:
        """A connection that drops after a POST was read means one request and `Ambiguous`, at once."""
        stub.answer = lambda method, path: None
        start = time.monotonic()

        with pytest.raises(Ambiguous):
            await client.create(FIELDS)

        assert [request[:2] for request in stub.requests] == [("POST", "issue")]
        assert time.monotonic() - start < 5

    async def test_silent_server_times_out(
        self, stub: Any, client: JiraClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A server that takes a request and says nothing does not hold it for ever."""
        monkeypatch.setattr(client_module, "READ_SECONDS", 0.1)
        released = threading.Event()
        stub.answer = lambda method, path: released.wait(10) and None
        start = time.monotonic()

        with pytest.raises(Ambiguous, match="no answer in time"):
            await client.create(FIELDS)
        with pytest.raises(NotSent, match="no answer in time"):
            await client.read("get", "myself")
        assert time.monotonic() - start < 8
        released.set()

    async def test_repeated_page_token_ends_the_search(self, stub: Any, client: JiraClient) -> None:
        """A token that came before is not followed again."""
        stub.always(200, {"issues": [{"id": "1"}], "nextPageToken": "again"})

        assert await pages(client) == [[{"id": "1"}], [{"id": "1"}]]
        assert [json.loads(body).get("nextPageToken") for _, _, body in stub.requests] == [None, "again"]

    async def test_short_page_is_not_the_end(self, stub: Any, client: JiraClient) -> None:
        """Pages are read until Jira says that there are no more, however short one is."""
        answers = iter(
            [
                {"issues": [], "nextPageToken": "a"},
                {"issues": [{"id": "1"}], "nextPageToken": "b"},
                {"issues": [{"id": "2"}], "isLast": True},
            ]
        )
        stub.answer = lambda method, path: (200, {}, json.dumps(next(answers)).encode())

        assert await pages(client) == [[], [{"id": "1"}], [{"id": "2"}]]

    async def test_a_page_token_that_jira_forgot_is_no_fault_of_the_query(self, stub: Any, client: JiraClient) -> None:
        """The list is read anew later; a first page that is refused is the operators' query."""
        first = (200, {}, b'{"issues": [{"id": "1"}], "nextPageToken": "old"}')
        refused = (400, {}, b'{"errorMessages": ["The token has expired."], "errors": {}}')
        stub.answer = lambda method, path: refused if len(stub.requests) > 1 else first
        with pytest.raises(NotSent, match="The token has expired"):
            await pages(client)

        with pytest.raises(Rejected):
            await pages(client)

    async def test_search_uses_the_endpoint_that_exists(self, stub: Any, client: JiraClient) -> None:
        """The removed `search` is never called, and serverInfo is not asked first."""
        stub.always(200, {"issues": [], "isLast": True})

        assert await pages(client) == [[]]
        assert [request[:2] for request in stub.requests] == [("POST", "search/jql")]

    async def test_search_works_whatever_the_server_calls_itself(self, stub: Any, client: JiraClient) -> None:
        """The SDK's search returns None unless serverInfo says Cloud; ours returns issues or raises."""
        stub.answer = lambda method, path: (
            (200, {}, b'{"deploymentType": "Server"}')
            if path == "serverInfo"
            else (200, {}, b'{"issues": [{"id": "7"}], "isLast": true}')
        )
        await client.read("check", "serverInfo")

        assert await pages(client) == [[{"id": "7"}]]

    @pytest.mark.parametrize(
        ("header", "after"),
        [
            ("3600", 3600.0),
            ("Wed, 21 Oct 2026 07:28:00 GMT", 60.0),
            ("inf", 60.0),
            ("1e400", 60.0),
            ("nan", 60.0),
            ("-5", 0.0),
            ("1e12", 86_400.0),
        ],
    )
    async def test_long_retry_after_is_told_not_slept(
        self, stub: Any, client: JiraClient, header: str, after: float
    ) -> None:
        """The wait that Jira asks for is passed on, a day at most; no thread sleeps, nothing is sent again."""
        stub.always(429, {}, Retry_After=header)
        start = time.monotonic()

        with pytest.raises(Throttled) as raised:
            await client.create(FIELDS)

        assert after == raised.value.after
        assert len(stub.requests) == 1
        assert time.monotonic() - start < 5

    async def test_create_is_one_request(self, stub: Any, client: JiraClient) -> None:
        """Nothing is looked up before and nothing read back after."""
        stub.always(201, {"id": "10000", "key": "WEB-1", "self": "https://elsewhere.example/10000"})

        assert await client.create(FIELDS) == {"id": "10000", "key": "WEB-1"}
        assert [(m, p, json.loads(b)) for m, p, b in stub.requests] == [("POST", "issue", {"fields": FIELDS})]

    async def test_making_a_client_sends_nothing(self, stub: Any, client: JiraClient) -> None:
        """No request before the first call."""
        assert stub.requests == []

    @pytest.mark.parametrize("status", [301, 302, 308])
    async def test_redirect_is_not_followed(self, stub: Any, client: JiraClient, status: int) -> None:
        """A POST that is sent elsewhere would become a GET: it is said instead; Jira may have done it before that."""
        stub.always(status, {}, Location="/login")

        with pytest.raises(Ambiguous, match="another address"):
            await client.create(FIELDS)
        with pytest.raises(Misconfigured, match="another address"):
            await client.read("get", "myself")
        assert len(stub.requests) == 2


STATUSES = [
    (400, {}, Misconfigured, Misconfigured),
    (401, {}, Misconfigured, Misconfigured),
    (403, {}, Misconfigured, Misconfigured),
    (404, {}, NotFound, NotFound),
    (405, {}, Misconfigured, Misconfigured),
    (408, {}, NotSent, Ambiguous),
    (409, {}, NotSent, Ambiguous),
    (410, {}, Unsupported, Unsupported),
    (413, {}, Rejected, Rejected),
    (415, {}, Misconfigured, Misconfigured),
    (422, {}, Misconfigured, Misconfigured),
    (425, {}, NotSent, Ambiguous),
    (429, {}, Throttled, Throttled),
    (499, {}, NotSent, Ambiguous),
    (500, {}, NotSent, Ambiguous),
    (502, {}, NotSent, Ambiguous),
    (503, {}, NotSent, Ambiguous),
    (503, {"Retry-After": "7"}, Throttled, Ambiguous),
    (504, {}, NotSent, Ambiguous),
]


class TestMapping:
    """Every failure of vendor and transport."""

    @pytest.mark.parametrize("body", [b"{}", b"", b"<html>log in</html>", b'["x"]', b"\xff\xfe"])
    @pytest.mark.parametrize(("status", "headers", "reading", "writing"), STATUSES)
    async def test_status(
        self,
        stub: Any,
        client: JiraClient,
        status: int,
        headers: dict[str, str],
        reading: type[TrackerError],
        writing: type[TrackerError],
        body: bytes,
    ) -> None:
        """A status has one meaning, whatever stands in the body, unless Jira itself says there what it did."""
        stub.answer = lambda method, path: (status, headers, body)

        with pytest.raises(TrackerError) as read:
            await client.read("get", "myself")
        client._limiter._bucket = Bucket(1, 10, time.monotonic)  # without the pause that a 429 just asked for
        with pytest.raises(TrackerError) as written:
            await client.create(FIELDS)

        assert (reading, writing) == (type(read.value), type(written.value))
        told = 429 if reading is Throttled else status
        assert ("jira", "get", told) == (read.value.tracker, read.value.operation, read.value.status)

    @pytest.mark.parametrize(
        "body",
        [
            b"<html>log in</html>",
            b"",
            b"5",
            b"null",
            b"[]",
            b'"x"',
            b'{"id": "1"}',
            b'{"key": null}',
            b"\xff",
            b"{",
            b'{"id": null, "key": null}',
            b'{"id": "1", "key": ""}',
        ],
    )
    async def test_senseless_success(self, stub: Any, client: JiraClient, body: bytes) -> None:
        """A create that answers 2xx without an id and key may have worked."""
        stub.answer = lambda method, path: (201, {}, body)

        with pytest.raises(Ambiguous):
            await client.create(FIELDS)

    @pytest.mark.parametrize("body", [b"<html>log in</html>", b"5", b"null", b"[]", b"{", b'{"issues": 5}', b"{}"])
    async def test_senseless_page(self, stub: Any, client: JiraClient, body: bytes) -> None:
        """A search that answers nonsense can be asked again."""
        stub.answer = lambda method, path: (200, {}, body)

        with pytest.raises(NotSent):
            await pages(client)

    @pytest.mark.parametrize(("status", "kind"), [(503, Throttled), (408, NotSent), (409, NotSent), (425, NotSent)])
    async def test_jiras_own_words_say_what_was_done(
        self, stub: Any, client: JiraClient, status: int, kind: type[TrackerError]
    ) -> None:
        """A refusal in Jira's own form was no gateway's: nothing was made, nothing has to be looked for."""
        stub.always(status, {"errorMessages": ["Not now."], "errors": {}}, Retry_After="7")

        with pytest.raises(kind):
            await client.create(FIELDS)

    @pytest.mark.parametrize(
        ("status", "pending"), [(408, True), (409, False), (499, True), (503, False), (504, True), (502, False)]
    )
    async def test_gateway_does_not_say_what_became_of_a_create(
        self, stub: Any, client: JiraClient, status: int, pending: bool
    ) -> None:
        """Its wait is kept, and whether it stopped waiting itself, so that the ticket may still come."""
        stub.answer = lambda method, path: (status, {"Retry-After": "7"}, b"<html>")

        with pytest.raises(Ambiguous) as raised:
            await client.create(FIELDS)

        assert (raised.value.after, raised.value.pending) == (0 if status == 502 else 7, pending)

    @pytest.mark.parametrize(
        ("error", "pending"),
        [
            (requests.ReadTimeout(), True),
            (requests.ConnectionError(urllib3_errors.ReadTimeoutError(None, "/", "slow")), True),
            (requests.ConnectionError(urllib3_errors.ProtocolError("aborted")), False),
            (requests.exceptions.ChunkedEncodingError(), False),
        ],
        ids=["answer", "body", "dropped", "cut"],
    )
    def test_whether_it_may_still_be_worked_on(self, error: Exception, pending: bool) -> None:
        """We stopped waiting, Jira need not have stopped working; a connection that broke is another matter."""
        found = failure(error, "create", write=True)

        assert isinstance(found, Ambiguous)
        assert found.pending == pending

    async def test_refused_connection(self) -> None:
        """Where nobody listens nothing was sent, not even a write."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"
        client = JiraClient(JiraEnvironment(url=url, email="x@example.com", api_token=TOKEN))

        with pytest.raises(NotSent, match="no connection"):
            await client.create(FIELDS)
        with pytest.raises(NotSent, match="no connection"):
            await client.read("get", "myself")
        await client.close()

    async def test_answer_cut_short(self, stub: Any, client: JiraClient) -> None:
        """An answer that ends before its length may stand for a ticket."""
        stub.answer = lambda method, path: (201, {"Content-Length": "500", "Connection": "close"}, b'{"id": "1"')

        with pytest.raises(Ambiguous):
            await client.create(FIELDS)

    @pytest.mark.parametrize(
        ("error", "reading", "writing"),
        [
            (requests.ConnectTimeout(), NotSent, NotSent),
            (requests.ReadTimeout(), NotSent, Ambiguous),
            (requests.ConnectionError(urllib3_errors.ProtocolError("aborted")), NotSent, Ambiguous),
            (requests.ConnectionError(urllib3_errors.ReadTimeoutError(None, "/", "slow")), NotSent, Ambiguous),
            (
                requests.ConnectionError(
                    urllib3_errors.MaxRetryError(None, "/", urllib3_errors.NameResolutionError("x", None, OSError()))
                ),
                NotSent,
                NotSent,
            ),
            (requests.exceptions.ProxyError(), NotSent, NotSent),
            (requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"), Misconfigured, Misconfigured),
            (requests.exceptions.SSLError("bad record"), NotSent, Ambiguous),
            (requests.exceptions.ChunkedEncodingError(), NotSent, Ambiguous),
            (requests.exceptions.ContentDecodingError(), NotSent, Ambiguous),
            (requests.exceptions.JSONDecodeError("x", "", 0), NotSent, Ambiguous),
            (requests.exceptions.InvalidURL(), Misconfigured, Misconfigured),
            (requests.exceptions.MissingSchema(), Misconfigured, Misconfigured),
            (requests.exceptions.InvalidSchema(), Misconfigured, Misconfigured),
            (requests.exceptions.InvalidHeader(), Misconfigured, Misconfigured),
            (requests.TooManyRedirects(), Misconfigured, Ambiguous),
            (UnicodeEncodeError("latin-1", "…", 0, 1, "x"), Misconfigured, Misconfigured),
            (urllib3_errors.LocationParseError("x"), Misconfigured, Misconfigured),
            (urllib3_errors.ProtocolError("x"), NotSent, Ambiguous),
            (ConnectionResetError(), NotSent, Ambiguous),
            (JIRAError("no response"), NotSent, Ambiguous),
            (KeyError("id"), NotSent, Ambiguous),
        ],
        ids=lambda value: value.__name__ if isinstance(value, type) else type(value).__name__,
    )
    def test_exception(self, error: Exception, reading: type[TrackerError], writing: type[TrackerError]) -> None:
        """Whatever the client and what it stands on raise has one meaning for reads and one for writes."""
        assert isinstance(error, EXPECTED)
        assert reading is type(failure(error, "get", write=False))
        assert writing is type(failure(error, "create", write=True))

    def test_every_exception_of_requests_is_expected(self) -> None:
        """No exception of requests gets past the mapping."""
        known = [v for v in vars(requests.exceptions).values() if isinstance(v, type) and issubclass(v, IOError)]

        assert len(known) > 20
        assert [kind.__name__ for kind in known if not issubclass(kind, EXPECTED)] == []

    async def test_fields_and_words(self, stub: Any, client: JiraClient) -> None:
        """A refusal names fields by id, with Jira's words; messages and fields are both kept."""
        stub.always(400, {"errorMessages": ["No."], "errors": {"duedate": "Too  late.", "customfield_1": "Odd."}})

        with pytest.raises(Rejected) as raised:
            await client.create(FIELDS)

        assert raised.value.fields == {"duedate": "Too late.", "customfield_1": "Odd."}
        assert raised.value.reason == "No.; Too late.; Odd."

    async def test_no_secrets(self, stub: Any, client: JiraClient) -> None:
        """Neither token, credentials in URLs, headers nor what was sent show in the error or its traceback."""
        header = b64encode(f"devrequest@example.com:{TOKEN}".encode()).decode()
        words = f"bad token {TOKEN} of Basic {header} at https://mara:hunter2@jira.example/x"
        stub.always(400, {"errorMessages": [words]}, X_Secret="header")

        with pytest.raises(Rejected) as raised:
            await client.create(FIELDS)
        shown = "".join(traceback.format_exception(raised.value))

        assert raised.value.reason == "bad token … of Basic … at https://…@jira.example/x"
        assert not [secret for secret in (TOKEN, "hunter2", "X-Secret", "secret plans") if secret in shown]

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (401, b"<html>"),
            (200, {"issues": [], "isLast": True}),
            (404, {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}),
        ],
    )
    async def test_unauthorized_says_what_to_do(self, stub: Any, client: JiraClient, status: int, body: Any) -> None:
        """An expired token is named to the operator, also where Jira Cloud answers it as it answers a stranger."""
        stub.always(status, body, X_Seraph_LoginReason="AUTHENTICATED_FAILED")

        with pytest.raises(Misconfigured) as raised:
            await pages(client)

        assert raised.value.reason == "Jira does not accept the token"
        assert raised.value.fix.startswith("Check JIRA_EMAIL and JIRA_API_TOKEN")

    async def test_a_scope_that_is_missing_is_named(self, stub: Any, client: JiraClient) -> None:
        """The gateway says 401 to a token that is valid and may not do this."""
        stub.always(401, {"code": 401, "message": "Unauthorized; scope does not match"})

        with pytest.raises(Misconfigured, match="lacks a scope") as raised:
            await client.create(FIELDS)

        assert "write:jira-work" in raised.value.fix

    async def test_what_a_stranger_made_was_made(self, stub: Any, client: JiraClient) -> None:
        """A ticket that Jira made all the same is not made again."""
        stub.always(201, {"id": "1", "key": "WEB-1"}, X_Seraph_LoginReason="AUTHENTICATED_FAILED")

        assert await client.create(FIELDS) == {"id": "1", "key": "WEB-1"}

    async def test_a_captcha_is_named(self, stub: Any, client: JiraClient) -> None:
        """An account that must prove first that it is a person is told apart from one that lacks a permission."""
        stub.always(403, b"<html>", X_Seraph_LoginReason="AUTHENTICATION_DENIED")

        with pytest.raises(Misconfigured, match="CAPTCHA"):
            await client.create(FIELDS)


class TestThreads:
    """Reads never keep a request waiting."""

    async def test_reads_leave_room_for_creates(self, stub: Any, client: JiraClient) -> None:
        """With more slow reads under way than readers a create goes through at once."""
        released = threading.Event()

        def answer(method: str, path: str) -> Any:
            if method == "GET":
                released.wait(10)
            return 200, {}, b'{"id": "1", "key": "WEB-1"}'

        stub.answer = answer
        reads = [asyncio.create_task(client.read("get", "myself")) for _ in range(3 * PLACES)]
        await asyncio.sleep(0.1)

        assert await asyncio.wait_for(client.create(FIELDS), 5) == {"id": "1", "key": "WEB-1"}
        assert sum(method == "GET" for method, _, _ in stub.requests) == PLACES
        released.set()
        assert len(await asyncio.gather(*reads)) == 3 * PLACES

    async def test_abandoned_read_keeps_its_place_until_its_thread_is_free(self, stub: Any, client: JiraClient) -> None:
        """Readers who gave up do not make room for more reads than there are threads for."""
        released = threading.Event()
        stub.answer = lambda method, path: (released.wait(10), (200, {}, b"{}"))[1]
        abandoned = [asyncio.create_task(client.read("get", "myself")) for _ in range(PLACES)]
        await asyncio.sleep(0.1)
        for task in abandoned:
            task.cancel()
        await asyncio.gather(*abandoned, return_exceptions=True)
        waiting = asyncio.create_task(client.read("get", "myself"))
        await asyncio.sleep(0.1)

        assert len(stub.requests) == PLACES
        released.set()
        assert await asyncio.wait_for(waiting, 5) == {}

    async def test_pause_is_honoured(self, stub: Any, client: JiraClient) -> None:
        """After a 429 with a long wait the next call is not even sent, and says how long to wait."""
        stub.always(429, {}, Retry_After="30")
        with pytest.raises(Throttled):
            await client.read("get", "myself")

        with pytest.raises(Throttled) as raised:
            await client.create(FIELDS)

        assert len(stub.requests) == 1
        assert 29 < raised.value.after <= 30
