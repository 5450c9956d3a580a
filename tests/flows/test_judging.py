"""Many tickets are judged in a second process: the same verdicts, and no harm done if it fails."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.asana.mapping import ticket as asana_ticket
from adapters.base import Ticket, TicketRef
from adapters.jira.mapping import read_payload
from bot.domain.plain_text import from_plain
from bot.domain.verdicts import Asked, TeamRules, Verdicts
from bot.judging.second_process import SecondProcess
from bot.usecases.judging import Here
from tests.shipped import shipped_types

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 10, tzinfo=UTC)
RULES = TeamRules("web", tuple(shipped_types().values()), {"landing-page": ("wording.vague",)}, code="1")
TEXTS = (
    "## User story\n\nAs a visitor, I want prices.\n\n## Goal\n\nTBD\n\n## Tracking\n\nsession_start: plan",
    "h2. Goal\nDemo requests from 40 to 60\n* one\n* two",
    "Ziel: schöner \ud83d\ude00 \u202e",
    "",
)
ADF = {
    "type": "doc",
    "version": 1,
    "content": [
        {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Goal"}]},
        {"type": "paragraph", "content": [{"type": "text", "text": "make it pop", "marks": [{"type": "strong"}]}]},
    ],
}


def tickets(count: int) -> Asked:
    """Tickets as all three trackers give them, some made by a form."""
    asked: list[tuple[Ticket, str | None]] = []
    for number in range(count):
        ref = TicketRef("memory", str(number), str(number), "")
        text, labels = TEXTS[number % len(TEXTS)], ("landing-page",) if number % 2 else ()
        asked += [
            (Ticket(ref, "Prices", from_plain(text), "Open", "todo", NOW, NOW, labels=labels), None),
            (
                asana_ticket(
                    {"gid": f"2{number}", "name": "Page", "html_notes": f"<body><h1>Goal</h1>{number}</body>"}
                ),
                None,
            ),
            (
                read_payload({"id": f"3{number}", "key": "WEB-1", "fields": {"summary": "Page", "description": ADF}}),
                "campaign",
            ),
            (
                read_payload({"id": f"4{number}", "key": "WEB-2", "fields": {"summary": "x", "description": text}}),
                "bug",
            ),
        ]
    return asked


@pytest.fixture
async def second() -> AsyncIterator[SecondProcess]:
    made = SecondProcess(many=10, processors=2)
    async with made.in_bulk():
        yield made
    await made.close()


async def started(second: SecondProcess) -> int:
    """Judge until it is there; its id."""
    async with asyncio.timeout(20):
        while second.pid is None:
            await second.seen(Verdicts(RULES), tickets(4), NOW)
            await asyncio.sleep(0.02)
    return second.pid


def lives(pid: int) -> bool:
    """Whether there is such a process, and it is not just waiting to be buried."""
    with suppress(OSError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def environment_of(pid: int) -> bytes:
    """The environment variables of a process."""
    return Path(f"/proc/{pid}/environ").read_bytes()


async def left(pid: int) -> bool:
    """Whether a process ends soon."""
    for _ in range(500):
        if not lives(pid):
            return True
        await asyncio.sleep(0.02)
    return False


async def test_it_says_what_is_said_here(second: SecondProcess) -> None:
    """Tickets of every tracker, and texts of every kind, get there and back without a difference."""
    await started(second)
    verdicts, asked = Verdicts(RULES), tickets(30)
    there = await second.seen(verdicts, asked, NOW)
    assert second.pid is not None
    assert there == await Here().seen(Verdicts(RULES), asked, NOW)
    assert {one.request_type for one in there} >= {"landing-page", "campaign", "bug", None}
    assert any(one.gaps for one in there)


async def test_rules_that_changed_are_those_of_the_next_verdict(second: SecondProcess) -> None:
    """A team that switches a check off, or a template that changed, counts from the next question on."""
    await started(second)
    off = TeamRules("web", RULES.types, {"landing-page": ("section.missing",)}, code="2")
    before, after = [await second.seen(Verdicts(rules), tickets(4), NOW) for rules in (RULES, off)]
    assert second.pid is not None
    assert before != after
    assert after == await Here().seen(Verdicts(off), tickets(4), NOW)


async def test_few_tickets_are_judged_here(second: SecondProcess) -> None:
    """An hourly sweep with a few changes starts no process, nor do thousands that are read one by one."""
    for _ in range(2):
        await second.seen(Verdicts(RULES), tickets(1), NOW)
    alone = SecondProcess(many=10, processors=2)
    for _ in range(20):
        await alone.seen(Verdicts(RULES), tickets(1), NOW)
    await asyncio.sleep(0.1)
    assert (second.pid, alone.pid) == (None, None)


async def test_on_one_processor_all_are_judged_here() -> None:
    """Where it could only take time away from the bot there is none."""
    alone = SecondProcess(many=1, processors=1)
    async with alone.in_bulk():
        assert len(await alone.seen(Verdicts(RULES), tickets(10), NOW)) == 40
        await asyncio.sleep(0.1)
        assert alone.pid is None


async def test_many_wait_for_it_while_it_starts(second: SecondProcess) -> None:
    """The loop stays free from the first full page on; a single ticket is judged here meanwhile."""
    many = asyncio.create_task(second.seen(Verdicts(RULES), tickets(8), NOW))
    await asyncio.sleep(0)
    assert len(await second.seen(Verdicts(RULES), tickets(1), NOW)) == 4
    assert not many.done()
    assert len(await many) == 32
    assert second.pid is not None


async def test_one_that_takes_long_to_start_is_not_waited_for(
    second: SecondProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that is busy the tickets are judged here after a moment."""
    monkeypatch.setattr("bot.judging.second_process.COMMAND", ("sleep", "20"))
    monkeypatch.setattr("bot.judging.second_process.STARTS_WITHIN", 0.05)
    assert await second.seen(Verdicts(RULES), tickets(8), NOW) == await Here().seen(Verdicts(RULES), tickets(8), NOW)
    assert second.pid is None


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_one_that_died_is_not_missed(second: SecondProcess, how: signal.Signals) -> None:
    """Its questions are answered here, and none is asked again of another one."""
    os.kill(await started(second), how)
    for _ in range(3):
        assert await second.seen(Verdicts(RULES), tickets(8), NOW) == await Here().seen(
            Verdicts(RULES), tickets(8), NOW
        )
    await asyncio.sleep(0.1)
    assert second.pid is None


