"""`devrequest check`: the configuration and the request types, offline, every error at once."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from pydantic import BaseModel

from bot.cli.output import readers_may_leave
from bot.config_loader import load_config, places, unknown_types
from bot.domain.dictionary_loader import load_dictionary
from bot.domain.errors import ConfigurationError
from bot.domain.problems import Problem, suggest
from bot.domain.template_loader import SCHEMA_NAME, SUFFIXES, Loaded, load
from bot.domain.template_schema import schema
from bot.domain.yaml_text import line_at_fault, read
from bot.files_on_disk import read_dictionary, shipped_folder, template_files
from bot.settings import read_environment
from bot.slack.views.form import unshowable


@dataclass(frozen=True, slots=True)
class TrackerModels:
    """What may be said about each tracker, by its name: in a template, and by a team."""

    template: Mapping[str, type[BaseModel]]
    team: Mapping[str, type[BaseModel]]


@dataclass(slots=True)
class Report:
    """What was read and what was found."""

    problems: list[Problem] = field(default_factory=list)
    types: int = 0
    configurations: int = 0
    dictionaries: int = 0

    @property
    def errors(self) -> int:
        """How many things must be mended; notes only inform."""
        return sum(problem.severity == "error" for problem in self.problems)

    def sentence(self) -> str:
        """One line for people."""
        read_well = f"{self.types} request type{'' if self.types == 1 else 's'}"
        configuration = " and the configuration" if self.configurations else ""
        configuration += " and the dictionary" if self.dictionaries else ""
        verdict = f"{self.errors} error{'' if self.errors == 1 else 's'} to mend" if self.errors else "nothing to mend"
        return f"{read_well}{configuration} read, {verdict}."


def main(options: argparse.Namespace) -> int:
    """Check what the command line names; 1 if anything must be mended."""
    from bot.bootstrap import team_models, template_models

    models = TrackerModels(template_models(), team_models())
    try:
        environment = read_environment()
    except ConfigurationError as error:
        report = Report([Problem("environment", 0, "", problem) for problem in error.problems])
        return _finish(report, sys.stdout, as_json=options.json)
    config = Path(environment.devrequest_config)
    if not options.paths and "devrequest_config" in environment.model_fields_set and not config.exists():
        message = "is not there: copy devrequest.example.yaml, or name your file in DEVREQUEST_CONFIG"
        return _finish(Report([Problem(str(config), 0, "", message)]), sys.stdout, as_json=options.json)
    return run(options.paths, models, config=config, as_json=options.json, write_schema=options.write_schema)


def run(
    paths: Sequence[str],
    models: TrackerModels,
    *,
    config: Path,
    as_json: bool = False,
    write_schema: bool = False,
    out: TextIO | None = None,
) -> int:
    """Check and print.

    Args:
        paths: folders of templates, templates, configuration files; none means `config` with everything it uses.
        models: the trackers that there are.
        config: the configuration file, which need not exist.
        as_json: print a JSON list of problems for machines.
        write_schema: write `schema.json` into the folders, or beside the shipped types, first.
        out: instead of standard output.

    Returns:
        The exit code: 1 if anything must be mended.
    """
    out = out or sys.stdout
    if write_schema:
        for folder in [Path(path) for path in paths if Path(path).is_dir()] or [shipped_folder()]:
            (folder / SCHEMA_NAME).write_text(schema_text(models), encoding="utf-8")
    report = Report()
    try:
        _check(report, [Path(path) for path in paths], models, config)
    except OSError as error:
        report.problems.append(Problem(str(error.filename), 0, "", f"cannot be read: {error.strerror}"))
    except ConfigurationError as error:
        pairs = [problem.rpartition(": ") for problem in error.problems]
        report.problems += [Problem(place, 0, "", message) for place, _, message in pairs]
    return _finish(report, out, as_json=as_json)


def _finish(report: Report, out: TextIO, *, as_json: bool) -> int:
    """Print the report, with paths as people would type them here; the exit code."""
    report.problems = [replace(problem, file=_shown(problem.file)) for problem in report.problems]
    with readers_may_leave():  # the verdict stands, however much of it is read
        if as_json:
            print(json.dumps([problem.to_json() for problem in report.problems], indent=2), file=out)
        else:
            _print(report, out)
    return 1 if report.errors else 0


def schema_text(models: TrackerModels) -> str:
    """What `templates/schema.json` holds."""
    return json.dumps(schema(models.template), indent=1, ensure_ascii=False) + "\n"


def _check(report: Report, paths: list[Path], models: TrackerModels, config: Path) -> None:
    if not paths:
        if config.exists():
            _check_configuration(report, config, models)
        else:
            message = "is not there; only the shipped request types are read"
            report.problems.append(Problem(str(config), 0, "", message, severity="note"))
            _check_templates(report, [shipped_folder()], models)
        return
    configurations = [path for path in paths if _is_configuration(path, config)]
    for path in configurations:
        _check_configuration(report, path, models)
    dictionaries = [path for path in paths if path not in configurations and _is_dictionary(path)]
    for path in dictionaries:
        dictionary, faults = load_dictionary(str(path), path.read_bytes())
        report.dictionaries += dictionary is not None
        report.problems += faults
    _check_templates(report, [path for path in paths if path not in configurations + dictionaries], models)


def _is_configuration(path: Path, config: Path) -> bool:
    """Whether a file is the configuration, or looks like one."""
    if not path.is_file():
        return False
    if config.exists() and path.samefile(config):
        return True
    try:
        data = read(str(path), path.read_bytes()).data
    except OSError:
        return False
    return isinstance(data, dict) and "body" not in data and any(suggest(key, ["teams"], surely=True) for key in data)


def _is_dictionary(path: Path) -> bool:
    """Whether a file holds events and parameters, and no request type."""
    try:
        data = read(str(path), path.read_bytes()).data if path.is_file() else None
    except OSError:
        return False
    return isinstance(data, dict) and "body" not in data and bool({"events", "parameters"} & data.keys())


def _check_templates(report: Report, places: list[Path], models: TrackerModels) -> None:
    files: dict[str, bytes] = {}
    for place in places:
        if place.is_file() and place.suffix.lower() not in SUFFIXES:
            report.problems.append(Problem(str(place), 0, "", "is neither YAML nor JSON"))
        elif not place.exists():
            report.problems.append(Problem(str(place), 0, "", "is not there"))
        elif not (found := _readable(report, place)) and place.is_dir():
            report.problems.append(Problem(str(place), 0, "", "holds no request types"))
        else:
            files |= found
    _count(report, load(files, models.template))


def _readable(report: Report, place: Path) -> dict[str, bytes]:
    """The templates in a place; a file that cannot be read is a problem, and hides no other."""
    files: dict[str, bytes] = {}
    try:
        paths = sorted(path for path in place.iterdir() if path.is_file()) if place.is_dir() else [place]
    except OSError as error:
        report.problems.append(Problem(str(place), 0, "", f"cannot be read: {error.strerror}"))
        return files
    for path in paths:
        try:
            files |= template_files([path])
        except ConfigurationError as error:
            report.problems += [Problem(str(path), 0, "", said.rpartition(": ")[2]) for said in error.problems]
    return files


def _count(report: Report, loaded: Loaded) -> None:
    """What was read, what is wrong with it, and what Slack could not show."""
    report.types += len(loaded.types)
    report.problems += loaded.problems + loaded.notes
    for key, kind in loaded.types.items():
        report.problems += [Problem(loaded.files[key], 0, "", reason) for reason in unshowable(kind)]


def _check_configuration(report: Report, path: Path, models: TrackerModels) -> None:
    """The file, the request types that it brings along, and whether its teams name only types that there are."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        report.problems.append(Problem(str(path), line_at_fault(error), "", "is not UTF-8 text; save it as UTF-8"))
        return
    _, problems = load_config(str(path), text, models.team)
    report.configurations += 1
    where = places(str(path), text)
    files = _readable(report, shipped_folder()) if where.shipped else {}
    for index, folder in enumerate(where.folders):
        if (path.parent / folder).is_dir():
            files |= _readable(report, path.parent / folder)
        else:
            problems.append(Problem(str(path), where.line, f"templates[{index}]", f"there is no folder {folder}"))
    loaded = load(files, models.template)
    problems += unknown_types(str(path), text, loaded.files)
    dictionary, faults = read_dictionary(path, where.dictionary, where.dictionary_line)
    report.dictionaries += dictionary is not None
    report.problems += sorted(problems, key=lambda problem: problem.line) + faults
    _count(report, loaded)


def _shown(file: str) -> str:
    """A path as people would type it here."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_absolute() and path.is_relative_to(Path.cwd()) else file


def _print(report: Report, out: TextIO) -> None:
    """Plain lines, one a problem; coloured on a terminal."""
    if not out.isatty():
        for problem in report.problems:
            print(f"{'note: ' if problem.severity == 'note' else ''}{problem}", file=out)
        print(report.sentence(), file=out)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, highlight=False)
    for problem in report.problems:
        line = Text(f"{problem.file}:{problem.line} " if problem.line else f"{problem.file} ", style="cyan")
        line.append(f"{problem.key}: " if problem.key else "", style="bold")
        line.append(problem.message, style="red" if problem.severity == "error" else "dim")
        line.append(f" (did you mean {problem.suggestion}?)" if problem.suggestion else "", style="green")
        console.print(line, soft_wrap=True)
    console.print(Text(report.sentence(), style="bold red" if report.errors else "bold green"))
