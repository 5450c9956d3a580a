"""Goal 14: opening the form never parses a template; what is parsed once is served from memory."""

import json
import time
from collections.abc import Callable
from typing import Any

from bench.measure import Row, interleaved, milliseconds, ratios
from bot.bootstrap import template_models
from bot.domain.request import Draft
from bot.domain.template import RequestType
from bot.domain.template_loader import load
from bot.slack.views.form import Form, form_view

Json = dict[str, Any]
FIELDS = 30
PATH = "templates/thirty-fields.yaml"


async def run(rounds: int, quick: bool) -> list[Row]:
    """Cold, warm and the bare serialisation in turns."""
    repeats = 5 if quick else 200
    kind = parsed(template(FIELDS))
    view = modal(kind)
    colds = max(2, repeats // 5)
    # Every text is new, so that nothing which is kept from an earlier one makes the cold side warm.
    fresh = iter([template(FIELDS, number) for number in range(rounds * colds)])
    sides: dict[str, Callable[[], object]] = {
        "warm": lambda: modal(kind),
        "cold": lambda: modal(parsed(next(fresh))),
        "dumps": lambda: json.dumps(view),
    }
    counts = {"warm": repeats, "cold": colds, "dumps": repeats}

    async def measure(name: str) -> float:
        return processor_time(sides[name], counts[name])

    taken = await interleaved(rounds, list(sides), measure)
    inputs = sum(block["type"] == "input" for block in view["blocks"])
    method = (
        f"CPU time of this process, {repeats} repeats a round; the view has {inputs} inputs, {FIELDS} of them ours."
    )
    return [
        Row(
            "14",
            "the modal cold by warm",
            ratios(taken["cold"], taken["warm"]),
            30,
            "parsing and validating the YAML first",
            method,
            at_least=True,
            gate=True,
            figures=milliseconds(taken["cold"], taken["warm"]),
        ),
        Row(
            "14",
            "the modal warm by its serialisation",
            ratios(taken["warm"], taken["dumps"]),
            1.5,
            "`json.dumps` of the finished view",
            method,
            figures=milliseconds(taken["warm"], taken["dumps"]),
        ),
    ]


def processor_time(work: Callable[[], object], repeats: int) -> float:
    """CPU seconds for one of so many repeats."""
    began = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - began) / repeats


def parsed(text: str) -> RequestType:
    """The one request type in a YAML text.

    Raises:
        ValueError: it has errors, so that nothing would be measured.
    """
    loaded = load({PATH: text}, template_models())
    if loaded.problems:
        raise ValueError(str(loaded.problems[0]))
    [kind] = loaded.types.values()
    return kind


def modal(kind: RequestType) -> Json:
    """The form of a request type that is empty yet."""
    return form_view(Form(draft=Draft(id="", slack_team="T0", user="U0", request_type=kind.key), request_type=kind))


def template(fields: int, number: int = 0) -> str:
    """A request type with so many fields: text areas, menus and dates in turns. Each number gives another."""
    lines = [f"name: Thirty fields, {number}", "description: As long as forms get", "body:"]
    for index in range(fields):
        label = f'{{label: Question {index}, description: "What to think of, and an example for it"'
        kind = ("textarea", "input", "dropdown", "date")[index % 4]
        options = ', options: ["First", "Second", "Third"]' if kind == "dropdown" else ""
        lines += [f"  - type: {kind}", f"    id: question_{index}", f"    attributes: {label}{options}}}"]
    return "\n".join(lines) + "\n"
