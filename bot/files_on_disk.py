"""Files on disk: the templates of the package and of a team, a team's dictionary, and our own code."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from bot.domain.dictionary_loader import load_dictionary
from bot.domain.errors import ConfigurationError
from bot.domain.problems import Problem
from bot.domain.quality.finding import Dictionary
from bot.domain.yaml_text import line_at_fault


def shipped_folder() -> Path:
    """The folder of the request types that come with the package; it stands beside `bot`, installed or not."""
    return Path(__file__).resolve().parents[1] / "templates"


def told(file: str) -> str:
    """Where a request type stands, for people who are to change it: a shipped one is copied, and the copy changed."""
    if Path(file).resolve().parent != shipped_folder():
        return file
    return f"a copy of {file} in a folder of your own (named under `templates:`)"


@cache
def judging_code() -> str:
    """A digest of the code by which tickets are read and judged: after an upgrade they are judged anew.

    A change that matters to no verdict changes it, too; that costs one complete sweep.
    """
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted([*root.glob("bot/domain/**/*.py"), *root.glob("adapters/**/*.py")]):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


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


def configuration_text(file: Path) -> str:
    """What stands in the configuration file.

    Raises:
        ConfigurationError: it is not there, cannot be read, or is no UTF-8 text.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigurationError(
            [f"{file} is not there: copy devrequest.example.yaml, or name your file in DEVREQUEST_CONFIG."]
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError([f"{file}:{line_at_fault(error)} is not UTF-8 text: save it as UTF-8."]) from None
    except OSError as error:
        raise ConfigurationError([f"{file} cannot be read: {error.strerror}."]) from error


def read_dictionary(config_file: Path, name: str, line: int = 0) -> tuple[Dictionary | None, list[Problem]]:
    """The dictionary that a configuration names; None if it names none, or one with problems.

    Args:
        config_file: beside which it stands.
        name: what the configuration calls it; empty for none.
        line: where it does.
    """
    if not name:
        return None, []
    path = config_file.parent / name
    try:
        content = path.read_bytes()
    except OSError as error:
        said = f"there is no file {name}" if isinstance(error, FileNotFoundError) else f"{name}: {error.strerror}"
        return None, [Problem(str(config_file), line, "dictionary", said)]
    return load_dictionary(str(path), content)


def configured_dictionary() -> tuple[Dictionary | None, list[Problem]]:
    """The dictionary of the configuration that the environment names; None if there is no such file.

    Raises:
        ConfigurationError: an environment variable is wrong.
    """
    from bot.config_loader import places
    from bot.settings import read_environment

    file = Path(read_environment().devrequest_config)
    try:
        where = places(str(file), file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return None, []
    return read_dictionary(file, where.dictionary, where.dictionary_line)
