"""Where the request types that come with the project are, and how a folder of request types is read."""

from collections.abc import Iterable
from pathlib import Path

from bot.domain.template_loader import SCHEMA_NAME, SUFFIXES

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
"""Beside the package, in a checkout as in an installed wheel. Not by `importlib.resources`: `templates` has no
`__init__.py`, so a folder of that name where the bot is started, as the configuration suggests, would be taken for it.
"""


def template_files(folders: Iterable[Path], *, shipped: bool = True) -> dict[str, bytes]:
    """The files of the shipped folder and then of others: what `bot.domain.template_loader.load` takes.

    Args:
        folders: of the team, or single files; they replace shipped ones of the same name.
        shipped: whether the shipped types are wanted.

    Raises:
        OSError: a folder or file cannot be read.
    """
    places = [TEMPLATES, *folders] if shipped else list(folders)
    once = {place.resolve(): place for place in reversed(places)}
    files: dict[str, bytes] = {}
    for place in reversed(once.values()):
        for path in sorted(place.iterdir()) if place.is_dir() else [place]:
            if is_template(path) or path == place:
                files[str(path)] = path.read_bytes()
    return files


def is_template(path: Path) -> bool:
    """Whether that may be a request type, by its name."""
    return path.suffix.lower() in SUFFIXES and path.name != SCHEMA_NAME and path.is_file()
