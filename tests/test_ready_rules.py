"""docs/ready-rules.md: each template on the page loads, and each ticket gets the verdict that stands below it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.base import Ticket, TicketRef
from bot.bootstrap import template_models
from bot.cli.evaluate import in_words
from bot.domain import readiness
from bot.domain.content_checks import content_checks
from bot.domain.plain_text import from_plain
from bot.domain.template import RequestType
from bot.domain.template_loader import load
from bot.usecases.judge_answers import blocked

PAGE = (Path(__file__).parents[1] / "docs" / "ready-rules.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n(?:\n((?:^> [^\n]*\n)+))?", re.MULTILINE | re.DOTALL)


def request_type(fields: str) -> RequestType:
    """A form with these fields; nothing may be wrong with it, and nothing worth a note."""
    loaded = load({"page.yaml": f"name: Page\ndescription: A page\nbody:\n{fields}".encode()}, template_models())
    assert [str(problem) for problem in (*loaded.problems, *loaded.notes)] == []
    return loaded.types["page"]


def examples(wanted: str) -> list[tuple[str, str, list[str]]]:
    """Fields, text, and what is said of it; for every block of a kind."""
    found, fields = [], ""
    for kind, text, said in BLOCK.findall(PAGE):
        if kind == "yaml":
            fields = text
        elif kind == wanted:
            found.append((fields, text, [line.removeprefix("> ") for line in said.splitlines()]))
    return found


@pytest.mark.parametrize(("fields", "text", "said"), examples("text"))
def test_what_is_said_of_a_ticket(fields: str, text: str, said: list[str]) -> None:
    """`devrequest evaluate` says so, with all checks of content."""
    now = datetime(2026, 1, 5, tzinfo=UTC)
    ticket = Ticket(TicketRef("jira", "1", "WEB-1", ""), "Page", from_plain(text), "Open", "todo", now, now)

    verdict = readiness.readiness(request_type(fields), ticket, content=content_checks())

    first, *gaps = in_words("WEB-1", "Page", verdict)
    shown = [first.removeprefix("WEB-1  ").removesuffix("  Page"), *(line.strip() for line in gaps)]
    assert [line for line in shown if not line.startswith("such as: ")] == said


@pytest.mark.parametrize(("fields", "text", "said"), examples("answer"))
def test_what_stops_the_form(fields: str, text: str, said: list[str]) -> None:
    """An answer is stopped at its field with these words, or goes through."""
    kind = request_type(fields)
    [field] = kind.fields

    assert blocked(None, kind, {field: text.strip()}) == ({} if said == ["goes through"] else {field: said[0]})


def test_every_kind_of_rule_is_on_the_page() -> None:
    """Each key of `ready` is shown, and there are tickets that are ready and tickets that are not."""
    verdicts = [said[0] for _, _, said in examples("text")]

    assert [key for key in ("required", "at_least", "checks", "block", "applies_to_existing") if key not in PAGE] == []
    assert "100 of 100" in verdicts
    assert "0 of 100" in verdicts


def test_the_table_of_the_score() -> None:
    """What a section counts is what the page says."""
    counts = [float(row) for row in re.findall(r"^\| .* \| (\d\.\d) \|$", PAGE, re.MULTILINE)]
    credit = readiness._CREDIT

    assert counts == [0.0, readiness._SHORT_OF, credit["must"], credit["should"], credit["hint"]]
