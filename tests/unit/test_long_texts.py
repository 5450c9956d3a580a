"""No text of people keeps the event loop: reading and judging grow with its length, not with the square of it."""

import time
from contextlib import suppress

import pytest

from adapters.asana.markup import BrokenXml, parse
from bot.domain.content_checks import JUDGED, content_checks
from bot.domain.plain_text import from_plain
from bot.domain.quality.families import FAMILIES, check
from bot.domain.section_finder import find_sections
from bot.domain.section_marks import Marks
from bot.domain.template_loader import load

LENGTH = 30_000
BUDGET = 0.5
"""Seconds of processor time for one text."""
TEMPLATE = "{name: Page, description: A page, body: [{type: textarea, id: goal, attributes: {label: Goal}}]}"
TEXTS = {
    "blanks": "a" + " " * LENGTH + "x",
    "blanks after a number": "1 a" + " " * LENGTH + "x",
    "digits": "1" * LENGTH,
    "dots": "1." * (LENGTH // 2),
    "from": "from " + "1" * LENGTH,
    "blanks in a list": "sign_up: a" + " " * LENGTH + "b",
    "blanks in a heading": "# a" + " " * LENGTH + "x",
    "marks in a heading": "# a" + " #" * (LENGTH // 2) + "x",
    "empty lines": "I want x" + "\n" * LENGTH + "x",
    "blanks in a benefit first": "In order to buy, I" + " " * LENGTH + "x, I want a shop",
    "fences": "```x\n" * (LENGTH // 5),
    "brackets": "http://a" + ")" * LENGTH,
    "brackets and full stops": "http://a" + ")." * (LENGTH // 2),
    "letters": "a" * LENGTH,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_long_texts_are_read_and_judged_in_time(text: str) -> None:
    """Each family of checks, the sections of a ticket, a form's document and Asana's markup keep to the budget."""
    loaded = load({"page.yaml": TEMPLATE}, {})
    marks = Marks(loaded.types["page"])
    spent = {}
    for family in FAMILIES:
        began = time.process_time()
        check([family], text)
        spent[family] = time.process_time() - began
    began = time.process_time()
    found = find_sections(f"Goal:\n{text}", marks)
    shown = {section: content.lines for section, content in found.items()}
    spent["sections"] = time.process_time() - began
    began = time.process_time()
    from_plain(text)
    spent["document"] = time.process_time() - began
    for markup in (f"<body>{text}</body>", f"<{text}", f"<body {text}></body>"):
        began = time.process_time()
        with suppress(BrokenXml):
            parse(markup)
        spent[f"markup {markup[:6]}"] = time.process_time() - began

    assert "goal" in shown
    assert {part: seconds for part, seconds in spent.items() if seconds > BUDGET} == {}


def test_the_beginning_of_a_section_is_judged() -> None:
    """What a section says far behind its beginning counts no more."""
    judge = content_checks()
    hypothesis = "If we show prices, then more people order, because they know them. "
    vague = "x" * (JUDGED - len(hypothesis)) + " " + hypothesis

    assert "experiment.no_hypothesis" not in {f.code for f in judge(["experiment"], hypothesis + vague, "a", {})}
    assert "experiment.no_hypothesis" in {f.code for f in judge(["experiment"], "x" * JUDGED + hypothesis, "a", {})}
