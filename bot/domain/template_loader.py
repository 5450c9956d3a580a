"""{path: text} → request types, or every error at once with file, line and key. Pure: it opens no file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.domain.problems import Path, Problem, explain, key_of, suggest
from bot.domain.template import Field, RequestType
from bot.domain.template_rules import Findings, check_body
from bot.domain.template_shape import keep_known, keep_known_keys, slug, with_ids, with_words
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
        problems: every error.
        notes: what is worth knowing, such as keys that are kept but not used.
    """

    types: dict[str, RequestType] = field(default_factory=dict)
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
    origins: dict[str, str] = {}
    for path, content in files.items():
        if PurePath(path).suffix.lower() not in SUFFIXES or PurePath(path).name == SCHEMA_NAME:
            continue
        located = read(path, content)
        findings = Findings(located)
        if not _is_chooser(located, findings):
            key = _key(findings, path)
            _claim(findings, key, path, origins)
            made = _request_type(findings, key, tracker_models)
            loaded.types.pop(key, None)
            if made and not located.problems:
                loaded.types[key] = made
        loaded.problems += sorted(located.problems, key=lambda problem: problem.line)
        loaded.notes += findings.notes
    _check_former_names(loaded, origins, files)
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


def _claim(findings: Findings, key: str, path: str, origins: dict[str, str]) -> None:
    before = origins.get(key)
    if before and PurePath(before).parent == PurePath(path).parent:
        findings.error((), f"is called {key}, as {before} is; rename one of them")
    elif before:
        findings.note((), f"replaces {before}")
    origins[key] = path


def _request_type(findings: Findings, key: str, tracker_models: TrackerModels) -> RequestType | None:
    located = findings.located
    if not isinstance(located.data, dict):
        if not located.problems:
            findings.error((), "must hold keys and values such as `name: Bug` and `body:`")
        return None
    data = keep_known(located, with_words(located), (), _KEYS)
    data.pop("$schema", None)
    body = data.get("body")
    items = with_ids(located, body, findings.notes) if isinstance(body, list) else []
    fields = {index: made for index, item in enumerate(items) if (made := _field(findings, item, index))}
    ids = [item["id"] if isinstance(item, dict) and isinstance(item["id"], str) else "" for item in items]
    check_body(findings, fields, ids)
    if items and len(fields) == len(items) and not any(element.is_input for element in fields.values()):
        findings.error(("body",), "asks nothing: markdown only shows text; add a field that can be filled in")
    _unused(findings, data)
    top = data | {"key": key, "tracker": _tracker(findings, data.get("tracker", {}), ids, tracker_models)}
    if isinstance(body, list):
        top["body"] = list(fields.values()) or [_STAND_IN] * len(items)
    try:
        return RequestType.model_validate(top)
    except ValidationError as error:
        located.problems += explain(error, RequestType, located.file, located.line_of)
        return None


_STAND_IN = Field(type="markdown", id="stand-in")
"""For elements that could not be read, so that the body does not count as empty as well."""


def _field(findings: Findings, item: Any, index: int) -> Field | None:
    located = findings.located
    path: Path = ("body", index)
    if not isinstance(item, dict):
        findings.error(path, "must be a field with `type:` and `attributes:`")
        return None
    known = len(located.problems)
    kept = keep_known_keys(located, item, path)
    try:
        made = Field.model_validate(kept)
    except ValidationError as error:
        located.problems += explain(error, Field, located.file, located.line_of, path)
        return _rest(kept, error)
    wrong_type = any(problem.key == key_of((*path, "type")) for problem in located.problems[known:])
    return None if wrong_type else made


def _rest(item: dict[str, Any], error: ValidationError) -> Field | None:
    """The element without what pydantic refused, so that the rest of it can be judged, too."""
    rest = dict(item)
    for detail in error.errors(include_url=False):
        name = str(detail["loc"][0])
        if name not in {"validations", "aliases", "ready", "when"}:
            return None
        part = detail["loc"][1] if len(detail["loc"]) > 1 else None
        inner = rest.pop(name, None)
        if name == "ready" and part and isinstance(inner, dict):
            rest[name] = {key: value for key, value in inner.items() if key != part}
    try:
        return Field.model_validate(rest)
    except ValidationError:
        return None


def _unused(findings: Findings, data: Mapping[str, Any]) -> None:
    for name in ("assignees", "projects"):
        if data.get(name):
            findings.note((name,), "is GitHub's and not used here")


def _tracker(findings: Findings, said: Any, ids: list[str], tracker_models: TrackerModels) -> Any:
    """`tracker:` as the model wants it; the settings of each tracker are validated by its own model."""
    if not isinstance(said, dict):
        return said
    settings = {}
    for name, values in said.items():
        if name in {"default", "ask"}:
            continue
        path: Path = ("tracker", name)
        if name not in tracker_models:
            known = ["default", "ask", *tracker_models]
            findings.error(path, f"is no tracker; known here are {', '.join(known)}", suggest(str(name), known))
            continue
        valid = _tracker_settings(findings, tracker_models[name], {} if values is None else values, path)
        if valid is not None:
            settings[name] = valid
            _mapped_fields(findings, valid, path, ids)
    default = said.get("default")
    if isinstance(default, str) and default not in tracker_models:
        message = f"{default} is no tracker; known are {', '.join(tracker_models)}"
        findings.error(("tracker", "default"), message, suggest(default, tracker_models))
    choice = {name: said[name] for name in ("default", "ask") if name in said}
    return choice | {"settings": settings}


def _tracker_settings(findings: Findings, model: type[BaseModel], values: Any, path: Path) -> dict[str, Any] | None:
    located = findings.located
    try:
        return model.model_validate(values).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        located.problems += explain(error, model, located.file, located.line_of, path)
        return None


def _mapped_fields(findings: Findings, settings: Mapping[str, Any], path: Path, ids: list[str]) -> None:
    """`fields:` maps ids of the form to fields of the tracker."""
    mapped = settings.get("fields")
    for other in mapped if isinstance(mapped, dict) else ():
        if other not in ids:
            findings.error((*path, "fields", other), f"there is no field {other} in this form", suggest(other, ids))


def _check_former_names(loaded: Loaded, origins: Mapping[str, str], files: Mapping[str, str | bytes]) -> None:
    """`was` must name something that is gone, and each former name leads to one type."""
    owners: dict[str, str] = {}
    for key, made in list(loaded.types.items()):
        if made.was is None:
            continue
        path = origins[key]
        line = read(path, files[path]).line_of(("was",))
        message = ""
        if made.was == key:
            message = "names this type itself; leave it out"
        elif made.was in origins:
            message = f"{made.was} is still there, in {origins[made.was]}"
        elif made.was in owners:
            message = f"{made.was} is what {owners[made.was]} was called, too"
        owners.setdefault(made.was, key)
        if message:
            loaded.problems.append(Problem(path, line, "was", message))
            del loaded.types[key]
