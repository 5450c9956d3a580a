"""Request types, read once a process: their files stay the same, and reading them is half of a bot's start."""

import functools
from collections.abc import Mapping

from pydantic import BaseModel

from bot.bootstrap import template_models
from bot.domain.template import RequestType
from bot.domain.template_loader import Loaded, TrackerModels, load
from bot.files_on_disk import shipped_folder, template_files


def shipped_types() -> Mapping[str, RequestType]:
    """What comes with the bot, by key."""
    return load_once(template_files([shipped_folder()]), template_models()).types


def load_once(files: Mapping[str, str | bytes], tracker_models: TrackerModels) -> Loaded:
    """`load`, which is pure; nobody may change what comes back."""
    return _loaded(tuple(files.items()), tuple(tracker_models.items()))


@functools.cache
def _loaded(files: tuple[tuple[str, str | bytes], ...], models: tuple[tuple[str, type[BaseModel]], ...]) -> Loaded:
    return load(dict(files), dict(models))
