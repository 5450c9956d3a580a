"""`devrequest run`, `doctor`, `manifest` and `requests` as operators use them: as processes, with wrong input too."""

import asyncio
import json
import re
import signal
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.files_on_disk import shipped_folder
from bot.jobs.lock import FileLock
from sandbox.faults import parse_fault
from tests.both_trackers import ASANA_PROJECT
from tests.databases import fill_sqlite_database
from tests.shell import CONFIG, Shell, a_shell, fetched, filed, free_port, true
from tests.stub_server import StubServer


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """A sandbox, and a folder to work in."""
    async with a_shell(tmp_path) as made:
        yield made


async def test_the_life_of_a_bot(shell: Shell) -> None:
    """It starts, answers, files, tells how it is, refuses a second one, stops; and the operator sees what was filed."""
    port = str(free_port())
    bot = shell.start("run", PORT=port)
    base = f"http://127.0.0.1:{port}"
    assert (await fetched(f"{base}/readyz"))[0] == 200
    ready = json.loads((await fetched(f"{base}/readyz"))[1])
    health, metrics = await fetched(f"{base}/healthz"), await fetched(f"{base}/metrics")
    request_id = await filed(shell)
    later = (await fetched(f"{base}/metrics"))[1]
    same_database = await shell.run("run", PORT="0")
    same_port = await shell.run("run", PORT=port, DATABASE_URL=f"sqlite:///{shell.folder / 'other.sqlite'}")
    listing = await shell.run("requests", "list", "--json")
    table = await shell.run("requests", "list", "--state", "created")
    shown = await shell.run("requests", "show", request_id)
    as_json = await shell.run("requests", "show", request_id, "--json")
    replayed = await shell.run("requests", "replay", request_id)
    again = await shell.run("requests", "list", "--json")
    unknown = await shell.run("requests", "show", "V0NOBODY")
    bot.send_signal(signal.SIGTERM)
    async with asyncio.timeout(30):
        out, errors = await bot.communicate()

    assert ready == {"started": True, "slack": True, "database": True}
    assert health == (200, "ok\n")
    assert jobs_stored(later) > jobs_stored(metrics[1])
    assert (same_database[0], "another" in same_database[2].lower()) == (1, True), same_database[2]
    assert same_port[0] == 1
    assert f"Port {port} is not free" in same_port[2]
    [row] = [json.loads(line) for line in listing[1].splitlines()]
    assert (row["state"], row["submission"]["request_id"], "answers" in row["submission"]) == (
        "created",
        request_id,
        False,
    )
    assert (table[0], request_id in table[1], "WEB-1" in table[1]) == (0, True, True)
    assert "A <b>phone</b> number\n\nUser story\nAs a visitor, I want the number at the top" in shown[1]
    assert json.loads(as_json[1])["submission"]["answers"]["title"] == "A <b>phone</b> number"
    assert replayed[0] == 0, replayed[2]
    assert replayed[1].startswith("It has its ticket, ")
    assert replayed[1].endswith(
        ", and gets no other; what is still to be said is tried again.\n"
        "That happens at once if the bot runs, else when it starts.\n"
    )
    assert len([row for row in listing[1].splitlines() + again[1].splitlines() if "WEB-1" in row]) == 2
    assert (unknown[0], unknown[2]) == (
        1,
        "There is no request V0NOBODY: `devrequest requests list` shows their ids.\n",
    )
    assert (bot.returncode, errors.decode()) == (0, "")
    lines = [json.loads(line) for line in out.decode().splitlines()]
    assert [line["event"] for line in lines if line["event"] in {"ready", "stopped"}] == ["ready", "stopped"]


def jobs_stored(metrics: str) -> float:
    """The first sweep is one of them, whenever it comes."""
    [value] = re.findall(r"^devrequest_jobs_stored_total (\S+)$", metrics, re.MULTILINE)
    return float(value)


async def test_http_mode_runs_too(shell: Shell) -> None:
    """With a signing secret and no app token Slack's requests come to `/slack/events`."""
    port = str(free_port())
    bot = shell.start("run", PORT=port, SLACK_APP_TOKEN="")
    await fetched(f"http://127.0.0.1:{port}/readyz")
    shell.sandbox.slack.delivery.bot_url = f"http://127.0.0.1:{port}/slack/events"
    await filed(shell)
    unsigned = await fetched(f"http://127.0.0.1:{port}/slack/events")
    bot.send_signal(signal.SIGINT)
    await bot.communicate()

    assert unsigned == (405, "POST only\n")
    assert bot.returncode == 0


