"""`devrequest check`: what it reads, what it prints, how it exits."""

import argparse
import io
import json
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from bot.__main__ import main as command_line
from bot.cli.check import TrackerModels, main, run, schema_text


class Team(BaseModel):
    model_config = ConfigDict(extra="forbid")

    project: str


class Template(BaseModel):
    model_config = ConfigDict(extra="forbid")

    issue_type: str = ""


class Asana(BaseModel):
    section: str = ""


MODELS = TrackerModels(template={"jira": Template, "asana": Asana}, team={"jira": Team, "asana": Asana})
FORM = "name: Form\ndescription: One form\nbody:\n- {type: input, attributes: {label: L}}\n"
CONFIG = "teams:\n- name: Web\n  channel: C0WEB\n  trackers: {jira: {project: WEB}}\n"


def check(
    *paths: Path, config: Path = Path("nowhere.yaml"), as_json: bool = False, write_schema: bool = False
) -> tuple[int, str]:
    """The exit code and what was printed."""
    out = io.StringIO()
    code = run(
        [str(path) for path in paths], MODELS, config=config, as_json=as_json, write_schema=write_schema, out=out
    )
    return code, out.getvalue()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that everything is relative to."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_paths_and_configuration_the_shipped_types_are_checked(here: Path) -> None:
    """The command is of use before anything is set up, and says so to whoever is in the wrong folder."""
    code, printed = check()
    assert code == 0
    assert printed.splitlines() == [
        "note: nowhere.yaml: is not there; only the shipped request types are read",
        "10 request types read, nothing to mend.",
    ]


def test_a_folder_is_checked_file_by_file(here: Path) -> None:
    """Errors are lines that editors and terminals make links of; notes do not fail the check."""
    write(here / "own" / "bad.yaml", FORM.replace("label", "lable"))
    write(here / "own" / "good.yaml", "assignees: [x]\n" + FORM)
    write(here / "own" / "README.md", "# Not a form")
    code, printed = check(here / "own")
    assert code == 1
    assert printed.splitlines() == [
        (
            "own/bad.yaml:4 body[0].attributes.lable: unknown key; known here are label, description, placeholder, "
            "value (did you mean label?)"
        ),
        "note: own/good.yaml:1 assignees: is GitHub's and not used here",
        "1 request type read, 1 error to mend.",
    ]


def test_json_is_a_list_of_problems(here: Path) -> None:
    """Machines get the same, one object a problem, and nothing else."""
    path = write(here / "form.yaml", FORM + "agenda: never\n")
    code, printed = check(path, as_json=True)
    assert code == 1
    assert json.loads(printed) == [
        {
            "file": "form.yaml",
            "line": 5,
            "key": "agenda",
            "message": "must be one of: initiative, roadblock, quick_win, action",
            "suggestion": "",
            "severity": "error",
        }
    ]
    assert check(write(here / "form.yaml", FORM), as_json=True) == (0, "[]\n")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nowhere.yaml", "nowhere.yaml: is not there"),
        ("notes.txt", "notes.txt: is neither YAML nor JSON"),
        ("empty", "empty: holds no request types"),
    ],
)
def test_a_path_that_holds_no_template_is_an_error(here: Path, name: str, expected: str) -> None:
    """A mistyped path must not look like success."""
    write(here / "notes.txt", "notes")
    (here / "empty").mkdir()
    code, printed = check(Path(name))
    assert code == 1
    assert printed.splitlines() == [expected, "0 request types read, 1 error to mend."]


def test_the_configuration_is_checked_with_the_folders_it_names(here: Path) -> None:
    """Folders are relative to the configuration; own types count as known."""
    write(here / "etc" / "own" / "webinar.yaml", FORM)
    config = write(here / "etc" / "devrequest.yaml", CONFIG + "  request_types: [webinar, bug]\ntemplates: [own]\n")
    assert check(config=config) == (0, "11 request types and the configuration read, nothing to mend.\n")
    assert check(config) == (0, "11 request types and the configuration read, nothing to mend.\n")


def test_mistakes_in_the_configuration_have_file_line_and_key(here: Path) -> None:
    """The configuration and the request types are mended in one go."""
    config = write(here / "devrequest.yaml", CONFIG + "  request_types: [landing-pag]\ntemplates: [own]\n")
    code, printed = check(config=config)
    assert code == 1
    assert printed.splitlines()[:2] == [
        (
            "devrequest.yaml:5 teams[0].request_types[0]: there is no request type 'landing-pag' "
            "(did you mean landing-page?)"
        ),
        "devrequest.yaml:6 templates[0]: there is no folder own",
    ]


def test_a_faulty_configuration_does_not_hide_its_own_types_and_unknown_ones(here: Path) -> None:
    """One run tells what is wrong with the file, with the folders that it names, and which types nobody wrote."""
    write(here / "own" / "bad.yaml", FORM.replace("name:", "nmae:"))
    write(here / "own" / "good.yaml", FORM)
    config = write(
        here / "devrequest.yaml",
        CONFIG.replace("project", "projekt") + "  time_zone: Mars\n  time_zone: UTC\n"
        "  request_types: [landing-pag, bad, good]\ntemplats: [own, nowhere]\n",
    )
    code, printed = check(config=config)
    assert code == 1
    assert printed.splitlines() == [
        "devrequest.yaml:4 teams[0].trackers.jira.projekt: unknown key; known here: project (did you mean project?)",
        "devrequest.yaml:5 teams[0].time_zone: 'Mars' is no time zone; write one like Europe/Berlin",
        "devrequest.yaml:6 teams[0].time_zone: is there twice, first in line 5",
        (
            "devrequest.yaml:7 teams[0].request_types[0]: there is no request type 'landing-pag' "
            "(did you mean landing-page?)"
        ),
        (
            "devrequest.yaml:8 templats: unknown key; known here: dictionary, ops_channel, people, retention, "
            "shipped_templates, teams, templates (did you mean templates?)"
        ),
        "devrequest.yaml:8 templates[1]: there is no folder nowhere",
        (
            "own/bad.yaml:1 nmae: unknown key; known here are name, description, title, labels, assignees, projects, "
            "type, agenda, tracker, was, body, $schema (did you mean name?)"
        ),
        "11 request types and the configuration read, 7 errors to mend.",
    ]


