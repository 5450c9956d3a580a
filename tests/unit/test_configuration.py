"""The configuration file and the environment: every problem at once, each with its place, none with a secret."""

from pathlib import Path

import pytest

from bot.bootstrap import checked, load_everything
from bot.domain.errors import ConfigurationError
from bot.settings import Environment, read_environment

GOOD = """teams:
- name: Web
  channel: C0WEB
  trackers: {jira: {project: WEB}}
"""
WRONG = """teams:
- name: Web
  channel: C0WEB
  time_zone: Mars/Base
  trackers: {jira: {projekt: WEB}}
  request_types: [landing-page, landing-pagee]
- name: Web
  channel: C0WEB
  trackers: {trello: {}, asana: {project: "1"}}
  sync: {day: someday}
- name: Shop
  chanel: C0SHOP
  trackers: {jira: {project: SHOP}}
  default_tracker: asana
ops: C0OPS
templates: [nowhere, own]
"""
BROKEN_TYPE = "name: Broken\ndescription: x\nbody:\n- {type: inputt, attributes: {label: L}}\n"


def written(folder: Path, text: str) -> Path:
    """The file."""
    file = folder / "devrequest.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_people_may_have_an_id_in_any_tracker(tmp_path: Path) -> None:
    """Whoever adds a tracker need not name it anywhere else; a key that is no tracker's is refused."""
    config = load_everything(written(tmp_path, GOOD + "people: {U0MARA: {memory: m-1, jira: 5b10}}\n")).config
    loadout = load_everything(
        written(tmp_path, GOOD + "people:\n  U0MARA:\n    emial: mara@example.com\n    asana: 7\n")
    )
    said = [str(problem).replace(f"{tmp_path}/", "") for problem in loadout.problems]

    assert config is not None
    assert [getattr(config.people["U0MARA"], name) for name in ("memory", "jira", "asana")] == ["m-1", "5b10", None]
    known = "asana, email, jira, memory"
    assert said == [
        f"devrequest.yaml:7 people.U0MARA.emial: unknown key; known here: {known} (did you mean email?)",
        "devrequest.yaml:8 people.U0MARA.asana: must be text",
    ]


def test_every_error_at_once_with_its_line(tmp_path: Path) -> None:
    """Keys, values, trackers, doubles, unknown types, missing folders and faulty templates in one go."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "broken.yaml").write_text(BROKEN_TYPE)
    file = written(tmp_path, WRONG)
    loadout = load_everything(file)
    said = [str(problem).replace(f"{tmp_path}/", "") for problem in loadout.problems]

    assert loadout.config is None
    expected = {
        "devrequest.yaml:4 teams[0].time_zone: 'Mars/Base' is no time zone",
        "devrequest.yaml:5 teams[0].trackers.jira.projekt: unknown key",
        "devrequest.yaml:6 teams[0].request_types[1]: there is no request type 'landing-pagee' (did you mean",
        "devrequest.yaml:7 teams[1].name: the teams 'Web' and 'Web' share the id 'web'; give one of them another `id`",
        "devrequest.yaml:8 teams[1].channel: the teams 'Web' and 'Web' share the channel 'C0WEB'; give each team",
        "devrequest.yaml:9 teams[1].trackers.trello: there is no tracker 'trello'",
        "devrequest.yaml:10 teams[1].sync.day: must be one of",
        "devrequest.yaml:12 teams[2].chanel: unknown key",
        "devrequest.yaml:15 ops: unknown key",
        "devrequest.yaml:16 templates[0]: there is no folder 'nowhere'",
        "own/broken.yaml:4 body[0].type:",
    }
    assert {line for line in expected if not any(found.startswith(line) for found in said)} == set(), said


@pytest.mark.parametrize(
    "zone", ["Europe", "europe/berlin", "../UTC", "/etc/passwd", "right/UTC", "posixrules", "x" * 300]
)
def test_what_is_no_time_zone_is_said(tmp_path: Path, zone: str) -> None:
    """Folders of zones, paths, other spellings and the system's own files are none."""
    [problem] = load_everything(written(tmp_path, f"{GOOD}  time_zone: {zone}\n")).problems

    assert "is no time zone; write one like Europe/Berlin" in str(problem)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Deutsch", "'Deutsch' is no code of a language; write de"),
        ("french", "'french' is no code of a language; write fr"),
        ("klingon", "write tlh"),
        ("de_XX", "'de_XX' is no code of a language; write one like de, en-GB or fr"),
        ("''", "write one like de, en-GB or fr"),
        ("no", 'write "no" in quotes: YAML reads it as false'),
    ],
)
def test_what_is_no_language_is_said(tmp_path: Path, said: str, expected: str) -> None:
    """It was taken for English without a word; whoever writes a language's name hears its code."""
    [problem] = load_everything(written(tmp_path, f"{GOOD}  language: {said}\n")).problems

    assert expected in str(problem)


