"""The way in of HTTP mode: who is let in, and what is answered to what makes no sense."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from slack_bolt.response import BoltResponse
from structlog.testing import capture_logs

from bot.slack import http
from bot.slack.http import LARGEST, Signatures, SlackEndpoint, payload_of
from tests.flows.waiting import until
from tests.slack_desk import JUNK, KeptJobs, QuietSlack, a_desk, an_app, mutated, paths, real_payloads
from tests.strategies import examples

SECRET = "a-signing-secret"
FORM = "application/x-www-form-urlencoded"
FEW = settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def signed(body: bytes, *, secret: str = SECRET, at: str | None = None) -> dict[str, str]:
    """The headers that Slack would send with this body."""
    timestamp = at if at is not None else str(int(time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}", "Content-Type": FORM}


def encoded(payload: dict[str, Any]) -> bytes:
    """As Slack puts it on the wire."""
    return urlencode(payload if "command" in payload else {"payload": json.dumps(payload)}).encode()


class Door:
    """The endpoint, a client in front of it, and what lies behind it."""

    def __init__(self, app: Any, slack: QuietSlack, jobs: KeptJobs, real: dict[str, Any]) -> None:
        self.slack, self.jobs, self.real = slack, jobs, real
        self.signatures = Signatures(SECRET)
        endpoint = SlackEndpoint(app, self.signatures)
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=endpoint), base_url="http://bot", verify=False
        )

    async def post(self, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        """Answered in time, or the test fails; a busy machine may take a while."""
        async with asyncio.timeout(20):
            return await self._client.post("/slack/events", content=body, headers=headers or signed(body))

    async def post_again(self, body: bytes, content: str = FORM) -> int:
        """The status that it gets if it was never sent before."""
        self.signatures._taken.clear()
        return (await self.post(body, signed(body) | {"Content-Type": content})).status_code

    async def get(self) -> httpx.Response:
        return await self._client.get("/slack/events")


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    """The way in, with real payloads to send through it."""
    async with a_desk(tmp_path) as (desk, slack, jobs):
        yield Door(an_app(desk), slack, jobs, await real_payloads(desk))


A_SECOND_AGO = "a second ago"
"""Stands for the time when the test runs: one that was read when it was collected would expire."""
OLD, AHEAD = str(int(time.time()) - 400), str(int(time.time()) + 4000)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"X-Slack-Signature": ""}, "wrong signature"),
        ({"X-Slack-Signature": "v0=" + "0" * 64}, "wrong signature"),
        ({"X-Slack-Signature": "v0=\u00e9"}, "wrong signature"),
        ({"X-Slack-Request-Timestamp": ""}, "no timestamp"),
        ({"X-Slack-Request-Timestamp": "soon"}, "no timestamp"),
        ({"X-Slack-Request-Timestamp": "-1"}, "no timestamp"),
        ({"X-Slack-Request-Timestamp": "1e9"}, "no timestamp"),
        ({"X-Slack-Request-Timestamp": "9" * 400}, "no timestamp"),
        ({"X-Slack-Request-Timestamp": OLD}, "expired"),
        ({"X-Slack-Request-Timestamp": AHEAD}, "expired"),
        ({"X-Slack-Request-Timestamp": A_SECOND_AGO}, "wrong signature"),
    ],
)
async def test_what_is_not_from_slack_is_refused(door: Door, change: dict[str, str], reason: str) -> None:
    """It gets 401, nothing happens, and the log has the reason but not the body."""
    body = encoded(door.real["submission"])
    change = {name: str(int(time.time()) - 1) if value == A_SECOND_AGO else value for name, value in change.items()}
    headers = {name: value.encode("latin-1") for name, value in (signed(body) | change).items()}
    with capture_logs() as logs:
        answer = await door.post(body, headers)  # type: ignore[arg-type]

    assert (answer.status_code, answer.text) == (401, "not from Slack\n")
    assert [(line["event"], line["reason"]) for line in logs] == [("request refused", reason)]
    assert "Spring" not in str(logs)
    assert (door.slack.calls, door.jobs.stored) == ([], {})


async def test_unsigned_and_expired_with_the_right_secret_are_refused(door: Door) -> None:
    """No headers at all, or a correct signature of ten minutes ago: 401."""
    body = encoded(door.real["command"])

    assert (await door.post(body, {"Content-Type": FORM})).status_code == 401
    assert (await door.post(body, signed(body, at=str(int(time.time()) - 600)))).status_code == 401
    assert (await door.post(body, signed(body, secret="another"))).status_code == 401
    assert door.slack.calls == []


async def test_a_replay_is_refused(door: Door) -> None:
    """The same signed request is answered once; sent again, or at the same moment, it is a replay."""
    body = encoded(door.real["submission"])
    headers = signed(body)
    both = await asyncio.gather(door.post(body, headers), door.post(body, headers))
    later = await door.post(body, headers)

    assert sorted(answer.status_code for answer in both) == [200, 401]
    assert later.status_code == 401
    assert len(door.jobs.stored) == 1


async def test_the_same_search_in_a_menu_is_answered_again(door: Door) -> None:
    """Letters typed, taken back and typed again within a second are signed alike; asking changes nothing."""
    body = encoded(door.real["suggestion"])
    headers = signed(body)
    answers = [await door.post(body, headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[0].json() == answers[2].json()
    assert (await door.post(body, headers | {"X-Slack-Signature": "v0=" + "0" * 64})).status_code == 401
    assert (await door.post(body, signed(body, at=OLD))).status_code == 401


async def test_what_could_not_be_answered_may_come_again() -> None:
    """After a 5xx the same signature is let in; signatures of ten minutes ago are forgotten."""
    now = 1000.0
    signatures = Signatures(SECRET, lambda: now)
    headers = signed(b"x", at="1000")
    signature = headers["X-Slack-Signature"]

    assert signatures.wrong("1000", signature, b"x") == ""
    assert signatures.take(signature) == ""
    assert signatures.take(signature) == "replayed"
    signatures.give_back(signature)
    assert signatures.take(signature) == ""
    now = 2000.0
    assert signatures.wrong("1000", signature, b"x") == "expired"
    assert signatures.take(signed(b"y", at="2000")["X-Slack-Signature"]) == ""
    assert len(signatures._taken) == 1


async def test_methods_and_sizes(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """GET is not allowed; more than Slack ever sends is too large; a body that never ends is given up."""
    assert (await door.get()).status_code == 405
    huge = b"a" * (LARGEST + 1)
    assert (await door.post(huge)).status_code == 413

    monkeypatch.setattr(http, "ARRIVES_WITHIN", 0.05)
    sent: list[Any] = []

    async def never() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in signed(b"").items()]
    endpoint = SlackEndpoint(None, Signatures(SECRET))  # type: ignore[arg-type]
    async with asyncio.timeout(20):
        await endpoint({"method": "POST", "headers": headers}, never, send)
    assert sent[0]["status"] == 408


async def test_a_form_full_of_emoji_is_not_too_large() -> None:
    """80 inputs of 3,000 astral characters each, encoded as Slack does, stay below the limit."""
    assert 80 * 3000 * len("%5Cud83d%5Cude00") < LARGEST


@pytest.mark.parametrize(
    "kind", ["command", "shortcut", "message_action", "typed", "pressed", "submission", "closed", "home"]
)
async def test_real_payloads_are_answered(door: Door, kind: str) -> None:
    """Everything that Slack sends gets a 200."""
    assert (await door.post(encoded(door.real[kind]))).status_code == 200


async def test_events_are_answered(door: Door) -> None:
    """They come as JSON. Slack's question whether the address is ours is answered with its challenge."""
    asked = json.dumps({"type": "url_verification", "token": "x", "challenge": "3eZbrw1aB1"}).encode()
    happened = json.dumps(door.real["event"]).encode()
    as_json = {"Content-Type": "application/json"}
    verified = await door.post(asked, signed(asked) | as_json)
    heard = await door.post(happened, signed(happened) | as_json)

    assert (verified.status_code, verified.json()) == (200, {"challenge": "3eZbrw1aB1"})
    assert heard.status_code == 200
    await until(lambda: door.slack.named("views.publish"), 2)
    [published] = door.slack.named("views.publish")
    assert published["user_id"] == door.real["event"]["event"]["user"]


