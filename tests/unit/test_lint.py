"""`devrequest lint`: any number of lines, one answer each, and no line that stops it."""

import io
import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bot.cli.lint import KINDS, run

STORY = "As a visitor, I want to see the prices, so that I can order."


def lint(kind: str, lines: bytes) -> list[dict[str, Any]]:
    """What `--json` prints."""
    out = io.StringIO()
    run(kind, io.BytesIO(lines), out, as_json=True)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def readable(kind: str, text: str) -> str:
    """What people see."""
    out = io.StringIO()
    run(kind, io.BytesIO(text.encode()), out, as_json=False)
    return out.getvalue()


def test_a_story_with_its_parts() -> None:
    """A story comes with role, wish and benefit."""
    assert lint("user_story", STORY.encode()) == [
        {
            "text": STORY,
            "findings": [],
            "parts": {"role": "visitor", "want": "see the prices", "benefit": "I can order"},
        }
    ]


def test_a_finding_has_code_message_span_and_severity() -> None:
    """Each finding has the five keys of the interface, and only stories have parts."""
    assert lint("ga4_event", b"sign-up") == [
        {
            "text": "sign-up",
            "findings": [
                {
                    "code": "ga4.bad_characters",
                    "message": "Only letters, digits and underscores may stand in a name; “sign-up” has “-”.",
                    "start": 0,
                    "end": 7,
                    "severity": "must",
                }
            ],
        }
    ]


def test_case_c_a_bad_event_name_is_refused_with_the_reason() -> None:
    """`2nd Step!` starts with a digit and has a blank and an exclamation mark."""
    codes = [finding["code"] for finding in lint("ga4_event", b"2nd Step!")[0]["findings"]]

    assert codes == ["ga4.bad_characters", "ga4.starts_wrong"]


def test_one_answer_for_each_line_whatever_it_is() -> None:
    """Plain lines, JSON with a text, other JSON, broken JSON, bytes that are no text, nothing: all are answered."""
    lines = b'fast\r\n{"text": "slow", "id": 7}\n{"id": 8}\n{broken\n\xff\xfe\n\n["a"]\n' + b"[" * 3000 + b"\n{" * 1

    texts = [answer["text"] for answer in lint("wording", lines)]

    assert texts == ["fast", "slow", '{"id": 8}', "{broken", "\ufffd\ufffd", "", '["a"]', "[" * 3000, "{"]


def test_among_json_lines_one_that_is_none_is_named() -> None:
    """It is answered like any other; plain texts are nothing to complain about, whatever they begin with."""
    said = io.StringIO()
    run("wording", io.BytesIO(b'{"text": "a"}\n{"text": 5}\n\n{broken\n'), io.StringIO(), as_json=True, complaints=said)
    assert said.getvalue() == (
        "line 2: no JSON object with a `text`; it is read as a text itself\n"
        "line 4: no JSON object with a `text`; it is read as a text itself\n"
    )
    said = io.StringIO()
    run("wording", io.BytesIO(b"{name} is shown\nplain\n"), io.StringIO(), as_json=True, complaints=said)
    assert said.getvalue() == ""


def test_memory_does_not_grow_with_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the stories that stood before only the last ones are remembered; the oldest is forgotten first."""
    monkeypatch.setattr("bot.cli.lint.REMEMBERED", 2)
    stories = [f"As a visitor, I want to see page {number}, so that I can order." for number in (1, 2, 3, 2, 1)]
    answers = lint("user_story", "\n".join(stories).encode())
    assert [bool(answer["findings"]) for answer in answers] == [False, False, False, True, False]


def test_a_criterion_is_read_for_its_wording_as_well() -> None:
    """Acceptance criteria have the findings of both families; JSON carries several lines."""
    answers = lint("acceptance_criteria", json.dumps({"text": "works well\nA tap starts a call"}).encode())

    assert [finding["code"] for finding in answers[0]["findings"]] == ["criteria.not_testable", "wording.vague"]


def test_a_story_that_stood_before() -> None:
    """The second of two stories that say the same is a duplicate."""
    answers = lint("user_story", f"{STORY}\nAs the visitor I want to see prices so that I can order\n".encode())

    assert [[finding["code"] for finding in answer["findings"]] for answer in answers] == [[], ["story.duplicate"]]


def test_wording_is_read_as_a_specification() -> None:
    """`--as wording` also points at quantifiers."""
    assert [finding["code"] for finding in lint("wording", b"all fees")[0]["findings"]] == ["wording.vague"]


def test_the_form_for_people() -> None:
    """The text, then each finding with its words and an example; empty lines are left out."""
    assert readable("acceptance_criteria", "The page loads fast\n\nA tap starts a call\n") == (
        "The page loads fast\n"
        "  hint: Nobody can check “fast”. Say how much, how long or how many. [criteria.not_testable] (fast)\n"
        "    such as: The page shows its first text within 2 seconds on a phone\n"
        "  hint: “fast” can mean many things. Say how much, how long or how many. [wording.vague] (fast)\n"
        "    such as: The page shows its first text within 2 seconds on a phone\n"
        "A tap starts a call\n"
        "  nothing found\n"
    )


@pytest.mark.parametrize("kind", KINDS)
@given(lines=st.binary())
def test_no_bytes_stop_it(kind: str, lines: bytes) -> None:
    """Whatever comes in, there is an answer for each line."""
    assert len(lint(kind, lines)) == len(lines.split(b"\n")) - (lines.endswith(b"\n") or not lines)


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--as", "user_story", "--json"], 0), (["--as", "haiku"], 2), ([], 2)]
)
def test_the_command(arguments: list[str], status: int) -> None:
    """Findings are no failure; a kind that there is not is one of the command line."""
    command = [sys.executable, "-m", "bot", "lint", *arguments]

    done = subprocess.run(command, input=b'{"text": "\\ud800"}\nx\n', capture_output=True, check=False)

    assert done.returncode == status
    assert len(done.stdout.splitlines()) == (2 if status == 0 else 0)


def test_a_reader_that_has_seen_enough() -> None:
    """A pipe that closes early, as `head` does, is no error."""
    command = f"yes 'As a visitor' | head -20000 | {sys.executable} -m bot lint --as user_story | head -1"

    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)

    assert done.stdout == "As a visitor\n"
    assert done.stderr == ""


def test_many_lines_and_garbage_among_them() -> None:
    """One answer each, in their order, with 0 at the end."""
    lines = [b"sign_up: method", b"\xff\x00\x80", b"{", b"", b"x" * 100_000] + [b"plan_opened"] * 19_995
    command = [sys.executable, "-m", "bot", "lint", "--as", "ga4_event", "--json"]
    done = subprocess.run(command, input=b"\r\n".join(lines), capture_output=True, check=False)
    answers = done.stdout.splitlines()
    assert (done.returncode, done.stderr, len(answers)) == (0, b"", 20_000)
    assert json.loads(answers[-1]) == {"text": "plan_opened", "findings": []}
