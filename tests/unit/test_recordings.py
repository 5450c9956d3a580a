"""The check of all recordings against the vendors' contracts can fail."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.recordings import SHARED, judge

pytestmark = pytest.mark.skipif(
    not (SHARED / "specs").is_dir() and os.environ.get("CI") != "true", reason="../shared is not beside this checkout"
)


def exchange(body: Any, answer: Any = None, fault: str | None = None) -> str:
    """A recorded `POST /tasks`."""
    line = {
        "method": "POST",
        "path": "/asana/api/1.0/tasks",
        "query": "",
        "headers": {"Content-Type": "application/json"},
        "body_b64": base64.b64encode(json.dumps(body).encode()).decode(),
        "status": 201,
        "resp_headers": {"Content-Type": "application/json"},
        "resp_b64": base64.b64encode(json.dumps(answer).encode()).decode() if answer is not None else "",
    }
    return json.dumps(line | ({"fault": fault} if fault else {}))


GOOD = exchange({"data": {"name": "x"}}, {"data": {"gid": "1", "name": "x"}})


@pytest.mark.parametrize(
    ("lines", "good", "said"),
    [
        ([], False, "Contracts: 0 exchanges (none), 0 operations, 0 violations."),
        ([GOOD, GOOD], True, "Contracts: 2 exchanges (2 with asana), 1 operations, 0 violations."),
        ([exchange({"nme": "x"}, {"data": {}})], False, "1 violations."),
        ([exchange({"data": {"name": "x"}}, {"data": {"name": 5}})], False, "1 violations."),
        ([exchange({"data": {"name": "x"}}, fault="drop_after")], True, "0 violations."),
        ([exchange({"data": {"nme": "x"}}, fault="garbage")], False, "1 violations."),
        ([exchange({"data": {"name": "x"}}, fault="500")], False, "1 violations."),
        ([json.dumps({"path": "/slack/api/chat.postMessage"})], False, "0 exchanges"),
    ],
)
def test_recordings_are_judged(tmp_path: Path, lines: list[str], good: bool, said: str):
    """No exchange at all, a faulty request or a faulty answer fails; answers that a fault has spoilt do not count."""
    file = tmp_path / "one.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    printed: list[str] = []

    assert judge([file], lambda text, **_: printed.append(text)) is good
    assert said in printed[0]