@FEW
@given(body=st.binary(max_size=200), content=st.sampled_from([FORM, "application/json", "text/plain", ""]))
async def test_any_bytes_are_answered(door: Door, body: bytes, content: str) -> None:
    """Signed nonsense is a 400, whatever it calls itself."""
    assert await door.post_again(body, content) == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
TYPES = st.sampled_from(["block_actions", "view_submission", "shortcut", "message_action", "event_callback", ""])


@FEW
@given(payload=JSON, kind=TYPES)
async def test_any_json_is_answered(door: Door, payload: Any, kind: str) -> None:
    """A payload of any shape is a 400, with or without a known type."""
    if kind and isinstance(payload, dict):
        payload |= {"type": kind}
    for body, content in (
        (urlencode({"payload": json.dumps(payload)}).encode(), FORM),
        (json.dumps(payload).encode(), "application/json"),
    ):
        assert await door.post_again(body, content) == 400


KINDS = ["command", "shortcut", "message_action", "typed", "pressed", "suggestion", "submission", "closed"]
KINDS += ["home", "event", "filled", "filling", "menu", "comment"]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_damaged_payloads_are_answered(door: Door, kind: str, data: st.DataObject) -> None:
    """A real payload with a key missing or of a wrong type is a 4xx or an answer, never a 5xx."""
    payload = door.real[kind]
    path = data.draw(st.sampled_from(paths(payload)))
    broken = mutated(payload, path, data.draw(st.sampled_from(JUNK)), remove=data.draw(st.booleans()))
    body = encoded(broken) if kind != "command" else urlencode(broken, errors="replace").encode()

    with capture_logs() as logs:
        status = await door.post_again(body)

    assert status in {200, 400, 404}, (path, status)
    assert not [line for line in logs if line["log_level"] == "error"], path


