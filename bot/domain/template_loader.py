"""{path: text} → request types, or every error at once with file, line and key. Pure: it opens no file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.domain.model_check import validated
from bot.domain.problems import Path, Problem, suggest
from bot.domain.template import Field, RequestType
from bot.domain.template_rules import Findings, check_body
from bot.domain.template_shape import keep_known, shaped, slug, with_ids, with_words
from bot.domain.yaml_text import Located, read

SUFFIXES = (".yaml", ".yml", ".json")
SCHEMA_NAME = "schema.json"
MOST_KEY = 75
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_KEYS = (*(name for name in RequestType.model_fields if name != "key"), "$schema")
_CHOOSER = {"blank_issues_enabled", "contact_links"}

TrackerModels = Mapping[str, type[BaseModel]]
"""Tracker name → the model of what a template may say about it."""


@dataclass(slots=True)
class Loaded:
    """What a set of files holds.

    Attributes:
        types: key → request type, in the order of the files; those with an error are left out.
        files: key → the file that it stands in.
        problems: every error.
        notes: what is worth knowing, such as keys that are kept but not used.
    """

    types: dict[str, RequestType] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def load(files: Mapping[str, str | bytes], tracker_models: TrackerModels) -> Loaded:
    """Read request types.

    A later file replaces an earlier one of the same name in another folder, so that a team's own
    `landing-page.yaml` wins over the shipped one when the shipped files come first.

    Args:
        files: path → content; other files than YAML and JSON, and `schema.json`, are passed over.
        tracker_models: what `tracker.<name>` is validated by.
    """
    loaded = Loaded()
    origins = loaded.files
    read_files: list[Findings] = []
    for path, content in files.items():
        if PurePath(path).suffix.lower() not in SUFFIXES or PurePath(path).name == SCHEMA_NAME:
            continue
        located = read(path, content)
        findings = Findings(located)
        read_files.append(findings)
        if not _is_chooser(located, findings):
            key = _key(findings, path)
            _claim(findings, key, path, files, origins)
            loaded.types.pop(key, None)
            loaded.types |= _request_type(findings, key, tracker_models)
    _check_former_names(read_files, origins)
    for findings in read_files:
        loaded.problems += sorted(findings.located.problems, key=lambda problem: problem.line)
        loaded.notes += findings.notes
    faulty = {problem.file for problem in loaded.problems}
    loaded.types = {key: made for key, made in loaded.types.items() if origins[key] not in faulty}
    return loaded


def _is_chooser(located: Located, findings: Findings) -> bool:
    """GitHub keeps a `config.yml` beside its forms."""
    if isinstance(located.data, dict) and located.data.keys() & _CHOOSER and "body" not in located.data:
        findings.note((), "is GitHub's list of links, not a form; passed over")
        return True
    return False


def _key(findings: Findings, path: str) -> str:
    stem = PurePath(path).stem
    if _KEY.fullmatch(stem) and len(stem) <= MOST_KEY:
        return stem
    key = slug(stem) or "form"
    findings.note((), f"the name of the file cannot be typed as one word; the type is called {key}")
    return key


def _claim(findings: Findings, key: str, path: str, files: Mapping[str, str | bytes], origins: dict[str, str]) -> None:
    """Give a key to a file; that a copy replaces what it is a copy of is no news."""
    before = origins.get(key)
    if before and PurePath(before).parent == PurePath(path).parent:
        findings.error((), f"is called {key}, as {before} is; rename one of them")
    elif before and files[before] != files[path]:
        findings.note((), f"replaces {before}")
    origins[key] = path


def _request_type(findings: Findings, key: str, tracker_models: TrackerModels) -> dict[str, RequestType]:
    """The request type of a file under its key, as far as it could be read."""
    located = findings.located
    if not isinstance(located.data, dict):
        if not located.problems:
            findings.error((), "must hold keys and values such as `name: Bug` and `body:`")
        return {}
    for place in located.cut:
        findings.note(place, "ends before the #, which begins a comment; put the text in quotes if that is part of it")
    data = keep_known(located, located.data, (), _KEYS)
    data.pop("$schema", None)
    if isinstance(data.get("body"), list):
        data["body"] = [_shaped(findings, item, index) for index, item in enumerate(data["body"])]
    data = with_words(located, data)
    body = data.get("body")
    items = with_ids(located, body, findings.notes) if isinstance(body, list) else []
    fields = {index: made for index, item in enumerate(items) if (made := _field(findings, item, index))}
    ids = [item["id"] if isinstance(item, dict) and isinstance(item["id"], str) else "" for item in items]
    check_body(findings, fields, ids)
    _asks_something(findings, items, fields)
    _unused(findings, data)
    top = data | {"key": key, "tracker": _tracker(findings, data.get("tracker", {}), ids, tracker_models)}
    if isinstance(body, list):
        top["body"] = list(fields.values()) or [_STAND_IN] * len(items)
    read_well = validated(located, RequestType, top).made
    return {key: read_well} if read_well else {}


def _asks_something(findings: Findings, items: Sequence[Any], fields: Mapping[int, Field]) -> None:
    certain = not any(place[2:] == ("type",) for place in findings.refused)
    if items and certain and len(fields) == len(items) and not any(element.is_input for element in fields.values()):
        findings.error(("body",), "asks nothing: markdown only shows text; add a field that can be filled in")


_STAND_IN = Field(type="markdown", id="stand-in")
"""For elements that could not be read, so that the body does not count as empty as well."""


def _shaped(findings: Findings, item: Any, index: int) -> Any:
    """An element with the keys of its type; where the type is uncertain, rules that depend on it are left out."""
    if not isinstance(item, dict):
        return item
    kept, certain = shaped(findings.located, item, ("body", index))
    if not certain:
        findings.refused.add(("body", index, "type"))
    return kept


def _field(findings: Findings, item: Any, index: int) -> Field | None:
    """An element as its model; what pydantic refuses is noted and replaced, so that the rest of it is judged, too."""
    path: Path = ("body", index)
    if not isinstance(item, dict):
        findings.error(path, "must be a field with `type:` and `attributes:`")
        return None
    found = validated(findings.located, Field, item, path)
    if found.made:
        return found.made
    findings.refused |= {(*path, *place) for place in found.faults}
    rest = found.data
    for place in sorted(found.faults, key=len, reverse=True):
        rest = _without(rest, place)
    try:
        return Field.model_validate(rest)
    except ValidationError:
        return None


def _without(data: Any, place: Path) -> Any:
    """The data without the value at a place, or without the mapping that lacks it.

    In a list, a word that means nothing keeps its position.
    """
    if not place:
        return None
    first, *rest = place
    if isinstance(data, dict):
        if first not in data:
            return None
        inner = _without(data[first], tuple(rest))
        return {
            key: inner if key == first else value for key, value in data.items() if key != first or inner is not None
        }
    if isinstance(data, list | tuple) and isinstance(first, int) and first < len(data):
        inner = _without(data[first], tuple(rest))
        filler = f"\N{REPLACEMENT CHARACTER}{first}" if inner is None else inner
        return [filler if index == first else item for index, item in enumerate(data)]
    return data


def _unused(findings: Findings, data: Mapping[str, Any]) -> None:
    for name in ("assignees", "projects"):
        if data.get(name):
            findings.note((name,), "is GitHub's and not used here")


def _tracker(findings: Findings, said: Any, ids: list[str], tracker_models: TrackerModels) -> Any:
    """`tracker:` as the model wants it; the settings of each tracker are validated by its own model."""
    if not isinstance(said, dict):
        return said
    located = findings.located
    known = ["default", "ask", *tracker_models]
    settings, choice = {}, {}
    for name, values in said.items():
        path: Path = ("tracker", name)
        meant = name
        if name not in known:
            findings.error(path, f"is no tracker; known here are {', '.join(known)}", suggest(name, known))
            meant = suggest(name, known, surely=True)
            meant = "" if meant in said else meant
            located.renamed["tracker", meant] = name
            path = ("tracker", meant)
        if meant in {"default", "ask"}:
            choice[meant] = values
        elif meant:
            settings[meant] = _tracker_settings(findings, tracker_models[meant], values, path, ids)
    default = choice.get("default")
    if isinstance(default, str) and default not in tracker_models:
        message = f"{default} is no tracker; known are {', '.join(tracker_models)}"
        findings.error(("tracker", "default"), message, suggest(default, tracker_models))
    return choice | {"settings": settings}


def _tracker_settings(
    findings: Findings, model: type[BaseModel], values: Any, path: Path, ids: list[str]
) -> dict[str, Any]:
    found = validated(findings.located, model, {} if values is None else values, path)
    _mapped_fields(findings, found.data, path, ids)
    return found.made.model_dump(mode="json", exclude_unset=True) if found.made else {}


def _mapped_fields(findings: Findings, settings: Any, path: Path, ids: list[str]) -> None:
    """`fields:` maps ids of the form to fields of the tracker."""
    mapped = settings.get("fields") if isinstance(settings, dict) else None
    for other in mapped if isinstance(mapped, dict) else ():
        if other not in ids:
            findings.error((*path, "fields", other), f"there is no field {other} in this form", suggest(other, ids))


def _check_former_names(files: Sequence[Findings], origins: Mapping[str, str]) -> None:
    """`was` must name something that is gone, and each former name leads to one type."""
    keys = {path: key for key, path in origins.items()}
    owners: dict[str, str] = {}
    for findings in files:
        located = findings.located
        key = keys.get(located.file)
        was = located.typed.get(("was",), "")
        if not key or not was or not isinstance(located.data, dict):
            continue
        message = ""
        if was == key:
            message = "names this type itself; leave it out"
        elif was in origins:
            message = f"{was} is still there, in {origins[was]}"
        elif was in owners:
            message = f"{was} is what {owners[was]} was called, too"
        owners.setdefault(was, key)
        if message:
            findings.error(("was",), message)
