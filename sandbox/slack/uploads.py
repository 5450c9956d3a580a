"""Files that people or the bot uploaded (Slack docs, File object)."""

from dataclasses import dataclass, field
from typing import Any

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
"""Kinds of pictures that a block may show as `slack_file`."""


@dataclass(slots=True)
class File:
    """A file somebody uploaded.

    Attributes:
        data: its bytes; None while an upload has not arrived.
        alt_txt: what a picture shows, for those who do not see it.
        processed: Slack has looked into it; before that nobody is told what kind of file it is or where it was shared.
        shared_in: the channels it was shared in.
        shares: where it was shared: channel → the messages, `{"ts": …, "thread_ts": …}`.
    """

    id: str
    name: str
    mimetype: str
    user: str
    created: int
    data: bytes | None = None
    title: str = ""
    alt_txt: str = ""
    processed: bool = True
    shared_in: list[str] = field(default_factory=list)
    shares: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    url: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether a block may show it."""
        return self.processed and self.data is not None and self.mimetype in PICTURES

    def json(self) -> dict[str, Any]:
        """The file object of files.info, messages and `file_input` values."""
        extension = self.name.rpartition(".")[2].lower() if "." in self.name else "txt"
        shares = {"public": {c: s for c, s in self.shares.items() if c.startswith("C")}} if self.shares else {}
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype if self.processed else "",
            "filetype": extension if self.processed else "",
            "pretty_type": extension.upper() if self.processed else "",
            "user": self.user,
            "editable": False,
            "size": len(self.data or b""),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{self.url}/{self.name}",
            "url_private_download": f"{self.url}/download/{self.name}",
            "permalink": f"{self.url}/page",
            "channels": [c for c in self.shared_in if c.startswith("C")],
            "groups": [],
            "ims": [c for c in self.shared_in if c.startswith("D")],
            "shares": shares,
            "has_rich_preview": False,
            "file_access": "visible",
            **({"alt_txt": self.alt_txt} if self.alt_txt else {}),
        }
