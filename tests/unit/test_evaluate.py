"""`devrequest evaluate`: REST payloads in, one verdict a line out, whatever the lines hold."""

import argparse
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bot.__main__ import main as command
from bot.bootstrap import payload_reader
from bot.cli.evaluate import as_line, find_type, in_words, main, run
from bot.domain.content_checks import content_checks
from bot.domain.errors import ConfigurationError
from bot.domain.readiness import Judge
from tests.strategies import examples, texts

TEMPLATE = """
name: Page
description: A page
was: old-page
tracker: {jira: {fields: {impact: customfield_10050}}, asana: {fields: {impact: Business impact}}}
body:
- {type: textarea, id: goal, attributes: {label: Goal, placeholder: From 40 to 60}, ready: {required: true}}
- {type: input, id: impact, attributes: {label: Impact}, ready: {required: true}}
"""
BUG = Judge(find_type("bug"), content=content_checks())
READY = {
    "key": "WEB-1",
    "fields": {"summary": "Page", "description": "h2. Goal\nFrom 1 to 2", "customfield_10050": "20"},
}
ADF = {
    "key": "WEB-2",
    "names": {"customfield_7": "Impact"},
    "fields": {
        "summary": "Page",
        "customfield_7": {"value": "High"},
        "description": {
            "type": "doc",
            "content": [
                {"type": "heading", "attrs": {"level": 3}, "content": [{"type": "text", "text": "Goal"}]},
                {"type": "paragraph", "content": [{"type": "text", "text": "TBD"}]},
            ],
        },
    },
}
TASK = {"data": {"gid": "12", "name": "Page", "html_notes": "<body><h1>Goal</h1>More &amp; more</body>"}}


@pytest.fixture
def template(tmp_path: Path) -> str:
    path = tmp_path / "page.yaml"
    path.write_text(TEMPLATE, encoding="utf-8")
    return str(path)


def evaluated(
    template: str, lines: Sequence[Any], tracker: str = "jira", *, as_json: bool = True
) -> tuple[int, list[str], str]:
    """Exit code, lines of standard output, standard error."""
    out, complaints = io.StringIO(), io.StringIO()
    read = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    judge = Judge(find_type(template))
    code = run(read, judge, payload_reader(tracker), as_json=as_json, out=out, complaints=complaints)
    return code, out.getvalue().splitlines(), complaints.getvalue()


def test_a_picture_stands_for_a_link_to_the_design() -> None:
    """A mock-up in the section itself needs no link beside it, whatever is said below it."""
    judge = Judge(find_type("landing-page"), content=content_checks())
    picture = {"type": "mediaSingle", "content": [{"type": "media", "attrs": {"id": "1", "type": "file"}}]}
    words = {"type": "paragraph", "content": [{"type": "text", "text": "As in the mock-up of May"}]}
    found = []
    for content in ([picture, words], [words]):
        heading = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Design"}]}
        description = {"type": "doc", "version": 1, "content": [heading, *content]}
        payload = {"key": "WEB-1", "fields": {"summary": "Page", "description": description}}
        verdict = judge.ticket(payload_reader("jira")(payload))
        found.append([gap.code for gap in verdict.gaps if gap.section == "design_assets"])
    assert found == [[], ["design.no_link"]]


def test_each_line_gets_its_verdict(template: str) -> None:
    """v2 with wiki markup and v3 with ADF, fields by id, and by name where the payload has names."""
    code, lines, complaints = evaluated(template, [READY, ADF])
    assert (code, complaints) == (0, "")
    assert [json.loads(line) for line in lines] == [
        {"key": "WEB-1", "template": "page", "score": 100, "gaps": []},
        {
            "key": "WEB-2",
            "template": "page",
            "score": 50,
            "gaps": [
                {
                    "section": "goal",
                    "code": "section.placeholder",
                    "message": "“Goal” only says “TBD”. If there is nothing to say: “Not needed, because …”.",
                }
            ],
        },
    ]


