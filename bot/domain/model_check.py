"""Data of a file against a pydantic model: every fault in plain words, and misspelt keys read as what was meant.

A key that is close to a known one counts as that one, so that what stands under it is judged in the same run.
Templates and the configuration use this alike.
"""

import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from bot.domain.problems import Path, suggest
from bot.domain.yaml_text import Located

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Validated(Generic[M]):
    """What was found.

    Attributes:
        made: the model, None if anything is wrong.
        data: the data with misspelt keys put right.
        faults: the places in that data that were refused.
    """

    made: M | None
    data: Any
    faults: tuple[Path, ...] = ()


def validated(located: Located, model: type[M], given: Any, path: Path = ()) -> Validated[M]:
    """The model that the data makes; every fault is noted in `located`.

    Args:
        located: the file.
        model: what the data should be.
        given: a part of the file's data; it is not changed.
        path: where in the file that part stands.
    """
    data = given
    while True:
        try:
            return Validated(model.model_validate(data), data)
        except ValidationError as error:
            faults = _by_place(error, model, data)
        misspelt = _misspelt(faults, model, data)
        for place in misspelt or faults:
            message, suggestion = faults[place][1:]
            located.add((*path, *place), message, suggestion)
        if not misspelt:
            return Validated(None, data, tuple(faults))
        for place, word in misspelt.items():
            data = _renamed(data, place, word)
            located.renamed[*path, *place[:-1], word] = str(place[-1])


def _by_place(error: ValidationError, model: type[BaseModel], data: Any) -> dict[Path, tuple[str, str, str]]:
    """Place in the data → kind of fault, sentence and suggestion; the alternatives of a union are one fault."""
    found: dict[Path, tuple[str, str, str]] = {}
    for detail in error.errors(include_url=False):
        if _only_follows(detail):
            continue
        place = _place(detail, data)
        message, suggestion = _sentence(detail, model)
        if place in found and found[place][1] != message:
            message = f"{found[place][1]}, or {message}"
        found[place] = (detail["type"], message, suggestion)
    return found


def _place(detail: Any, data: Any) -> Path:
    """Where the fault stands in the data: pydantic's way to it without the names of a union's alternatives."""
    reached = data
    place: list[str | int] = []
    for part in detail["loc"]:
        inside = reached if isinstance(reached, Mapping) else dict(enumerate(reached)) if _is_list(reached) else {}
        if part not in inside:
            return (*place, part) if detail["type"] == "missing" else tuple(place)
        place.append(part)
        reached = inside[part]
    return tuple(place)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _only_follows(detail: Any) -> bool:
    """A list that is called too short because its faulty entries do not count; those are explained themselves."""
    given = detail["input"]
    return detail["type"] == "too_short" and _is_list(given) and len(given) >= detail["ctx"]["min_length"]


def _misspelt(faults: Mapping[Path, tuple[str, str, str]], model: type[BaseModel], data: Any) -> dict[Path, str]:
    """Place of a misspelt key → the key that it surely stands for, which is not there itself."""
    found: dict[Path, str] = {}
    claimed = set()
    for place, (kind, _, _) in faults.items():
        if kind != "extra_forbidden":
            continue
        word = suggest(str(place[-1]), _keys_at(model, place[:-1]), surely=True)
        around = data
        for part in place[:-1]:
            around = around[part]
        if word and word not in around and (*place[:-1], word) not in claimed:
            claimed.add((*place[:-1], word))
            found[place] = word
    return found


def _renamed(data: Any, place: Path, word: str) -> Any:
    """The data with another key at a place; only what lies on the way is copied."""
    first, *rest = place
    if isinstance(data, Mapping):
        if rest:
            return {**data, first: _renamed(data[first], tuple(rest), word)}
        return {(word if key == first else key): value for key, value in data.items()}
    return [_renamed(item, tuple(rest), word) if index == first else item for index, item in enumerate(data)]


_SENTENCES: Mapping[str, str] = {
    "missing": "is missing",
    "string_type": "must be text",
    "bool_type": "must be true or false, without quotes",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number, without quotes",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "set_type": "must be a list",
    "dict_type": "must hold keys and values, one a line",
    "mapping_type": "must hold keys and values, one a line",
    "model_type": "must hold keys and values, one a line",
    "model_attributes_type": "must hold keys and values, one a line",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}


_MAPPINGS = frozenset({"dict_type", "mapping_type", "model_type", "model_attributes_type"})
_GLUED = re.compile(r"[A-Za-z_]+:(?=\S)")


def _sentence(detail: Any, model: type[BaseModel]) -> tuple[str, str]:
    """The message and the suggestion for one finding of pydantic's."""
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        known = _keys_at(model, detail["loc"][:-1])
        return "unknown key" + ("" if not known else f"; known here: {', '.join(known)}"), suggest(
            str(detail["loc"][-1]), known
        )
    if kind == "literal_error":
        expected = context["expected"].replace("'", "")
        known = expected.replace(" or ", ", ").split(", ")
        return f"must be one of: {', '.join(known)}", suggest(str(detail["input"]), known)
    if kind == "greater_than_equal":
        return f"must be {context['ge']} or more", ""
    if kind == "less_than_equal":
        return f"must be {context['le']} or less", ""
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", detail["msg"])), ""
    if kind == "string_type" and isinstance(detail["input"], dict | list):
        return 'must be text; put it in quotes if it holds brackets, braces or ": "', ""
    if kind in _MAPPINGS and isinstance(detail["input"], str) and (key := _GLUED.match(detail["input"])):
        return f"must hold keys and values, one a line; write a blank behind `{key[0]}`", ""
    return _SENTENCES.get(kind, detail["msg"][:1].lower() + detail["msg"][1:]), ""


def _keys_at(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The keys of the model that stands at a path, or nothing if there is none."""
    reached: list[Any] = [model]
    for part in path:
        reached = [inner for annotation in reached for inner in _step(annotation, part)]
    keys = []
    for annotation in reached:
        for found in _models_in(annotation):
            keys += [field.alias or name for name, field in found.model_fields.items()]
    return sorted(set(keys))


def _step(annotation: Any, part: str | int) -> list[Any]:
    """The annotations of what stands under a key, or at a position."""
    found: list[Any] = []
    for model in _models_in(annotation):
        for name, field in model.model_fields.items():
            if part in {name, field.alias}:
                found.append(field.annotation)
    for inner in _alternatives(annotation):
        arguments = [argument for argument in get_args(inner) if argument is not Ellipsis]
        if arguments and get_origin(inner) is not Literal:
            found.append(arguments[-1])
    return found


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    return [inner for inner in _alternatives(annotation) if isinstance(inner, type) and issubclass(inner, BaseModel)]


def _alternatives(annotation: Any) -> list[Any]:
    """The annotation without `Annotated`, a union as its members."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _alternatives(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return [inner for member in get_args(annotation) for inner in _alternatives(member)]
    return [annotation]
