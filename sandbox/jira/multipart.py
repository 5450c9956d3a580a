"""Multipart forms, from a body that was already read (the recorder keeps every body, so nothing is left to stream)."""

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form; `filename` None: a plain field."""

    name: str
    filename: str | None
    content_type: str | None
    content: bytes


def read_parts(content_type: str, body: bytes) -> list[Part]:
    """The parts of a form.

    Args:
        content_type: the whole header, with the boundary.
        body: the whole body.

    Raises:
        ValueError: no boundary, or the form does not end.
    """
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if not boundary:
        raise ValueError("no boundary")
    delimiter = re.escape(b"--" + boundary.encode("latin-1"))
    pieces = re.split(rb"(?:\A|\r\n)" + delimiter + rb"(?=--|[ \t]*\r\n)", body)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise ValueError("the form does not end with its boundary")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, blank, content = piece.lstrip(b" \t").removeprefix(b"\r\n").partition(b"\r\n\r\n")
    if not blank:
        raise ValueError("a part has no end of its headers")
    headers = HeaderParser().parsestr(head.decode("utf-8", "replace") + "\r\n\r\n")
    name = collapse_rfc2231_value(headers.get_param("name", "", header="content-disposition"))
    given = headers["Content-Type"]
    return Part(name, headers.get_filename(), given and str(given), content)
