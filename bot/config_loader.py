"""The text of `devrequest.yaml` → `Config`, or every problem at once with its line."""

from collections.abc import Collection, Mapping

from pydantic import BaseModel, ValidationError

from bot.config import Config
from bot.domain.problems import Problem, explain, suggest
from bot.domain.yaml_text import Located, read

TrackerModels = Mapping[str, type[BaseModel]]
"""Tracker name → the model of a team's settings for it."""


def load_config(file: str, text: str, trackers: TrackerModels) -> tuple[Config | None, list[Problem]]:
    """The configuration, if nothing is wrong with it.

    Args:
        file: its name, for the problems.
        text: what it holds.
        trackers: the trackers that there are.
    """
    located = read(file, text)
    if located.problems:
        return None, located.problems
    try:
        config = Config.model_validate(located.data)
    except ValidationError as error:
        return None, explain(error, Config, file, located.line_of)
    problems = _tracker_problems(config, located, trackers)
    return (None if problems else config), problems


def unknown_types(config: Config, file: str, text: str, known: Collection[str]) -> list[Problem]:
    """Request types that a team names and nobody wrote."""
    located = read(file, text)
    for index, team in enumerate(config.teams):
        for position, key in enumerate(team.request_types):
            if key not in known:
                path = ("teams", index, "request_types", position)
                located.add(path, f"there is no request type {key!r}", suggest(key, known))
        for key in team.checks:
            if key not in known:
                located.add(("teams", index, "checks", key), f"there is no request type {key!r}", suggest(key, known))
    return located.problems


def _tracker_problems(config: Config, located: Located, trackers: TrackerModels) -> list[Problem]:
    problems: list[Problem] = []
    for index, team in enumerate(config.teams):
        for name, settings in team.trackers.items():
            path = ("teams", index, "trackers", name)
            if name not in trackers:
                located.add(
                    path, f"there is no tracker {name!r}; there are {', '.join(trackers)}", suggest(name, trackers)
                )
                continue
            try:
                trackers[name].model_validate(settings)
            except ValidationError as error:
                problems += explain(error, trackers[name], located.file, located.line_of, path)
    return located.problems + problems
