"""The image cannot be built everywhere, so its install steps are run here, and the bot is started from their result."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.company import demo_config, seed
from sandbox.server import Sandbox

ROOT = Path(__file__).parents[1]
NOBODY = 65534
NOT_HERE = ("--no-cache-dir ", "--no-cache ", "--compile-bytecode ")
"""An image keeps no cache, and compiles once what runs often; here it is the other way round."""
TARGET = "/opt/devrequest"


def instructions(stage: int) -> list[tuple[str, str]]:
    """The instructions of one stage of the Dockerfile as (name, rest), continued lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    stages: list[list[tuple[str, str]]] = []
    for line in lines:
        name, _, rest = line.partition(" ")
        if name == "FROM":
            stages.append([])
        stages[-1].append((name, rest.strip()))
    return stages[stage]


def install(folder: Path) -> Path:
    """What the build stage does, with its two folders moved below `folder`; the environment comes back.

    The Python of the image is an environment of its own, so that nothing comes from the one that runs the tests.
    """
    source, target, python = folder / "src", folder / "devrequest", folder / "python"
    source.mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "venv", str(python)], check=True)
    environment = os.environ | {"PATH": f"{python / 'bin'}:/usr/bin:/bin", "PIP_NO_COMPILE": "1"}
    environment.pop("VIRTUAL_ENV", None)
    for name, rest in instructions(0):
        if name == "COPY":
            *wanted, where = rest.split()
            for item in wanted:
                place = source / item if where == "./" else source / where
                copy = shutil.copytree if (ROOT / item).is_dir() else shutil.copy
                copy(ROOT / item, place)
        elif name == "RUN":
            command = rest.replace(TARGET, str(target))
            for option in NOT_HERE:
                command = command.replace(option, "")
            subprocess.run(
                command, shell=True, check=True, cwd=source, capture_output=True, timeout=300, env=environment
            )
    return target


def as_nobody(command: list[str]) -> list[str]:
    """The command as a user without rights; this Python may live in root's home, so that user may look into folders."""
    if os.geteuid() != 0:
        return command
    rights = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *rights, *command]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may look into; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory(prefix="image-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.mark.timeout(400)
async def test_the_bot_runs_from_the_steps_of_the_image_as_another_user(
    open_folder: Path, new_recording: Callable[[], Path]
) -> None:
    """Runtime requirements alone are enough to start, become healthy and be ready, without being root."""
    environment = await asyncio.to_thread(install, open_folder)
    sandbox = Sandbox(seed, new_recording())
    await sandbox.start()
    data = open_folder / "data"
    data.mkdir()
    data.chmod(0o777)
    (data / "devrequest.yaml").write_text(demo_config())
    variables = sandbox.environment() | {
        "DATABASE_URL": f"sqlite:///{data / 'devrequest.sqlite'}",
        "DEVREQUEST_CONFIG": str(data / "devrequest.yaml"),
        "PORT": "0",
        "PATH": f"{environment / 'bin'}:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    bot = await asyncio.create_subprocess_exec(
        *as_nobody([str(environment / "bin" / "devrequest"), "run"]),
        env=variables,
        cwd=data,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        port = await asyncio.wait_for(_port(bot), 60)
        status = json.loads(await asyncio.to_thread(_get, f"http://127.0.0.1:{port}/readyz"))
        owner = await asyncio.to_thread(lambda: Path(f"/proc/{bot.pid}").stat().st_uid)

        assert status == {"started": True, "slack": True, "database": True}
        assert owner != 0
        assert await asyncio.to_thread(_get, f"http://127.0.0.1:{port}/healthz") == "ok\n"
    finally:
        bot.terminate()
        assert await asyncio.wait_for(bot.wait(), 30) == 0
        await sandbox.stop()


def test_the_image_runs_as_a_numeric_user_and_watches_its_health() -> None:
    """The last stage names a user by number, has a health check and starts `devrequest run`."""
    last = dict(instructions(-1))

    assert re.fullmatch(r"\d+:\d+", last["USER"])
    assert "/healthz" in last["HEALTHCHECK"]
    assert (last["ENTRYPOINT"], last["CMD"]) == ('["devrequest"]', '["run"]')


async def _port(bot: asyncio.subprocess.Process) -> int:
    """The port that the bot names in its log when it is ready."""
    assert bot.stdout is not None
    async for line in bot.stdout:
        if b'"event": "ready"' in line:
            return int(json.loads(line)["port"])
    raise AssertionError("the bot ended before it was ready")


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return str(answer.read().decode())
