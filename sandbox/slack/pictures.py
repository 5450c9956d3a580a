"""Pictures in blocks that are files in Slack: a file must be there, be a picture, and have been looked into."""

from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.slack.errors import SlackError
from sandbox.slack.uploads import File


def check_pictures(files: Iterable[File], blocks: list[Any], refusal: str, pointer: str = "/blocks") -> None:
    """Refuse blocks whose `slack_file` is none that Slack could show.

    Args:
        files: all files of the workspace.
        blocks: checked blocks.
        refusal: Slack's error code for the surface.
        pointer: where the blocks stand.

    Raises:
        SlackError: `refusal`, with one line a picture.
    """
    wanted = list(_wanted(blocks, pointer))
    if not wanted:
        return
    known = {name for file in files if file.is_picture for name in _names(file)}
    lines = [f"[ERROR] invalid slack file [json-pointer:{where}]" for where, name in wanted if name not in known]
    if lines and refusal == "invalid_blocks":
        raise SlackError(refusal, lines, errors=[line.removeprefix("[ERROR] ") for line in lines])
    if lines:
        raise SlackError(refusal, lines)


def _names(file: File) -> tuple[str, ...]:
    shown = file.json()
    return file.id, shown["url_private"], shown["permalink"]


def _wanted(node: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _wanted(item, f"{pointer}/{index}")
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "slack_file":
                yield f"{pointer}/slack_file", str(value.get("id", value.get("url")))
            else:
                yield from _wanted(value, f"{pointer}/{key}")
