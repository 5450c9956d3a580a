"""The team's dictionary: how its file is read, what is said of a faulty one, and who judges by it."""

import argparse
import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from bot.bootstrap import load_everything
from bot.cli import evaluate
from bot.cli.lint import run
from bot.domain.dictionary_loader import load_dictionary
from bot.teams import ConfiguredTeams
from bot.usecases.judge_answers import blocked, judged

CONFIG = "teams:\n- name: Web\n  channel: C0WEB\n  trackers: {jira: {project: WEB}}\ndictionary: tracking.yaml\n"
KNOWN = "events:\n  plan_opened: [plan]\n  demo_requested:\nparameters: [team_size]\n"
FORM = (
    "name: Tracking\ndescription: What is tracked\nbody:\n- type: textarea\n  id: tracking\n"
    "  attributes: {label: Tracking}\n  ready: {required: true, checks: [ga4], block: [ga4.not_in_dictionary]}\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, its dictionary and one request type, and the bot started there."""
    (tmp_path / "devrequest.yaml").write_text(f"{CONFIG}templates: [types]\n")
    (tmp_path / "tracking.yaml").write_text(KNOWN)
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / "tracking-only.yaml").write_text(FORM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEVREQUEST_CONFIG", raising=False)
    return tmp_path


def problems(text: str) -> list[str]:
    """What is wrong with a dictionary."""
    found = load_dictionary("tracking.yaml", text)
    assert (found[0] is None) == bool(found[1])
    return [str(problem).removeprefix("tracking.yaml") for problem in found[1]]


@pytest.mark.parametrize(
    ("text", "events", "parameters"),
    [
        (KNOWN, {"plan_opened": {"plan"}, "demo_requested": set()}, {"team_size"}),
        ("events: [a, b: [c], {name: d, parameters: [e]}]", {"a": set(), "b": {"c"}, "d": {"e"}}, set()),
        ("events: {a: {description: First, parameters: {b: Which}}}", {"a": {"b"}}, set()),
        ("events: {a: sent once, b: {plan: which plan}}", {"a": set(), "b": {"plan"}}, set()),
        ("parameters: plan, team_size", {}, {"plan", "team_size"}),
        ('{"events": {"page_view": ["page_type"]}}', {"page_view": {"page_type"}}, set()),
    ],
)
def test_a_dictionary_as_people_write_it(text: str, events: dict[str, set[str]], parameters: set[str]) -> None:
    """Mappings and lists, with descriptions or without; events of GA4 itself may get parameters."""
    found, wrong = load_dictionary("tracking.yaml", text)

    assert wrong == []
    assert found is not None
    assert (dict(found.events), found.parameters) == (events, parameters)


def test_every_error_at_once_with_its_line() -> None:
    """A misspelt key hides none of what stands below it, and each name that GA4 refuses is said with a better one."""
    text = "events:\n  2x: [a-b]\n  error:\n  plan: 5\n  form:\n    parametres: [gclid]\nparameter: [Team Size]\n"

    assert problems(text) == [
        (
            ":2 events.2x: '2x' cannot be tracked: A name starts with a letter: “2x” is dropped by GA4. "
            "(did you mean step_2x?)"
        ),
        ":3 events.error: 'error' cannot be tracked: GA4 keeps the event name “error” for itself.",
        ":4 events.plan: list the parameters: [plan, currency]",
        ":6 events.form.parametres: unknown key; known here: parameters, description, name (did you mean parameters?)",
        ":6 events.form.parametres[0]: 'gclid' cannot be tracked: GA4 keeps the parameter “gclid” for itself.",
        ":7 parameter: unknown key; known here: events, parameters (did you mean parameters?)",
        (
            ":7 parameter[0]: 'Team Size' cannot be tracked: Only letters, digits and underscores may stand in a name; "
            "“Team Size” has a blank. (did you mean team_size?)"
        ),
    ]


@pytest.mark.parametrize("text", ["- a", "5", "events: {}", "{}", "events: text"])
def test_what_is_no_dictionary(text: str) -> None:
    """A file of another shape is shown the right one."""
    [problem] = problems(text)

    assert problem.endswith("each with its parameters: `plan_opened: [plan, currency]`")


@given(st.text() | st.binary())
def test_any_file_gives_a_dictionary_or_problems(content: str | bytes) -> None:
    """Nothing that a file may hold is an exception."""
    found, wrong = load_dictionary("tracking.yaml", content)

    assert (found is None) == bool(wrong)


def test_a_dictionary_that_is_not_there(folder: Path) -> None:
    """The configuration's line is named, and a faulty dictionary's own."""
    (folder / "tracking.yaml").write_text("events: {ga_x: }\n")
    faulty = load_everything(folder / "devrequest.yaml")
    (folder / "tracking.yaml").unlink()
    missing = load_everything(folder / "devrequest.yaml")

    assert [str(problem).replace(f"{folder}/", "") for problem in (*faulty.problems, *missing.problems)] == [
        (
            "tracking.yaml:1 events.ga_x: 'ga_x' cannot be tracked: GA4 keeps names that begin with “ga_” for itself. "
            "(did you mean x?)"
        ),
        "devrequest.yaml:5 dictionary: there is no file tracking.yaml",
    ]


def test_the_form_and_the_confirmation_judge_by_it(folder: Path) -> None:
    """A near miss is suggested, and stops the form where the template says so."""
    loadout = load_everything(folder / "devrequest.yaml")
    assert loadout.config is not None
    teams = ConfiguredTeams(loadout.config, loadout.types, dictionary=loadout.dictionary)
    [team], kind = teams.all(), loadout.types["tracking-only"]

    gaps = judged(team, kind, {"tracking": "plan_opend: plan"}).gaps

    assert [(gap.code, gap.example) for gap in gaps] == [("ga4.not_in_dictionary", "plan_opened")]
    assert list(blocked(team, kind, {"tracking": "plan_opend: plan"})) == ["tracking"]
    assert blocked(team, kind, {"tracking": "plan_opened: plan, team_size\nsign_up: method"}) == {}


def test_evaluate_judges_by_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The dictionary of the configuration counts on the command line, too."""
    payload = {"key": "WEB-1", "fields": {"summary": "T", "description": "h2. Tracking\nplan_opend: plan"}}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(payload).encode())))

    code = evaluate.main(argparse.Namespace(template="tracking-only", tracker="jira", json=True))

    assert code == 0
    [gap] = json.loads(capsys.readouterr().out)["gaps"]
    assert gap["code"] == "ga4.not_in_dictionary"
    assert "did you mean “plan_opened”?" in gap["message"]


def test_lint_judges_by_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So does lint; a faulty dictionary is said aside, and does not stop it."""
    known, faulty = io.StringIO(), io.StringIO()
    run("ga4_event", io.BytesIO(b"plan_opend"), known, as_json=True)
    (folder / "tracking.yaml").write_text("events: 5")
    run("ga4_event", io.BytesIO(b"plan_opend"), faulty, as_json=True)

    assert [entry["code"] for entry in json.loads(known.getvalue())["findings"]] == ["ga4.not_in_dictionary"]
    assert json.loads(faulty.getvalue())["findings"] == []
    assert capsys.readouterr().err.startswith("tracking.yaml:1 events: name the known events")