def test_a_configuration_with_a_misspelt_first_key_is_no_template(here: Path) -> None:
    """It is checked as what it is, whatever it is called."""
    code, printed = check(write(here / "mine.yaml", CONFIG.replace("teams", "teems") + "people: 5\n"))
    assert code == 1
    assert [line.split(": ")[0] for line in printed.splitlines()] == [
        "mine.yaml:1 teems",
        "mine.yaml:5 people",
        "10 request types and the configuration read, 2 errors to mend.",
    ]


def test_a_file_that_cannot_be_read_hides_no_other(here: Path) -> None:
    """It is named, and the rest of the folder is checked."""
    write(here / "own" / "bad.yaml", FORM.replace("name:", "nmae:"))
    (here / "own" / "broken.yaml").symlink_to("broken.yaml")
    (here / "own" / "gone.yaml").symlink_to(here / "nowhere.yaml")
    write(here / "latin.yaml", "").write_bytes("teams: Bücher".encode("latin-1"))
    code, printed = check(here / "own", here / "latin.yaml")
    assert code == 1
    assert [line.split(": ")[0] for line in printed.splitlines()] == [
        "own/bad.yaml:1 nmae",
        "latin.yaml:1",
        "0 request types read, 2 errors to mend.",
    ]


def test_faults_of_configuration_and_templates_come_together(here: Path) -> None:
    """A configuration that cannot be used does not hide what is wrong with the shipped types' neighbours."""
    config = write(here / "devrequest.yaml", CONFIG.replace("project", "projekt"))
    form = write(here / "form.yaml", FORM.replace("name:", "nmae:"))
    code, printed = check(config, form)
    assert code == 1
    assert {line.split(" ")[0] for line in printed.splitlines()[:-1]} == {
        "devrequest.yaml:4",
        "form.yaml:1",
    }


def test_the_schema_is_written_into_the_folder(here: Path) -> None:
    """For editors; the check passes over it."""
    write(here / "own" / "form.yaml", FORM)
    code, printed = check(here / "own", write_schema=True)
    assert (code, printed) == (0, "1 request type read, nothing to mend.\n")
    assert (here / "own" / "schema.json").read_text(encoding="utf-8") == schema_text(MODELS)


def test_the_command_reads_configuration_and_environment(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`DEVREQUEST_CONFIG` names the configuration; a faulty environment is a problem like any other."""
    options = argparse.Namespace(paths=[], json=True, write_schema=False)
    monkeypatch.setenv("DEVREQUEST_CONFIG", str(write(here / "own.yaml", "teams: []\n")))
    assert main(options) == 1
    assert [(found["file"], found["key"]) for found in json.loads(capsys.readouterr().out)] == [("own.yaml", "teams")]
    monkeypatch.setenv("DEVREQUEST_CONFIG", "nowhere.yaml")
    assert main(options) == 1
    assert json.loads(capsys.readouterr().out)[0]["message"].startswith("is not there: copy devrequest.example.yaml")
    monkeypatch.setenv("PORT", "many")
    assert main(options) == 1
    (problem,) = json.loads(capsys.readouterr().out)
    assert (problem["file"], "PORT" in problem["message"]) == ("environment", True)


def test_on_a_terminal_user_text_is_no_markup(here: Path) -> None:
    """Brackets in a file do not colour the terminal or break the line."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    path = write(here / "form.yaml", FORM + '"[red]x[/blue]": 1\n')
    assert run([str(path)], MODELS, config=Path("none.yaml"), out=out) == 1
    assert "[red]x[/blue]" in out.getvalue()
    assert "unknown key" in out.getvalue()


def test_the_dictionary_is_checked_with_the_configuration_and_by_itself(here: Path) -> None:
    """Its errors stand beside all others, with their lines."""
    write(here / "devrequest.yaml", f"{CONFIG}dictionary: tracking.yaml\n")
    write(here / "tracking.yaml", "events:\n  plan_opened: [plan]\n  ga_x:\n")
    said = (
        "tracking.yaml:3 events.ga_x: 'ga_x' cannot be tracked: GA4 keeps names that begin with “ga_” for itself. "
        "(did you mean x?)"
    )

    whole = check(config=here / "devrequest.yaml")
    alone = check(here / "tracking.yaml")
    write(here / "tracking.yaml", "events: [plan_opened]\n")
    mended = check(config=here / "devrequest.yaml")

    assert [code for code, _ in (whole, alone, mended)] == [1, 1, 0]
    assert said in whole[1].splitlines()
    assert alone[1].splitlines() == [said, "0 request types read, 1 error to mend."]
    assert mended[1].endswith("and the configuration and the dictionary read, nothing to mend.\n")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_terminals_that_have_few_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    """What their encoding lacks is written by its code; the verdict comes, and no traceback."""
    (tmp_path / "→.yml").write_text("name: Page\nbody: []\n")
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding))

    assert command_line(["check", str(tmp_path / "→.yml")]) == 1
    assert b"\\u2192.yml" in written.getvalue()
