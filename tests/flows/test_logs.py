"""The log of a whole journey: every line about a request names it, and nothing that was typed or is secret is in it."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.faults import Fault
from sandbox.slack.people import Person
from tests.shell import CONFIG, Shell, a_shell, fetched, free_port, true

WORDS = "Zebra-striped prices for Mara's campaign"
FROM_FORM_TO_TICKET = ["form opened", "request stored", "request created as WEB-1 in jira", "message posted"]


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """A sandbox, and a folder to work in."""
    async with a_shell(tmp_path) as made:
        yield made


async def a_bad_day(shell: Shell) -> str:
    """A request on a day on which everything fails once; its id."""
    mara, faults = Person(shell.sandbox.slack, "U0MARA"), shell.sandbox.faults
    message = await mara.post("C0WEB", f"{WORDS} from a message, see https://zebra.example/?token=secret")
    faults.add(Fault("slack", "500", operation="users.info", times=1))
    await mara.message_shortcut("devrequest_from_message", "C0WEB", message.ts)
    await true(lambda: mara.modal)
    await mara.act("request_type", "landing-page")
    await true(lambda: "field:design_status" in str(mara.modal and mara.modal.blocks))
    await mara.fill({"field:design_status": "0", "field:launch_date": "2030-01-01"})
    await true(lambda: "field:design_files" in str(mara.modal and mara.modal.blocks))
    file = mara.upload("zebra.png", b"zebra", "image/png")
    await mara.fill(
        {"field:goal": WORDS, "field:user_story": WORDS, "field:design_files": [file], "field:title": WORDS}
    )
    file.data = None
    assert mara.modal is not None
    request_id = mara.modal.id
    faults.add(Fault("jira", "429", operation="createIssue", times=1, seconds=1))
    faults.add(Fault("jira", "500", operation="createIssue", times=1))
    faults.add(Fault("slack", "drop_after", operation="chat.postMessage", times=1))
    faults.add(Fault("slack", "429", operation="chat.postMessage", times=1, seconds=1))
    assert (await mara.submit()).errors == {}
    assert (await mara.submit()).errors == {}  # the suggestions: send it anyway
    await true(lambda: any("Ticket created" in m.text for m in mara.messages(shell.sandbox.slack.dm("U0MARA").id)))
    return request_id


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_the_log_of_a_whole_journey(shell: Shell, mode: str) -> None:
    """At the most talkative level: JSON lines with the request id from form to ticket, no words, no tokens."""
    (shell.folder / "devrequest.yaml").write_text(CONFIG.replace("memory", "jira"))
    port = str(free_port())
    http = {"SLACK_APP_TOKEN": ""} if mode == "http" else {}
    bot = shell.start("run", PORT=port, LOG_LEVEL="DEBUG", **http)
    await fetched(f"http://127.0.0.1:{port}/readyz")
    shell.sandbox.slack.delivery.bot_url = f"http://127.0.0.1:{port}/slack/events" if mode == "http" else None
    request_id = await a_bad_day(shell)
    bot.send_signal(signal.SIGTERM)
    out, errors = (part.decode() for part in await bot.communicate())
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]

    assert errors == ""
    about = [line for line in lines if line.get("request_id") == request_id]
    assert [event for event in FROM_FORM_TO_TICKET if event not in {line["event"] for line in about}] == []
    stray = [line for line in lines if line["logger"].startswith(("bot.slack", "bot.usecases")) and line not in about]
    stray = [line for line in stray if not line["logger"].startswith("bot.usecases.sweep")]  # about all requests
    assert {line["event"] for line in stray} <= {"user not read"}, stray
    assert [line for line in lines if line["level"] == "error"] == []
    for secret in ("zebra", "Zebra", "xoxb-", "xapp-", shell.variables["SLACK_SIGNING_SECRET"]):
        assert secret not in out, secret
    assert shell.variables["JIRA_API_TOKEN"] not in out


async def test_exceptions_are_logged_without_their_words(shell: Shell) -> None:
    """What an exception says may be what somebody wrote: its kind and its places are enough."""
    code = (
        "from bot import log; import asyncio, logging\n"
        "log.set_up('INFO')\n"
        "logger = log.get('bot.test')\n"
        "def fail():\n"
        "    raise ValueError('zebra words')\n"
        "try:\n"
        "    try: fail()\n"
        "    except ValueError as error: raise KeyError('zebra key') from error\n"
        "except KeyError:\n"
        "    logger.exception('it failed', nested={'token': ['xoxb-1-secret', '\\ud800']})\n"
        "    logging.getLogger('library').exception('library failed %s', 'Bearer abc')\n"
        "async def main():\n"
        "    asyncio.create_task(later())\n"
        "    await asyncio.sleep(0.01)\n"
        "async def later(): raise ValueError('zebra lost')\n"
        "asyncio.run(main())\n"
    )
    (shell.folder / "say.py").write_text(code)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "say"),
        cwd=shell.folder,
        env=shell.variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = (part.decode() for part in await process.communicate())
    lines = [json.loads(line) for line in out.splitlines()]

    assert errors == ""
    assert "zebra" not in out
    assert [line["event"] for line in lines] == [
        "it failed",
        "library failed Bearer [secret]",
        "Task exception was never retrieved",
    ]
    assert [part.partition(" at ")[0] for part in lines[0]["exception"].splitlines()] == ["ValueError", "KeyError"]
    assert lines[0]["nested"] == {"token": ["[secret]", "?"]}
    assert lines[1]["exception"].startswith("ValueError at ")
