"""The text of `devrequest.yaml` → `Config`, or every problem at once with its line."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from bot.config import Config, slug
from bot.domain.finding_codes import CODES
from bot.domain.model_check import validated
from bot.domain.problems import Problem, suggest
from bot.domain.yaml_text import Located, read

TrackerModels = Mapping[str, type[BaseModel]]
"""Tracker name → the model of a team's settings for it."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where request types and the dictionary come from, as far as a file says so, be it right in all else or not."""

    shipped: bool
    folders: tuple[str, ...]
    line: int = 0
    dictionary: str = ""
    dictionary_line: int = 0


def load_config(file: str, text: str, trackers: TrackerModels) -> tuple[Config | None, list[Problem]]:
    """The configuration, if nothing is wrong with it.

    Args:
        file: its name, for the problems.
        text: what it holds.
        trackers: the trackers that there are.
    """
    located = read(file, text)
    if located.problems and located.data is None:
        return None, located.problems
    found = validated(located, Config, located.data)
    located.data = found.data
    _check_trackers(located, trackers)
    _check_people(located, trackers)
    _check_doubles(located)
    _check_codes(located)
    problems = sorted(located.problems, key=lambda problem: problem.line)
    return (None if problems else found.made), problems


def places(file: str, text: str) -> Places:
    """Where the request types and the dictionary of a configuration are."""
    located = read(file, text)
    data = validated(located, Config, located.data).data
    found = data if isinstance(data, dict) else {}
    folders = found.get("templates")
    named = tuple(folder for folder in folders if isinstance(folder, str)) if isinstance(folders, list) else ()
    dictionary = found.get("dictionary")
    return Places(
        found.get("shipped_templates") is not False,
        named,
        located.line_of(("templates",)),
        dictionary if isinstance(dictionary, str) else "",
        located.line_of(("dictionary",)),
    )


def unknown_types(file: str, text: str, known: Collection[str]) -> list[Problem]:
    """Request types that a team names and nobody wrote; whatever else is wrong with the file."""
    located = read(file, text)
    located.data = validated(located, Config, located.data).data
    located.problems.clear()
    for index, team in _teams(located):
        named = team.get("request_types")
        for position, key in enumerate(named if isinstance(named, list) else ()):
            if isinstance(key, str) and key not in known:
                path = ("teams", index, "request_types", position)
                located.add(path, f"there is no request type {key!r}", suggest(key, known))
        checks = team.get("checks")
        for key in checks if isinstance(checks, dict) else ():
            if isinstance(key, str) and key not in known:
                located.add(("teams", index, "checks", key), f"there is no request type {key!r}", suggest(key, known))
    return located.problems


def _check_trackers(located: Located, trackers: TrackerModels) -> None:
    """Trackers that there are, each with settings of its own, and a default that is among them."""
    for index, team in _teams(located):
        used = team.get("trackers")
        if not isinstance(used, dict):
            continue
        there: list[str] = []
        for name, settings in used.items():
            path = ("teams", index, "trackers", name)
            meant = name
            if name not in trackers:
                known = f"there is no tracker {name!r}; there are {', '.join(trackers)}"
                located.add(path, known, suggest(name, trackers))
                meant = suggest(name, trackers, surely=True)
            there.append(meant)
            if meant and isinstance(settings, dict):
                validated(located, trackers[meant], settings, path)
        default = team.get("default_tracker")
        if isinstance(default, str) and default not in {*used, *there}:
            message = f"{default!r} is not among the team's trackers ({', '.join(used)})"
            located.add(("teams", index, "default_tracker"), message, suggest(default, used))


def _check_people(located: Located, trackers: TrackerModels) -> None:
    """Ids of people in trackers that there are; any other key beside the e-mail address says nothing."""
    known = sorted({"email", *trackers})
    people = located.data.get("people") if isinstance(located.data, dict) else None
    for user, said in people.items() if isinstance(people, dict) else ():
        for key in said if isinstance(said, dict) else ():
            if key not in known:
                message = f"unknown key; known here: {', '.join(known)}"
                located.add(("people", user, key), message, suggest(str(key), known))


def _check_codes(located: Located) -> None:
    """Finding codes that a team switches off and that there are not: they would be found all the same."""
    for index, team in _teams(located):
        checks = team.get("checks")
        for key, said in checks.items() if isinstance(checks, dict) else ():
            off = said.get("off") if isinstance(said, dict) else None
            for position, code in enumerate(off if isinstance(off, list) else ()):
                if isinstance(code, str) and code not in CODES:
                    path = ("teams", index, "checks", key, "off", position)
                    located.add(path, f"there is no finding code {code!r}, see docs/checks.md", suggest(code, CODES))


def _check_doubles(located: Located) -> None:
    """A channel, or an id, that more than one team has."""
    seen: dict[tuple[str, str], str] = {}
    for index, team in _teams(located):
        name = str(team.get("name") or f"number {index + 1}")
        for what, value in (("channel", team.get("channel")), ("id", team.get("id") or slug(name) or "team")):
            meant = str(value).lstrip("#") if what == "channel" else str(value)
            if (what, meant) in seen:
                others = f"the teams {seen[what, meant]!r} and {name!r} share the {what} {str(value)!r}"
                located.add(("teams", index, what if what in team else "name"), f"{others}; {_MEND[what]}")
            elif value:
                seen[what, meant] = name


_MEND = {"channel": "give each team a channel of its own", "id": "give one of them another `id`"}


def _teams(located: Located) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Every team that is written as keys and values."""
    data = located.data
    teams = data.get("teams") if isinstance(data, dict) else None
    for index, team in enumerate(teams if isinstance(teams, list) else ()):
        if isinstance(team, dict):
            yield index, team