@pytest.mark.parametrize("code", ["de", "DE", "en-GB", "pt_BR", "zh-Hant", "'no'"])
def test_codes_of_languages_are_taken(tmp_path: Path, code: str) -> None:
    """With or without a region or a script, in any case."""
    assert load_everything(written(tmp_path, f"{GOOD}  language: {code}\n")).problems == ()


def test_a_repeated_or_misspelt_key_hides_nothing(tmp_path: Path) -> None:
    """What stands under it, and what is wrong elsewhere, is said in the same run, at the lines of the file."""
    file = written(
        tmp_path,
        """teems:
- nmae: Web
  channel: C0WEB
  trackesr:
    jria: {projekt: [WEB]}
    asana: {project: none, secton: Intake}
  default_tracker: jirra
  holidays: {a: b}
  sinc: {dya: someday, at: 25:00, every_weeks: 99}
  checks: {landing-pagee: {of: [x]}}
ops_channel: C0OPS
ops_channel: C0OTHER
""",
    )
    said = [str(problem).replace(f"{tmp_path}/", "") for problem in load_everything(file).problems]

    assert [line.split(": ")[0].removeprefix("devrequest.yaml:") for line in said] == [
        "1 teems",
        "2 teems[0].nmae",
        "4 teems[0].trackesr",
        "5 teems[0].trackesr.jria",
        "5 teems[0].trackesr.jria.projekt",
        "5 teems[0].trackesr.jria.projekt",
        "6 teems[0].trackesr.asana.secton",
        "6 teems[0].trackesr.asana.project",
        "7 teems[0].default_tracker",
        "8 teems[0].holidays",
        "9 teems[0].sinc",
        "9 teems[0].sinc.dya",
        "9 teems[0].sinc.dya",
        "9 teems[0].sinc.at",
        "9 teems[0].sinc.every_weeks",
        "10 teems[0].checks.landing-pagee.of",
        "10 teems[0].checks.landing-pagee",
        "12 ops_channel",
    ]


def test_a_finding_code_that_there_is_not_is_said(tmp_path: Path) -> None:
    """With what was probably meant; it would switch nothing off."""
    text = GOOD + "  checks: {landing-page: {off: [nope.code, wording.vage, wording.vague]}}\n"
    said = [str(problem).replace(f"{tmp_path}/", "") for problem in load_everything(written(tmp_path, text)).problems]

    place = "devrequest.yaml:5 teams[0].checks.landing-page.off"
    assert said == [
        f"{place}[0]: there is no finding code 'nope.code', see docs/checks.md",
        f"{place}[1]: there is no finding code 'wording.vage', see docs/checks.md (did you mean wording.vague?)",
    ]


def test_a_channel_is_the_same_with_and_without_its_mark(tmp_path: Path) -> None:
    """`#web` and `web` are one channel, which two teams cannot have."""
    text = GOOD.replace("C0WEB", '"#web"') + GOOD.replace("teams:\n", "").replace("C0WEB", "web").replace("Web", "Shop")
    [problem] = load_everything(written(tmp_path, text)).problems

    assert "the teams 'Web' and 'Shop' share the channel 'web'; give each team a channel of its own" in str(problem)


def test_a_team_may_work_around_the_clock(tmp_path: Path) -> None:
    """The whole day is written as people write it, its last minute included."""
    loaded = load_everything(written(tmp_path, f'{GOOD}  alerts: {{hours: "00:00-24:00"}}\n'))

    assert not loaded.problems
    assert loaded.config is not None
    assert loaded.config.teams[0].alerts.hours == "00:00-24:00"


@pytest.mark.parametrize(
    ("alerts", "message"),
    [
        ("hours: 9 to 5", 'working hours are written "09:00-17:00", in quotes'),
        ("hours: 9-17", 'a time is written "08:30", in quotes'),
        ("hours: 17:00-09:00", "working hours must end after they begin, on the same day"),
        ("hours: 24:00-09:00", 'a time is written "08:30", in quotes'),
        ("hours: 09:00-25:00", 'a time is written "08:30", in quotes'),
        ("at_most: -1", "must be 0 or more"),
        ("every: 99999999999999999w", "a duration is at most 3650d"),
        ("every: 3651d", "a duration is at most 3650d"),
        (f"every: {'9' * 5000}m", "a duration is at most 3650d"),
        ("every: 5 parsecs", "a duration is a number and a unit: 30m, 4h, 2d, 1w"),
        (
            'escalate_to: "@jonas"',
            "people are named by their member id, U0…, which their profile in Slack offers to copy",
        ),
        ("mute: [jonas]", "people are named by their member id, U0…, which their profile in Slack offers to copy"),
    ],
)
def test_values_of_alerts_are_explained(tmp_path: Path, alerts: str, message: str) -> None:
    """Each has a sentence that shows how it is written; no pattern for machines."""
    [problem] = load_everything(written(tmp_path, f"{GOOD}  alerts: {{{alerts}}}\n")).problems

    assert problem.message == message


