"""`devrequest lint`: quality checks of texts on standard input, one a line, or JSON Lines with `text`."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Any, BinaryIO, TextIO

from bot.cli.output import harmless
from bot.domain.errors import ConfigurationError
from bot.domain.quality import families, ga4, user_story
from bot.domain.quality.finding import Finding, Surroundings
from bot.domain.quality.story_parts import Story, stories

Parts = dict[str, str]
_THOROUGH = Surroundings(thorough=True)
REMEMBERED = 50_000
"""Stories that are remembered: any number of lines takes so much memory."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was found in one text; `parts` only for user stories."""

    text: str
    findings: list[Finding]
    parts: Parts | None = None

    def to_json(self) -> dict[str, Any]:
        """One line of what `--json` prints."""
        shown: dict[str, Any] = {"text": self.text, "findings": [finding.to_json() for finding in self.findings]}
        return shown if self.parts is None else {**shown, "parts": self.parts}


def main(options: argparse.Namespace) -> int:
    """Read standard input to its end; always 0, as findings are no errors."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # lone surrogates from JSON
    run(options.kind, sys.stdin.buffer, sys.stdout, as_json=options.json)
    return 0


def run(
    kind: str,
    lines: BinaryIO | Iterable[bytes],
    out: TextIO,
    *,
    as_json: bool,
    complaints: TextIO | None = None,
) -> None:
    """Check each line and print at once what was found.

    Args:
        kind: `user_story`, `acceptance_criteria`, `ga4_event` or `wording`.
        lines: UTF-8; bytes that are none become U+FFFD.
        out: where to print.
        as_json: one object for each line, empty ones included; else a form for people.
        complaints: instead of standard error: which line among JSON Lines is none.
    """
    check = KINDS[kind]()
    for text in _texts(lines, complaints or sys.stderr):
        result = check(text)
        if as_json:
            print(json.dumps(result.to_json()), file=out)
        elif text.strip():
            print(*map(harmless, _readable(result)), sep="\n", file=out)


def _texts(lines: Iterable[bytes], complaints: TextIO) -> Iterator[str]:
    """The text of each line; a line that is no JSON object with a `text` is a text itself.

    Among JSON Lines such a line is hardly meant, so its number is said.
    """
    json_lines = False
    for number, raw in enumerate(lines, start=1):
        line = raw.decode(errors="replace").removesuffix("\n").removesuffix("\r")
        if number == 1:
            line = line.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
        text = _text_in(line)
        json_lines = json_lines or text is not None
        if text is None and json_lines and line.strip():
            print(f"line {number}: no JSON object with a `text`; it is read as a text itself", file=complaints)
        yield line if text is None else text


def _text_in(line: str) -> str | None:
    """What a line of JSON Lines holds; None for any other line."""
    if not line.lstrip().startswith("{"):
        return None
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    text = row.get("text") if isinstance(row, dict) else None
    return text if isinstance(text, str) else None


def _user_story() -> Callable[[str], Result]:
    """Checks stories, and remembers what the last ones said, so that the second of two equal ones is a duplicate."""
    told: dict[str, None] = {}
    around = Surroundings(told=told)

    def check(text: str) -> Result:
        findings = families.check(["user_story"], text, around)
        told.update(dict.fromkeys(user_story.fingerprints(text)))
        while len(told) > REMEMBERED:
            del told[next(iter(told))]
        return Result(text, findings, _parts(stories(text)[0] if text.strip() else Story(text)))

    return check


def _parts(story: Story) -> Parts:
    return {"role": story.words(story.role), "want": story.words(story.want), "benefit": story.words(story.benefit)}


def _acceptance_criteria() -> Callable[[str], Result]:
    return lambda text: Result(text, families.check(["acceptance_criteria", "wording"], text))


def _ga4_event() -> Callable[[str], Result]:
    """Checks events, also against the dictionary if there is a configuration that names one."""
    from bot.files_on_disk import configured_dictionary

    try:
        dictionary, problems = configured_dictionary()
    except ConfigurationError as error:
        dictionary, problems = None, []
        print(*error.problems, sep="\n", file=sys.stderr)
    for problem in problems:
        print(problem, file=sys.stderr)
    around = Surroundings(dictionary=dictionary)
    return lambda text: Result(text, sorted(ga4.check_event(text, around), key=families.order))


def _wording() -> Callable[[str], Result]:
    return lambda text: Result(text, families.check(["wording"], text, _THOROUGH))


KINDS: dict[str, Callable[[], Callable[[str], Result]]] = {
    "user_story": _user_story,
    "acceptance_criteria": _acceptance_criteria,
    "ga4_event": _ga4_event,
    "wording": _wording,
}
"""What `--as` takes → how such texts are checked, made anew for each run."""


def _readable(result: Result) -> Iterator[str]:
    """The text, then a line for each finding with an example."""
    yield " ".join(result.text.split())
    for finding in result.findings:
        words = " ".join(result.text[finding.start : finding.end].split())
        shown = f" ({words[:60]}{'…' if len(words) > 60 else ''})" if words else ""
        yield f"  {finding.severity}: {finding.message} [{finding.code}]{shown}"
        if finding.example:
            yield f"    such as: {' / '.join(finding.example.splitlines())}"
    if not result.findings:
        yield "  nothing found"
