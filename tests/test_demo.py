"""`devrequest demo` and `devrequest preview`, as people start them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import aiohttp
import pytest

from bot.__main__ import main
from bot.bootstrap import build_sandbox
from bot.cli import preview
from bot.cli.demo import Demo, serve
from bot.domain.errors import ConfigurationError
from bot.files_on_disk import shipped_folder
from sandbox.faults import parse_fault
from tests.forked import Forked
from tests.shell import true

DESIGN_VARIABLES = {
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
    "JIRA_URL",
    "JIRA_SITE_URL",
    "JIRA_EMAIL",
    "JIRA_API_TOKEN",
    "JIRA_LOOKUP_LAG",
    "ASANA_ACCESS_TOKEN",
    "ASANA_URL",
    "ASANA_WORKSPACE",
    "ASANA_LOOKUP_LAG",
    "DATABASE_URL",
    "DEVREQUEST_CONFIG",
    "LOG_LEVEL",
    "PORT",
}


ELSEWHERE = {
    "SLACK_BOT_TOKEN": "xoxb-real",
    "JIRA_URL": "https://real.example",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
}
"""Real vendors, and a proxy that nobody is at."""


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A command of ours that runs until the end of the block; what is set for elsewhere must not matter."""
    environ = os.environ | ELSEWHERE | {"LOG_LEVEL": "INFO"}
    command = [sys.executable, "-m", "bot", *arguments, "--port", "0"]
    process = await asyncio.create_subprocess_exec(
        *command, env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 60) == 0


async def line_of(process: asyncio.subprocess.Process) -> str:
    """The next line that a command prints."""
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()


async def page(address: str) -> str:
    """What a browser gets there."""
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_the_first_line_of_the_demo_is_an_address_that_works() -> None:
    """Sandbox and bot run when the address is printed, and nothing is printed before it."""
    async with started("demo") as process:
        address = await line_of(process)

        assert address.startswith("http://127.0.0.1:")
        assert "mar-dev-web" in await page(address)


def demo_without_slack() -> int:
    """`devrequest demo`, whose Slack answers nothing but errors."""
    sandbox, config = build_sandbox()
    sandbox.faults.add(parse_fault({"vendor": "slack", "kind": "500", "operation": "auth.test", "seconds": 60}))
    asyncio.run(serve(Demo(sandbox, config, Path.cwd()), 0))
    return 0


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_a_demo_that_does_not_come_up_can_be_ended(tmp_path: Path, sign: int) -> None:
    """Ctrl-C ends it while it still waits for Slack."""
    out, errors = tmp_path / "out", tmp_path / "errors"
    process = Forked(demo_without_slack, tmp_path, {"LOG_LEVEL": "INFO"}, out, errors)
    await true(lambda: "Slack does not answer yet" in errors.read_text())
    process.send_signal(sign)

    assert await asyncio.wait_for(process.wait(), 30) == 0
    assert out.read_text() == ""


@pytest.mark.parametrize("socket_mode", [True, False])
async def test_the_sandbox_alone_names_every_variable(socket_mode: bool) -> None:
    """Another bot is pointed at it by what is printed; in HTTP mode the token of Socket Mode is left out."""
    arguments = [] if socket_mode else ["--bot-url", "http://127.0.0.1:9/slack/events"]
    async with started("demo", "--sandbox-only", *arguments) as process:
        await line_of(process)
        names = {(await line_of(process)).partition("=")[0] for _ in range(len(DESIGN_VARIABLES) + 1)}

        assert names == DESIGN_VARIABLES | {"SLACK_APP_TOKEN" if socket_mode else "DEVREQUEST_PUBLIC_URL"}


@pytest.mark.parametrize("command", [["demo"], ["demo", "--sandbox-only"], ["preview", "roadblock"]])
@pytest.mark.parametrize("port", ["99999", "-1"])
def test_a_port_that_there_is_not_is_said(command: list[str], port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, exit status 1, and no traceback."""
    status = main([*command, f"--port={port}"])

    said = capsys.readouterr().err.splitlines()
    assert status == 1
    assert said[-1].removeprefix("- ") == (
        f"There is no port {port}: choose one from 1 to 65535 with --port, or 0 for any."
    )


def test_a_preview_finds_the_types_of_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is looked for in the folders of `devrequest.yaml` too, and there before among the shipped types."""
    (tmp_path / "own").mkdir()
    for name in ("webinar.yaml", "roadblock.yaml"):
        (tmp_path / "own" / name).write_text("name: Own")
    (tmp_path / "devrequest.yaml").write_text("templates: [own, nowhere]")
    monkeypatch.setenv("DEVREQUEST_CONFIG", str(tmp_path / "devrequest.yaml"))

    assert preview._file_of("webinar") == tmp_path / "own" / "webinar.yaml"
    assert preview._file_of("roadblock") == tmp_path / "own" / "roadblock.yaml"
    assert preview._file_of("quick-win") == shipped_folder() / "quick-win.yaml"
    with pytest.raises(ConfigurationError) as caught:
        preview._file_of("nobody")
    assert "webinar" in caught.value.problems[0]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("schema", "There is no request type 'schema': name a file, or one of ab-test, "),
        ("/etc/passwd", "/etc/passwd is no request type: name a YAML or JSON file that holds one."),
        (str(shipped_folder() / "schema.json"), "schema.json is no request type: name a YAML or JSON file"),
    ],
)
def test_a_preview_of_what_is_no_request_type(template: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, exit status 1, and no traceback."""
    status = main(["preview", template])

    [line] = capsys.readouterr().err.splitlines()
    assert status == 1
    assert said in line
    assert ", schema" not in line


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    """`devrequest --version` prints it and ends well."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"devrequest {version('devrequest')}\n"


async def test_a_preview_shows_the_form() -> None:
    """The page that a preview opens has the questions of the request type in it."""
    async with started("preview", "roadblock") as process:
        address = await line_of(process)
        for _ in range(50):
            text = await page(address)
            if "Roadblock" in text and "dialog" in text:
                break
            await asyncio.sleep(0.1)

        assert "Create ticket" in text