async def test_both_modes_at_once_are_said(shell: Shell) -> None:
    """Which one wins is said however little is logged."""
    _, out, _ = await shell.run("run", LOG_LEVEL="WARNING", DATABASE_URL="mysql://db/x")

    assert "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set: running in Socket Mode" in out


async def test_a_second_bot_does_not_wait_for_slack(shell: Shell) -> None:
    """Two on one file: the second is refused before it asks Slack, by whatever name it knows the file."""
    slow = parse_fault({"vendor": "slack", "kind": "500", "operation": "auth.test", "times": 60})
    shell.sandbox.faults.add(slow)
    first = shell.start("run", PORT=str(free_port()))
    await true(lambda: (slow.times or 0) < 60)  # it waits for Slack, and hears signals
    (shell.folder / "link.sqlite").symlink_to("bot.sqlite")
    code, _, errors = await shell.run("run", DATABASE_URL=f"sqlite:///{shell.folder / 'link.sqlite'}")
    first.terminate()
    await first.communicate()
    freed = FileLock(str(shell.folder / "bot.sqlite")).held_elsewhere()

    assert code == 1
    assert "is in use by another devrequest process" in errors
    assert (first.returncode, freed) == (0, False)


async def test_a_database_in_use_is_not_brought_up_to_date(shell: Shell) -> None:
    """A newer version that is started beside a running one leaves the tables as the running one knows them."""
    lock = FileLock(str(shell.folder / "bot.sqlite"))
    lock.take()
    code, _, errors = await shell.run("run")
    lock.release()

    assert code == 1
    assert "is in use by another devrequest process" in errors
    assert not (shell.folder / "bot.sqlite").exists()


async def test_a_proxy_is_not_asked_for_loopback(shell: Shell) -> None:
    """A bot beside its Slack, Jira and Asana runs where a proxy is set for the world, and so does `doctor`."""
    everywhere = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:9")
    trackers = f"{{jira: {{project: WEB}}, asana: {{project: '{ASANA_PROJECT}', section: Intake}}}}"
    text = CONFIG.replace("{memory: {project: WEB}}", trackers).replace(
        "  trackers", "  request_types: [bug]\n  trackers"
    )
    (shell.folder / "devrequest.yaml").write_text(text)
    code, found = await findings(shell, **everywhere)
    port = str(free_port())
    bot = shell.start("run", PORT=port, **everywhere)
    ready = await fetched(f"http://127.0.0.1:{port}/readyz")
    bot.terminate()
    await bot.communicate()

    assert code < 2, found
    assert ready[0] == 200


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong-secret"}, "Slack refuses SLACK_BOT_TOKEN (invalid_auth)"),
        ({"SLACK_APP_TOKEN": "xapp-wrong-secret"}, "Slack refuses SLACK_APP_TOKEN (invalid_auth)"),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": ""}, "Set SLACK_APP_TOKEN (xapp-…) for Socket Mode or"),
        ({"PORT": "wrong-secret"}, "PORT: "),
        ({"DATABASE_URL": "mysql://root:wrong-secret@db/x"}, "DATABASE_URL: mysql is not supported"),
        ({"DATABASE_URL": "sqlite:///devrequest.yaml"}, "The database of DATABASE_URL cannot be opened"),
        ({"DEVREQUEST_CONFIG": "none.yaml"}, "none.yaml is not there"),
        ({"MEMORY_TRACKER": ""}, "A team uses Memory, but MEMORY_TRACKER is not set."),
    ],
)
async def test_a_bot_that_cannot_run_says_why(shell: Shell, variables: Mapping[str, str], said: str) -> None:
    """Exit code 1, the reason on standard error, no traceback and no secret."""
    code, out, errors = await shell.run("run", **variables)

    assert code == 1
    assert errors.startswith("The bot cannot run:\n- ")
    assert said in errors
    assert "Traceback" not in out + errors
    assert "wrong-secret" not in out + errors


