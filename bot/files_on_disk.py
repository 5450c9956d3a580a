"""Templates on disk: those of the package, and those of a team."""

from collections.abc import Iterable
from pathlib import Path

from bot.domain.errors import ConfigurationError


def shipped_folder() -> Path:
    """The folder of the request types that come with the package; it stands beside `bot`, installed or not."""
    return Path(__file__).resolve().parents[1] / "templates"


def template_files(places: Iterable[Path]) -> dict[str, bytes]:
    """Path → content of every file in these folders, and of these files, in the order given and by name.

    Raises:
        ConfigurationError: a place that is not there, or cannot be read.
    """
    found: dict[str, bytes] = {}
    for place in places:
        try:
            paths = sorted(path for path in place.iterdir() if path.is_file()) if place.is_dir() else [place]
            found |= {str(path): path.read_bytes() for path in paths if path.suffix in {".yaml", ".yml", ".json"}}
        except OSError as error:
            raise ConfigurationError([f"{place}: {error.strerror or error}"]) from error
    return found