def test_people_stand_under_their_member_ids(tmp_path: Path) -> None:
    """A name under `people` belonged to nobody, and nobody heard of it."""
    [problem] = load_everything(written(tmp_path, f"{GOOD}people: {{mara: {{email: mara@example.com}}}}\n")).problems

    assert " people.mara: people are named by their member id, U0…" in str(problem)


def test_ids_can_tell_teams_of_the_same_name_apart(tmp_path: Path) -> None:
    """Two teams called alike are fine with ids and channels of their own; so are names without Latin letters."""
    two = GOOD.replace("name: Web", "name: Веб") + GOOD.replace("teams:\n", "").replace(
        "channel: C0WEB", "channel: C0TWO\n  id: two"
    )
    loadout = load_everything(written(tmp_path, two))

    assert [str(problem) for problem in loadout.problems] == []
    assert loadout.config is not None
    assert [team.id for team in loadout.config.teams] == ["team", "two"]


@pytest.mark.parametrize(
    "text", ["", "teams", "- 1", "teams: 5", "teams: [5, {}]", "teams: {a: b}", "templates: [1]\nteams:"]
)
def test_a_file_of_another_shape_is_explained(tmp_path: Path, text: str) -> None:
    """Whatever the file holds, there are problems and no exception."""
    loadout = load_everything(written(tmp_path, text))

    assert loadout.config is None
    assert loadout.problems


def test_a_missing_file_and_missing_variables_are_said_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One start tells of all that is missing."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DEVREQUEST_CONFIG", str(tmp_path / "none.yaml"))
    with pytest.raises(ConfigurationError) as caught:
        checked(read_environment())

    assert [problem.partition(" ")[0] for problem in caught.value.problems] == [
        "SLACK_BOT_TOKEN",
        "Set",
        str(tmp_path / "none.yaml"),
    ]


def test_trackers_without_variables_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the rest right, the tracker's variables are asked for before anything starts."""
    for name in ("JIRA_URL", "JIRA_EMAIL", "JIRA_API_TOKEN", "JIRA_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    environment = Environment(
        slack_bot_token="xoxb-1", slack_app_token="xapp-1", devrequest_config=str(written(tmp_path, GOOD))
    )
    with pytest.raises(ConfigurationError, match="A team uses Jira, but JIRA_URL, JIRA_EMAIL and JIRA_API_TOKEN"):
        checked(environment, trackers=True)
    assert checked(environment).config is not None


@pytest.mark.parametrize("name", ["PORT", "LOG_LEVEL"])
def test_wrong_values_are_never_printed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is named, what was in it is not."""
    monkeypatch.setenv(name, "hunter2-secret")
    with pytest.raises(ConfigurationError) as caught:
        read_environment()

    [problem] = caught.value.problems
    assert problem.startswith(f"{name}: ")
    assert "hunter2" not in problem


TOKENS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")


def test_tokens_are_trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that a token is read from ends with a line break; nothing but space is no token."""
    for name in TOKENS:
        monkeypatch.setenv(name, f" {name.lower()}\r\n")
    found = read_environment()
    monkeypatch.setenv("SLACK_APP_TOKEN", " \n")

    told = (found.slack_bot_token, found.slack_app_token, found.slack_signing_secret)
    assert [secret.get_secret_value() if secret else "" for secret in told] == [name.lower() for name in TOKENS]
    assert read_environment().mode == "http"


