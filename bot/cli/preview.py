"""`devrequest preview`: a request type as a form in the browser."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from bot.bootstrap import build_sandbox, load_templates, open_form
from bot.cli.demo import Demo, serve
from bot.config_loader import places
from bot.domain.errors import ConfigurationError
from bot.domain.template_loader import SCHEMA_NAME
from bot.files_on_disk import shipped_folder, template_files
from bot.settings import read_environment


def main(options: argparse.Namespace) -> int:
    """Run the demo with this one form open. 1: there is no such request type, or something is wrong with it."""
    try:
        with tempfile.TemporaryDirectory(prefix="devrequest-") as folder:
            asyncio.run(_preview(options, Path(folder)))
    except ConfigurationError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The preview cannot listen on port {options.port} ({error.strerror}): try --port.", file=sys.stderr)
        return 1
    return 0


async def _preview(options: argparse.Namespace, folder: Path) -> None:
    template = _file_of(options.template)
    loaded = load_templates([template])
    if loaded.problems:
        raise ConfigurationError([str(problem) for problem in loaded.problems])
    if not loaded.types:
        raise ConfigurationError([f"{template} is no request type: name a YAML or JSON file that holds one."])
    (folder / "templates").mkdir()
    shutil.copy(template, folder / "templates" / template.name)
    sandbox, config = build_sandbox()
    [key] = loaded.types
    demo = Demo(sandbox, f"{config}\ntemplates: [templates]\nshipped_templates: false\n", folder)
    await serve(demo, options.port, then=lambda: open_form(sandbox, key))


def _file_of(template: str) -> Path:
    """The file of a path, or of the key of a type: one of the team's own, which replaces a shipped one, or that."""
    if Path(template).is_file():
        return Path(template)
    files = map(Path, template_files([shipped_folder(), *_own_places()]))
    by_key = {file.stem: file for file in files if file.name != SCHEMA_NAME}
    if template in by_key:
        return by_key[template]
    known = ", ".join(sorted(by_key))
    raise ConfigurationError([f"There is no request type {template!r}: name a file, or one of {known}."])


def _own_places() -> list[Path]:
    """What the configuration names under `templates`, where there is one: a preview needs none."""
    config = Path(read_environment().devrequest_config)
    try:
        text = config.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return []
    named = (config.parent / folder for folder in places(str(config), text).folders)
    return [place for place in named if place.exists()]
