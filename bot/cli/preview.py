"""`devrequest preview`: a request type as a form in the browser."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from bot.bootstrap import build_sandbox, load_templates, open_form
from bot.cli.demo import Demo, serve
from bot.domain.errors import ConfigurationError
from bot.files_on_disk import shipped_folder


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
    (folder / "templates").mkdir()
    shutil.copy(template, folder / "templates" / template.name)
    sandbox, config = build_sandbox()
    [key] = loaded.types
    demo = Demo(sandbox, f"{config}\ntemplates: [templates]\nshipped_templates: false\n", folder)
    await serve(demo, options.port, then=lambda: open_form(sandbox, key))


def _file_of(template: str) -> Path:
    """The file of a path, or of the key of a shipped type."""
    for place in (Path(template), shipped_folder() / f"{template}.yaml"):
        if place.is_file():
            return place
    known = ", ".join(sorted(path.stem for path in shipped_folder().glob("*.yaml")))
    raise ConfigurationError([f"There is no request type {template!r}: name a file, or one of {known}."])
