"""Pictures that somebody uploaded to Slack. Those elsewhere are named: this page fetches nothing from there."""

from sandbox.page.html import Html, anchor, el
from sandbox.slack.model import Json
from sandbox.slack.uploads import File
from sandbox.slack.workspace import SlackWorkspace

BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
"""How a picture's bytes begin → what it is. Its name and what the uploader says do not count."""


def kind_of(data: bytes) -> str | None:
    """The media type of a picture that a browser may draw; None for anything else."""
    return next((kind for beginning, kind in BEGINNINGS.items() if data.startswith(beginning)), None)


def drawn(file: File, words: str) -> Html | None:
    """A file as a picture with these words for those who do not see it; None if it is none."""
    if file.data is None or kind_of(file.data) is None:
        return None
    return el("img", src=f"/sandbox/ui/picture/{file.id}", alt=words, class_="picture")


def picture(workspace: SlackWorkspace, image: Json) -> Html:
    """An image block or element."""
    words = f"Picture: {image['alt_text']}"
    if image.get("image_url"):
        return anchor(image["image_url"], words)
    wanted = image["slack_file"]
    file = next((one for one in workspace.files.values() if _is(one, wanted)), None)
    shown = drawn(file, image["alt_text"]) if file else None
    return shown or el("span", words, class_="faint")


def _is(file: File, wanted: Json) -> bool:
    known = file.json()
    return wanted.get("id") == file.id or wanted.get("url") in (known["url_private"], known["permalink"])