def test_tasks_of_asana_come_with_and_without_data_around_them(template: str) -> None:
    """As `GET /tasks/{gid}` answers, or as a list holds them; `notes` where there is no rich text."""
    plain = {"gid": "13", "name": "Page", "notes": "Goal: more\nImpact: 20"}
    field = {"gid": "9", "name": "Business impact", "resource_subtype": "text", "text_value": "20 more"}
    code, lines, _ = evaluated(template, [TASK, plain, TASK["data"] | {"custom_fields": [field]}], "asana")
    verdicts = [json.loads(line) for line in lines]
    assert code == 0
    assert [(verdict["key"], verdict["score"]) for verdict in verdicts] == [("12", 50), ("13", 100), ("12", 100)]


def test_a_bad_line_is_named_and_the_next_one_is_read(template: str) -> None:
    """The exit code tells of it at the end; blank lines are no lines."""
    bad = [
        "{",
        "[]",
        "null",
        '{"key": "X"}',
        '{"fields": {"description": 3, "labels": 7, "created": "x"}}',
        "{" * 100_000,
    ]
    code, lines, complaints = evaluated(template, ["", *bad, " \t", READY])
    assert code == 1
    assert json.loads(lines[-1])["key"] == "WEB-1"
    named = [line.partition(":")[0] for line in complaints.splitlines()]
    assert named[:4] == ["line 2", "line 3", "line 4", "line 5"]
    assert "line 9" not in named
    assert "line 2: not JSON: Expecting property name enclosed in double quotes at character 2" in complaints
    assert "line 3: not a JSON object" in complaints
    assert "line 5: not a Jira issue: there is no object `fields` in it" in complaints


def test_words_for_people(template: str) -> None:
    """Score and title, then what is missing with an example."""
    _, lines, _ = evaluated(template, [ADF], as_json=False)
    assert lines == [
        "WEB-2  50 of 100  Page",
        "  goal: “Goal” only says “TBD”. If there is nothing to say: “Not needed, because …”. [section.placeholder]",
        "    such as: From 40 to 60",
    ]


def test_hints_stand_beside_the_gaps() -> None:
    """What could be better costs nothing and is no gap, and yet it can be seen; a link in bold letters is read."""
    judge = Judge(find_type("landing-page"), content=content_checks())
    link = "https://www.figma.com/design/Ab3dEf6hIj9kLm2nOp5qRs/Pricing?node-id=12-34"
    bold = {"type": "text", "text": "Pricing", "marks": [{"type": "link", "attrs": {"href": link}}, {"type": "strong"}]}
    description = {"type": "doc", "version": 1, "content": []}
    for heading, body in (("Campaign goal", {"type": "text", "text": "More sign-ups"}), ("Design assets", bold)):
        title = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": heading}]}
        description["content"] += [title, {"type": "paragraph", "content": [body]}]  # type: ignore[operator]
    payload = {"key": "WEB-1", "fields": {"summary": "Page", "description": description}}

    verdict = judge.ticket(payload_reader("jira")(payload))

    said = json.loads(as_line("WEB-1", "landing-page", verdict))
    assert {"goal", "design_assets"}.isdisjoint(gap["section"] for gap in said["gaps"])
    assert [hint["code"] for hint in said["hints"]] == ["context.goal_unmeasured"]
    assert in_words("WEB-1", "Page", verdict)[-1].startswith("  hint, goal: The goal has no number")