async def test_one_that_cannot_be_started_is_not_missed(second: SecondProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the memory or the right to start it, everything goes on as before."""
    monkeypatch.setattr("bot.judging.second_process.COMMAND", ("/no/such/program",))
    for _ in range(3):
        assert len(await second.seen(Verdicts(RULES), tickets(8), NOW)) == 32
        await asyncio.sleep(0.05)
    assert second.pid is None


async def test_an_answer_that_nobody_waits_for_is_nobodys_answer(second: SecondProcess) -> None:
    """A sync that ran out of time gives its question up; the next one gets its own answer."""
    await started(second)
    given_up = asyncio.create_task(second.seen(Verdicts(RULES), tickets(60), NOW))
    await asyncio.sleep(0.005)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    assert await second.seen(Verdicts(RULES), tickets(2), NOW) == await Here().seen(Verdicts(RULES), tickets(2), NOW)


async def test_several_ask_at_once(second: SecondProcess) -> None:
    """Two trackers are read side by side, for several teams: each gets what it asked for."""
    await started(second)
    asked = [tickets(number)[number:] for number in range(1, 9)]
    answers = await asyncio.gather(*(second.seen(Verdicts(RULES), some, NOW) for some in asked))
    assert [[one.id for one in answer] for answer in answers] == [[one.ref.id for one, _ in some] for some in asked]


async def test_it_ends_with_the_last_reading() -> None:
    """It gives its memory back at once, and comes again with the next thousand tickets."""
    second = SecondProcess(many=10, processors=2)
    async with second.in_bulk():
        async with second.in_bulk():
            pid = await started(second)
        assert second.pid == pid
    assert second.pid is None
    assert not lives(pid)
    async with second.in_bulk():
        assert await started(second) != pid
    await second.close()


async def test_a_reading_that_is_over_before_it_has_started() -> None:
    """Nothing of it is left behind."""
    second = SecondProcess(many=10, processors=2)
    async with second.in_bulk():
        await second.seen(Verdicts(RULES), tickets(4), NOW)
        await asyncio.sleep(0.05)
    assert second.pid is None
    assert len(asyncio.all_tasks()) == 1


async def test_it_ends_with_a_bot_that_is_killed(tmp_path: Path) -> None:
    """`kill -9` of the bot leaves nothing behind: there is nothing more to read for it."""
    program = tmp_path / "bot_to_kill.py"
    program.write_text(
        "import asyncio\n"
        "from tests.flows.test_judging import *\n"
        "async def main():\n"
        "    second = SecondProcess(many=10, processors=2)\n"
        "    async with second.in_bulk():\n"
        "        print(await started(second), flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    killed = await asyncio.create_subprocess_exec(
        sys.executable, str(program), stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert killed.stdout is not None
    pid = int(await killed.stdout.readline())
    assert lives(pid)
    killed.kill()
    await killed.wait()
    assert await left(pid)


async def test_it_gets_no_secrets(second: SecondProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """It judges texts: no token is in its environment."""
    monkeypatch.setenv("JIRA_API_TOKEN", "very-secret")
    pid = await started(second)
    assert b"very-secret" not in environment_of(pid)


async def test_a_folder_of_the_same_name_is_not_ours(
    second: SecondProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who starts the bot in a folder with a package `bot` of theirs gets our worker all the same."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").write_text("raise SystemExit('theirs')")
    monkeypatch.chdir(tmp_path)
    assert await started(second)
