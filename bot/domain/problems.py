"""What is wrong with a file that people write, and where: for `devrequest check`, for editors, for the log at start.

`explain` turns what pydantic found into plain sentences; templates and the configuration use it alike.
"""

import difflib
import types
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

Severity = Literal["error", "note"]
Path = tuple[str | int, ...]
"""The way to a value in a file: keys, and positions in lists from 0."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend, or to know.

    Attributes:
        file: as it was given to us.
        line: from 1; 0 if the file as a whole is meant.
        key: such as `body[2].attributes.label`, empty for the file as a whole.
        message: one plain sentence without the key.
        suggestion: what was probably meant, or empty.
        severity: with an `error` the file is not used; a `note` only informs.
    """

    file: str
    line: int
    key: str
    message: str
    suggestion: str = ""
    severity: Severity = "error"

    def to_json(self) -> dict[str, Any]:
        """For machines; one entry of what `devrequest check --json` prints."""
        return asdict(self)

    def __str__(self) -> str:
        """`file:line key: message (did you mean …?)`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        where = f"{place} {self.key}" if self.key else place
        hint = f" (did you mean {self.suggestion}?)" if self.suggestion else ""
        return f"{where}: {self.message}{hint}"


def key_of(path: Path) -> str:
    """A path as people read it: `body[2].attributes.label`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def suggest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or an empty text."""
    by_lower = {entry.casefold(): entry for entry in known}
    found = difflib.get_close_matches(word.casefold(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""


def explain(
    error: ValidationError, model: type[BaseModel], file: str, line_of: Callable[[Path], int], prefix: Path = ()
) -> list[Problem]:
    """What pydantic found, in plain words, in the order of the file.

    Args:
        error: what it raised.
        model: the model that was validated, for suggestions.
        file: the name of the file.
        line_of: the line of a path in the file.
        prefix: where in the file the validated part stands.
    """
    problems = []
    for detail in error.errors(include_url=False):
        if _only_follows(detail):
            continue
        path = (*prefix, *detail["loc"])
        message, suggestion = _sentence(detail, model)
        problems.append(Problem(file, line_of(path), key_of(path), message, suggestion))
    return sorted(problems, key=lambda problem: problem.line)


def _only_follows(detail: Any) -> bool:
    """A list that is called too short because its faulty entries do not count; those are explained themselves."""
    given = detail["input"]
    return detail["type"] == "too_short" and isinstance(given, Sized) and len(given) >= detail["ctx"]["min_length"]


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
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", detail["msg"])), ""
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