def test_a_type_is_named_by_key_by_former_key_or_by_file(
    template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a configuration the shipped ones are known; a wrong name is answered with the likely one."""
    monkeypatch.setenv("DEVREQUEST_CONFIG", str(tmp_path / "none.yaml"))
    assert find_type("landing-page").key == "landing-page"
    assert find_type(template).key == "page"
    with pytest.raises(
        ConfigurationError, match=r"There is no request type 'landing-pag'\. Did you mean landing-page\?"
    ):
        find_type("landing-pag")
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml"):
        find_type(str(tmp_path / "nowhere.yaml"))
    config = tmp_path / "devrequest.yaml"
    config.write_text(f"templates: [{tmp_path.name}]\nteams: []\n")
    (tmp_path / tmp_path.name).mkdir()
    (tmp_path / tmp_path.name / "page.yaml").write_text(TEMPLATE, encoding="utf-8")
    config.write_text(
        f"templates: [{tmp_path.name}]\n"
        "teams: [{name: Web, channel: C0MARDEV, trackers: {jira: {project: WEB}}}]\n"
    )
    monkeypatch.setenv("DEVREQUEST_CONFIG", str(config))
    assert find_type("old-page").key == "page"


def test_a_template_with_errors_is_refused(tmp_path: Path) -> None:
    """With file and line, as `devrequest check` says it."""
    path = tmp_path / "broken.yaml"
    path.write_text("name: P\nbody: []\n")
    with pytest.raises(ConfigurationError, match=r"broken\.yaml"):
        find_type(str(path))


def test_the_command_reads_standard_input(
    template: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the checks of content; bytes that are no UTF-8 stop nothing."""
    raw = json.dumps(READY).encode() + b'\n{"\xff\n' + json.dumps(TASK).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert main(argparse.Namespace(template=template, tracker="jira", json=True)) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["score"] == 100
    assert [line.partition(":")[0] for line in captured.err.splitlines()] == ["line 2", "line 3"]
    assert main(argparse.Namespace(template="no-such-type", tracker="jira", json=True)) == 1
    assert "There is no request type 'no-such-type'." in capsys.readouterr().err


def test_any_tracker_can_be_named(
    template: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in the registry is taken, and what does not is answered with what does."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"key": "MEM-7"}\n')))
    assert command(["evaluate", "--template", template, "--from", "memory", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["key"] == "MEM-7"
    assert command(["evaluate", "--template", template, "--from", "jria"]) == 1
    assert capsys.readouterr().err == "There is no tracker 'jria'; known are asana, jira, memory.\n"


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_no_character_stops_it(template: str, monkeypatch: pytest.MonkeyPatch, encoding: str, *, as_json: bool) -> None:
    """Neither half of a surrogate pair nor a terminal that knows few characters; in JSON nothing gets lost."""
    odd = {**READY, "key": "\ud800-ü“", "fields": {**READY["fields"], "summary": "\ud800 ü “"}}  # type: ignore[dict-item]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{json.dumps(odd)}\n{json.dumps(READY)}".encode())))
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding))

    assert main(argparse.Namespace(template=template, tracker="jira", json=as_json)) == 0

    lines = written.getvalue().decode(encoding).splitlines()
    if as_json:
        assert [json.loads(line)["key"] for line in lines] == ["\ud800-ü“", "WEB-1"]
    else:
        assert lines[-1] == "WEB-1  100 of 100  Page"


KEYS = st.sampled_from(
    [
        *("type", "content", "text", "value", "attrs", "fields", "description", "gid", "notes", "html_notes"),
        *("custom_fields", "name", "labels", "summary", "names", "tags", "memberships", "created_at"),
    ]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | texts, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=examples(75), deadline=None)
@given(st.lists(st.dictionaries(KEYS, anything), max_size=3))
def test_no_payload_stops_it(fields: list[Any]) -> None:
    """Every line gives a verdict or is named; none is lost."""
    for tracker, payloads in (
        ("jira", [{"key": "A-1", "fields": one} for one in fields]),
        ("asana", [{"gid": "1", **one} for one in fields]),
    ):
        out, complaints = io.StringIO(), io.StringIO()
        lines = [json.dumps(payload) for payload in payloads]
        run(lines, BUG, payload_reader(tracker), as_json=True, out=out, complaints=complaints)
        assert out.getvalue().count("\n") + complaints.getvalue().count("\n") == len(lines)