@pytest.mark.parametrize("token", ["hunter2\nx", "hunter2 x", "hunter2€", "hunter2\x7f"])
@pytest.mark.parametrize("name", [*TOKENS, "JIRA_API_TOKEN", "JIRA_TOKEN", "ASANA_ACCESS_TOKEN"])
def test_a_token_that_can_be_in_no_header_is_said(
    tmp_path: Path, name: str, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable is named before anything is asked, what was in it is not."""
    both = GOOD.replace("{jira: {project: WEB}}", '{jira: {project: WEB}, asana: {project: "1"}}')
    for variable, value in {"JIRA_URL": "https://x.example", "JIRA_EMAIL": "a@x.example"}.items():
        monkeypatch.setenv(variable, value)
    for variable in (*TOKENS, "JIRA_API_TOKEN", "ASANA_ACCESS_TOKEN"):
        monkeypatch.setenv(variable, "right")
    monkeypatch.setenv(name, token)
    monkeypatch.setenv("DEVREQUEST_CONFIG", str(written(tmp_path, both)))
    with pytest.raises(ConfigurationError) as caught:
        checked(read_environment(), trackers=True)

    said = "has characters that no token has, such as spaces or line breaks: copy it again"
    assert caught.value.problems == [f"{name}: {said}"]


@pytest.mark.parametrize("value", ["nonsense", "ftp://slack.example/api/", "http://", "http://[x", "http://host:port"])
def test_slacks_address_is_checked(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an http(s) address with a host, or a sentence says so."""
    monkeypatch.setenv("SLACK_API_URL", value)
    with pytest.raises(ConfigurationError) as caught:
        read_environment()

    assert caught.value.problems == ["SLACK_API_URL: must be an address such as https://slack.com/api/"]


def test_wrong_variables_of_trackers_have_their_whole_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong one is called as in the environment."""
    environment = Environment(
        slack_bot_token="xoxb-1", slack_app_token="xapp-1", devrequest_config=str(written(tmp_path, GOOD))
    )
    monkeypatch.setenv("JIRA_URL", "nonsense")
    with pytest.raises(ConfigurationError) as wrong:
        checked(environment, trackers=True)

    assert wrong.value.problems == ["JIRA_URL: must be an address such as https://example.atlassian.net"]


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        (["JIRA_EMAIL"], ["A team uses Jira, but JIRA_EMAIL is not set."]),
        (["JIRA_API_TOKEN"], ["A team uses Jira, but JIRA_API_TOKEN is not set."]),
        (["JIRA_URL"], ["A team uses Jira, but JIRA_URL is not set."]),
        (["JIRA_URL", "JIRA_EMAIL"], ["A team uses Jira, but JIRA_URL and JIRA_EMAIL are not set."]),
        (
            ["JIRA_EMAIL", "JIRA_API_TOKEN"],
            [
                "A team uses Jira, but JIRA_EMAIL and JIRA_API_TOKEN (or JIRA_TOKEN instead of these two) are not set.",
            ],
        ),
        (["ASANA_ACCESS_TOKEN"], ["A team uses Asana, but ASANA_ACCESS_TOKEN is not set."]),
        (
            ["ASANA_ACCESS_TOKEN", "JIRA_API_TOKEN"],
            [
                "A team uses Asana, but ASANA_ACCESS_TOKEN is not set.",
                "A team uses Jira, but JIRA_API_TOKEN is not set.",
            ],
        ),
    ],
)
def test_only_what_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_out: list[str], said: list[str]
) -> None:
    """An operator who forgot one variable reads its name, and no list in which to look for it."""
    variables = ("JIRA_URL", "JIRA_EMAIL", "JIRA_API_TOKEN", "ASANA_ACCESS_TOKEN")
    for name in variables:
        monkeypatch.setenv(name, "" if name in left_out else "https://x.example")
    monkeypatch.delenv("JIRA_TOKEN", raising=False)
    both = GOOD.replace("{jira: {project: WEB}}", '{jira: {project: WEB}, asana: {project: "1"}}')
    environment = Environment(
        slack_bot_token="xoxb-1", slack_app_token="xapp-1", devrequest_config=str(written(tmp_path, both))
    )

    with pytest.raises(ConfigurationError) as caught:
        checked(environment, trackers=True)

    assert caught.value.problems == said


def test_a_faulty_team_does_not_make_the_list_empty(tmp_path: Path) -> None:
    """Only what is wrong with the team is said; a list that is empty is still called so."""
    faulty = load_everything(written(tmp_path, GOOD.replace("C0WEB", "5")))
    empty = load_everything(written(tmp_path, "teams: []"))

    assert [(problem.key, problem.message) for problem in faulty.problems] == [("teams[0].channel", "must be text")]
    assert [(problem.key, problem.message) for problem in empty.problems] == [("teams", "must not be empty")]


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    """A configuration in another encoding, or one that is a folder."""
    (tmp_path / "devrequest.yaml").write_bytes("teams:\n- name: Bücher".encode("latin-1"))
    with pytest.raises(ConfigurationError, match="yaml:2 is not UTF-8 text"):
        load_everything(tmp_path / "devrequest.yaml")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_everything(tmp_path)