async def test_a_database_of_a_newer_version_is_named(shell: Shell) -> None:
    """After an upgrade that was taken back: what to do about it, from every command that opens it."""
    file = shell.folder / "newer.sqlite"
    fill_sqlite_database(file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("update devrequest_version set version_num = '0099'")
    answers = [await shell.run(*words, DATABASE_URL=f"sqlite:///{file}") for words in (["run"], ["requests", "list"])]

    for code, out, errors in answers:
        assert code == 1
        assert "was written by a newer devrequest (its tables are 0099, this one knows" in errors
        assert "install that version or a newer one, or restore the backup" in errors
        assert "Traceback" not in out + errors


@pytest.mark.parametrize("limit", ["-1", "0", "10001", "99999999999999999999", "ten", "٣"])
async def test_a_limit_that_no_database_takes_is_refused(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before any database is opened, so that SQLite and PostgreSQL do the same."""
    with pytest.raises(SystemExit) as ended:
        main(["requests", "list", "--limit", limit])

    assert ended.value.code == 2
    assert f"argument --limit: {limit!r} is no number from 1 to 10,000" in capsys.readouterr().err


async def test_a_replay_of_what_runs_says_so(shell: Shell) -> None:
    """It changes nothing, and promises nothing."""
    port = str(free_port())
    bot = shell.start("run", PORT=port)
    await fetched(f"http://127.0.0.1:{port}/readyz")
    request_id = await filed(shell)
    bot.terminate()
    await bot.communicate()
    with closing(sqlite3.connect(shell.folder / "bot.sqlite")) as connection, connection:
        connection.execute(f"update workflow_status set status = 'PENDING' where workflow_uuid like '%{request_id}'")
    code, out, _ = await shell.run("requests", "replay", request_id)

    assert (code, "at once" in out) == (0, False)
    assert out.startswith("It is being worked on already; ")


async def test_requests_without_a_database(shell: Shell) -> None:
    """A mistyped path is no new database; a broken file and an unknown state are said."""
    missing = await shell.run("requests", "list", DATABASE_URL="sqlite:///nowhere.sqlite")
    broken = await shell.run("requests", "list", DATABASE_URL="sqlite:///devrequest.yaml")
    state = await shell.run("requests", "list", "--state", "lost")

    assert (missing[0], missing[2]) == (
        1,
        "There is no database nowhere.sqlite: set DATABASE_URL to the one that the bot uses.\n",
    )
    assert not (shell.folder / "nowhere.sqlite").exists()
    assert (broken[0], "cannot be opened" in broken[2], "Traceback" in broken[2]) == (1, True, False)
    assert (state[0], "There is no state 'lost'; there are received, waiting" in state[2]) == (1, True)


async def test_the_manifest(shell: Shell) -> None:
    """For the mode that the variables describe; HTTP mode needs the public address."""
    sockets = await shell.run("manifest")
    without = await shell.run("manifest", SLACK_APP_TOKEN="")
    http = await shell.run("manifest", SLACK_APP_TOKEN="", DEVREQUEST_PUBLIC_URL="https://bot.example.com/")

    assert json.loads(sockets[1])["settings"]["socket_mode_enabled"] is True
    assert (without[0], "DEVREQUEST_PUBLIC_URL" in without[2]) == (1, True)
    [command] = json.loads(http[1])["features"]["slash_commands"]
    assert command["url"] == "https://bot.example.com/slack/events"


async def test_one_channel_of_two_teams_is_refused(shell: Shell) -> None:
    """By its id in one team and its name in the other: one team would silently win."""
    web = CONFIG.partition("ops_channel")[0].strip()
    shop = web.removeprefix("teams:\n").replace("Web", "Shop").replace('"#mar-dev-web"', "C0WEB")
    (shell.folder / "devrequest.yaml").write_text(f"{web}\n{shop}\nops_channel: C0OPS\n")
    code, found = await findings(shell)
    run = await shell.run("run")
    sync = await shell.run("sync", "--dry-run")

    said = "The teams Web (channel: #mar-dev-web) and Shop (channel: C0WEB) have one and the same channel, C0WEB."
    fix = "Give each team a channel of its own in the configuration."
    assert code == 2
    assert {"severity": "error", "message": said, "fix": fix} in found
    assert (run[0], sync[0]) == (1, 1)
    assert f"{said} {fix}" in run[2]
    assert f"{said} {fix}" in sync[2]


async def findings(shell: Shell, **variables: str) -> tuple[int, list[dict[str, Any]]]:
    """What `devrequest doctor --json` says."""
    code, out, errors = await shell.run("doctor", "--json", **variables)
    assert "Traceback" not in errors, errors
    found: list[dict[str, Any]] = json.loads(out)
    return code, found


async def test_the_doctor_finds_what_is_wrong_in_slack(shell: Shell) -> None:
    """All well is 0; what keeps requests from being filed is 2, each with how to mend it."""
    code, found = await findings(shell)
    assert (code, {entry["severity"] for entry in found}) == (0, {"ok"}), found

    slack = shell.sandbox.slack
    slack.app.scopes -= {"files:read"}
    slack.channels["C0WEB"].is_archived = True
    slack.channels["C0OPS"].members.remove("U0BOT")
    code, found = await findings(shell)
    said = {entry["message"]: entry["fix"] for entry in found if entry["severity"] != "ok"}
    assert code == 2
    assert any("scope files:read is missing" in message for message in said)
    assert any("mar-dev-web" in message for message in said)
    assert any("not in #devrequest-ops" in message for message in said)
    assert all(said.values())

    code, found = await findings(shell, SLACK_BOT_TOKEN="xoxb-wrong")
    assert code == 2
    assert "Slack refuses SLACK_BOT_TOKEN: invalid_auth." in {entry["message"] for entry in found}


async def test_the_doctor_asks_the_trackers(shell: Shell) -> None:
    """Projects, types and sections of Jira and Asana are compared; a wrong one is named; people read it as text."""
    trackers = f"{{jira: {{project: WEB}}, asana: {{project: '{ASANA_PROJECT}', section: Intake}}}}"
    (shell.folder / "devrequest.yaml").write_text(
        CONFIG.replace("{memory: {project: WEB}}", trackers).replace("  trackers", "  request_types: [bug]\n  trackers")
    )
    code, found = await findings(shell)
    assert code < 2, found

    text = (shell.folder / "devrequest.yaml").read_text()
    (shell.folder / "devrequest.yaml").write_text(text.replace("project: WEB", "project: GONE"))
    code, out, _ = await shell.run("doctor")
    assert code == 2
    assert "GONE" in out
    assert "  → " in out


async def test_the_doctor_names_the_file_of_a_request_type(shell: Shell) -> None:
    """One of the team's own by its path; a shipped one is copied first, from where it is."""
    (shell.folder / "forms").mkdir()
    body = "body: [{type: input, id: a, attributes: {label: A}}]"
    odd = f"name: Odd one\ndescription: x\ntracker: {{jira: {{issue_type: Story, fields: {{a: Nope}}}}}}\n{body}\n"
    (shell.folder / "forms" / "odd.yaml").write_text(odd)
    config = CONFIG.replace("{memory: {project: WEB}}", "{jira: {project: WEB}}") + "templates: [forms]\n"
    (shell.folder / "devrequest.yaml").write_text(config)
    jira = shell.sandbox.jira
    [campaign] = [field.id for field in jira.fields.values() if field.name == "Campaign"]
    jira.put_on_screen(jira.find_project("WEB"), campaign, "Story", required=True)
    _, found = await findings(shell)

    fixes = " ".join(entry["fix"] for entry in found)
    assert "correct its name in forms/odd.yaml." in fixes
    assert f"In a copy of {shipped_folder() / 'landing-page.yaml'} in a folder of your own" in fixes


async def test_the_doctor_asks_a_tracker_that_is_away_once(shell: Shell) -> None:
    """Not once for each team and request type: each time it might wait for half a minute."""
    away = StubServer()
    away.always(503)
    (shell.folder / "devrequest.yaml").write_text(CONFIG.replace("{memory: {project: WEB}}", "{jira: {project: WEB}}"))
    code, found = await findings(shell, JIRA_URL=away.url)
    asked = away.lines
    away.stop()

    assert code == 2
    assert [entry["message"] for entry in found if "Jira" in entry["message"]] == ["Jira: HTTP 503."]
    assert asked == ["GET /rest/api/3/serverInfo"]
