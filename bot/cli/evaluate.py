"""`devrequest evaluate`: how ready tickets are, from REST payloads on standard input."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from adapters.base import Ticket
from bot.cli.output import harmless
from bot.domain.content_checks import content_checks
from bot.domain.errors import ConfigurationError
from bot.domain.problems import suggest
from bot.domain.readiness import Gap, Judge, Readiness
from bot.domain.template import RequestType
from bot.domain.template_loader import SUFFIXES, Loaded
from bot.files_on_disk import configured_dictionary, shipped_folder

Reader = Callable[[Mapping[str, Any]], Ticket]
SHOWN = 120
"""Characters of a reason that are shown; it may quote the line."""


def main(options: argparse.Namespace) -> int:
    """Judge every line of standard input. 1: a line, or the template, could not be read."""
    from bot.bootstrap import payload_reader

    try:
        request_type = find_type(options.template)
        reader = payload_reader(options.tracker)
        dictionary, problems = configured_dictionary()
    except ConfigurationError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 1
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # it is a file here
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # lone surrogates from JSON, and terminals that know few characters
    judge = Judge(request_type, content=content_checks(dictionary))
    return run(sys.stdin, judge, reader, as_json=options.json)


def run(
    lines: Iterable[str],
    judge: Judge,
    reader: Reader,
    *,
    as_json: bool,
    out: TextIO | None = None,
    complaints: TextIO | None = None,
) -> int:
    """Judge and print, line by line.

    Args:
        lines: one JSON object each; blank ones are skipped.
        judge: with the rules of the request type.
        reader: makes a ticket of a payload.
        as_json: one JSON object a line instead of words.
        out: instead of standard output.
        complaints: instead of standard error: which line could not be read, and why.

    Returns:
        The exit code: 1 if a line could not be read.
    """
    out, complaints = out or sys.stdout, complaints or sys.stderr
    bad = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip(" \t\r\n\ufeff"):
            continue
        try:
            ticket = read_line(line, reader)
            verdict = judge.ticket(ticket)
        except Exception as error:  # noqa: BLE001  # any line may hold anything, and the next one is to be read
            bad += 1
            print(f"line {number}: {_reason(error)}", file=complaints)
            continue
        key, template = ticket.ref.key, judge.request_type.key
        told = [as_line(key, template, verdict)] if as_json else map(harmless, in_words(key, ticket.title, verdict))
        print(*told, sep="\n", file=out)
    out.flush()
    return 1 if bad else 0


def read_line(line: str, reader: Reader) -> Ticket:
    """The ticket in a line.

    Raises:
        ValueError: that is no JSON object, or not one of the tracker's.
    """
    payload = json.loads(line.strip("\ufeff"))
    if not isinstance(payload, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  # what is wrong is the line, not our code
    return reader(payload)


def as_line(key: str, template: str, verdict: Readiness) -> str:
    """`{"key", "template", "score", "gaps": [{"section", "code", "message"}]}`, and `hints` alike if there are any.

    A hint costs nothing and is asked of nobody, so it is no gap; the codes of some families are hints and nothing else.
    """
    said = {"key": key, "template": template, "score": verdict.score, "gaps": _said(verdict.gaps)}
    return json.dumps(said | ({"hints": _said(verdict.hints)} if verdict.hints else {}))


def _said(gaps: Iterable[Gap]) -> list[dict[str, str]]:
    return [{"section": gap.section, "code": gap.code, "message": gap.message} for gap in gaps]


def in_words(key: str, title: str, verdict: Readiness) -> list[str]:
    """A ticket for people: its score, what is missing with an example below, and what could be better."""
    lines = [f"{key}  {verdict.score} of 100  {_one_line(title)}"]
    for gap in verdict.gaps:
        lines.append(f"  {gap.section}: {gap.message} [{gap.code}]")
        if gap.example:
            lines.append(f"    such as: {_one_line(gap.example)}")
    lines += (f"  hint, {gap.section}: {gap.message} [{gap.code}]" for gap in verdict.hints)
    return lines


def find_type(wanted: str) -> RequestType:
    """The request type with this key, or in this file.

    A key is looked for in the configuration's templates and in the shipped ones; what else is wrong there does not
    matter here.

    Raises:
        ConfigurationError: there is none, or it has errors; all of them are named.
    """
    path = Path(wanted)
    if path.suffix.lower() in SUFFIXES or path.is_file():
        from bot.bootstrap import load_templates

        return _only(load_templates([path]), wanted)
    types, problems = _known_types()
    if wanted in types:
        return types[wanted]
    renamed = next((kind for kind in types.values() if kind.was == wanted), None)
    if renamed is not None:
        return renamed
    broken = [problem for problem in problems if f"{wanted}." in problem]
    hint = suggest(wanted, types)
    meant = f" Did you mean {hint}?" if hint else ""
    raise ConfigurationError(
        broken or [f"There is no request type {wanted!r}.{meant} Known are: {', '.join(sorted(types))}."]
    )


def _known_types() -> tuple[Mapping[str, RequestType], list[str]]:
    """The request types of the configuration, or the shipped ones where there is no configuration."""
    from bot.bootstrap import load_everything, load_templates
    from bot.settings import read_environment

    config = Path(read_environment().devrequest_config)
    if config.exists():
        loadout = load_everything(config)
        return loadout.types, [str(problem) for problem in loadout.problems]
    loaded = load_templates([shipped_folder()])
    return loaded.types, [str(problem) for problem in loaded.problems]


def _only(loaded: Loaded, wanted: str) -> RequestType:
    if loaded.problems:
        raise ConfigurationError([str(problem) for problem in loaded.problems])
    if len(loaded.types) != 1:
        raise ConfigurationError([f"{wanted} holds no request type."])
    return next(iter(loaded.types.values()))


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at character {error.pos + 1}"
    if isinstance(error, RecursionError):
        return "nested too deeply to be read"
    if isinstance(error, ValueError):
        return _one_line(str(error))
    return f"not what the tracker's API answers ({type(error).__name__}: {_one_line(str(error))})"


def _one_line(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= SHOWN else shown[: SHOWN - 1].rstrip() + "…"
