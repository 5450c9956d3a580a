"""The team's data dictionary, a YAML file: the events and parameters that are tracked already, or every problem of it.

```yaml
events:
  plan_opened: [plan, currency]          # an event and the parameters that it has
  demo_requested:                        # one without parameters of its own
  newsletter_ordered:
    parameters: [form_id]
    description: Sent once the address is confirmed
parameters: [page_path, team_size]       # those that any event may have
```

A list of names does for `events` as well, and a mapping of name → description for any list of parameters.
"""

from collections.abc import Iterator
from typing import Any, Literal

from bot.domain.problems import Path, Problem, suggest
from bot.domain.quality.finding import Dictionary
from bot.domain.quality.ga4 import better_name, name_findings
from bot.domain.yaml_text import Located, read

Kind = Literal["event", "parameter"]

_TOP = ("events", "parameters")
_EVENT = ("parameters", "description", "name")
_SHAPE = "name the known events under `events:`, each with its parameters: `plan_opened: [plan, currency]`"


def load_dictionary(file: str, content: str | bytes) -> tuple[Dictionary | None, list[Problem]]:
    """The dictionary, if nothing is wrong with it.

    Args:
        file: its name, for the problems.
        content: what it holds.
    """
    located = read(file, content)
    if located.problems:
        return None, located.problems
    if not isinstance(located.data, dict):
        located.add((), _SHAPE)
        return None, located.problems
    typed = _known_keys(located, (), located.data, _TOP)
    if not any(located.data[key] for key in typed.values()) and not located.problems:
        located.add((), _SHAPE)
    events = {name: frozenset(given) for name, given in _events(located, typed.get("events", ""))}
    shared = frozenset(_under(located, (), located.data, typed))
    problems = sorted(located.problems, key=lambda problem: problem.line)
    return (None if problems else Dictionary(events, shared)), problems


def _events(located: Located, key: str) -> Iterator[tuple[str, list[str]]]:
    """Each event with its parameters, from a mapping or a list below this key."""
    data = located.data.get(key)
    entries: list[tuple[Path, Any, Any]]
    if isinstance(data, dict):
        entries = [((key, name), name, said) for name, said in data.items()]
    elif isinstance(data, list):
        entries = [((key, place), *_of_list(said)) for place, said in enumerate(data)]
    elif data is None:
        return
    else:
        located.add((key,), _SHAPE)
        return
    for path, name, said in entries:
        if _is_good(located, path, name, "event"):
            yield str(name), list(_parameters(located, path, said))


def _of_list(said: Any) -> tuple[Any, Any]:
    """`plan_opened`, `name: plan_opened` with more keys, or `plan_opened: [plan]` as an item."""
    if isinstance(said, dict) and "name" in said:
        return said["name"], said
    if isinstance(said, dict) and len(said) == 1:
        return next(iter(said.items()))
    return said, None


def _parameters(located: Located, path: Path, said: Any) -> Iterator[str]:
    """The parameters of one event: a list, or under `parameters`."""
    if isinstance(said, dict) and any(key in _EVENT or isinstance(value, list | dict) for key, value in said.items()):
        yield from _under(located, path, said, _known_keys(located, path, said, _EVENT))
    elif not isinstance(said, str):  # a text describes the event
        yield from _names(located, path, said, "parameter")


def _under(located: Located, path: Path, data: dict[str, Any], typed: dict[str, str]) -> Iterator[str]:
    """The names below `parameters`, however that was spelt."""
    key = typed.get("parameters", "")
    yield from _names(located, (*path, key), data.get(key), "parameter")


def _names(located: Located, path: Path, data: Any, kind: Kind) -> Iterator[str]:
    """The names in a list, or those before descriptions."""
    if data is None:
        return
    if isinstance(data, str):
        data = [part.strip() for part in data.split(",")]
    if not isinstance(data, list | dict):
        located.add(path, f"list the {kind}s: [plan, currency]")
        return
    for place, name in enumerate(data):
        where = (*path, name if isinstance(data, dict) else place)
        if _is_good(located, where, name, kind):
            yield str(name)


def _is_good(located: Located, path: Path, name: Any, kind: Kind) -> bool:
    """Whether a name is one that GA4 takes; if not, that is a problem."""
    if not isinstance(name, str) or not name.strip():
        located.add(path, f"the name of {'an event' if kind == 'event' else 'a parameter'} is a word in snake_case")
        return False
    found = next((finding for finding in name_findings(name, kind) if finding.severity == "must"), None)
    if found:
        better = better_name(name, kind)
        located.add(path, f"{name!r} cannot be tracked: {found.message}", better if better != name else "")
    return found is None


def _known_keys(located: Located, path: Path, data: dict[str, Any], known: tuple[str, ...]) -> dict[str, str]:
    """Known key → how it was typed; a misspelt one is a problem, and hides none below it."""
    typed = {key: key for key in data if key in known}
    for key in data:
        if key not in known:
            located.add((*path, key), f"unknown key; known here: {', '.join(known)}", suggest(key, known))
            if meant := suggest(key, known, surely=True):
                typed.setdefault(meant, key)
    return typed