@pytest.mark.parametrize("kind", ["typed", "filling", "comment"])
async def test_a_press_in_a_view_that_is_not_there_makes_no_sense(door: Door, kind: str) -> None:
    """It is refused at the door."""
    without = {key: value for key, value in door.real[kind].items() if key != "view"}

    assert (await door.post(encoded(without))).status_code == 400


@pytest.mark.parametrize("text", ["\ud800", "a\x00b"])
async def test_what_no_database_takes_never_gets_in(door: Door, text: str) -> None:
    """Halves of characters and NUL, in an id or in an answer, are replaced before anybody sees them."""
    answers = door.real["submission"]["view"]["state"]["values"]
    [title] = answers["field:title"].values()
    title["value"] = text
    door.real["submission"]["view"]["root_view_id"] = text
    answers[f"field:goal{text}"] = {text: {"type": "plain_text_input", "value": text}}
    with capture_logs() as logs:
        answer = await door.post(encoded(door.real["submission"]))

    assert answer.status_code == 200
    assert not [line for line in logs if line["log_level"] == "error"]


async def test_a_listener_that_fails_keeps_the_form(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission gets an error at its first input, a command a sentence; never a 5xx, and no words in the log."""

    async def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("Spring sale")

    monkeypatch.setattr("bot.slack.handing_in._answer", fail)
    with capture_logs() as logs:
        answer = await door.post(encoded(door.real["submission"]))

    assert answer.status_code == 200
    assert answer.json()["response_action"] == "errors"
    [(block, text)] = answer.json()["errors"].items()
    assert block.startswith("request_type:")
    assert "nothing that you typed is lost" in text
    assert [line["event"] for line in logs] == ["listener failed"]


def test_payloads_are_read_as_slack_sends_them() -> None:
    """A form with a payload, a form of a command, a JSON object; nothing else."""
    command = b"command=%2Fdevrequest&user_id=U1&trigger_id=1.2&text=a+b"
    assert payload_of(command, FORM) == {
        "command": "/devrequest",
        "user_id": "U1",
        "trigger_id": "1.2",
        "text": "a b",
    }
    assert payload_of(b"ssl_check=1&token=x", FORM) == {"ssl_check": "1", "token": "x"}
    assert payload_of(b"{&" + command, FORM) is not None
    assert payload_of(b"payload=%7B", FORM) is None
    assert payload_of(b"payload=" + b"%5B" * 100_000, FORM) is None
    assert payload_of(b"\xff\xfe", FORM) is None


async def test_an_answer_with_a_server_error_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the library itself answers 500, the signature is given back, so that Slack's next try is heard."""

    class Broken:
        async def async_dispatch(self, _: Any) -> BoltResponse:
            return BoltResponse(status=500, body="")

    signatures = Signatures(SECRET)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=SlackEndpoint(Broken(), signatures)),  # type: ignore[arg-type]
        base_url="http://bot",
    )
    body = b"ssl_check=1"
    assert (await client.post("/", content=body, headers=signed(body))).status_code == 500
    assert signatures._taken == {}
