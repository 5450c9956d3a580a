"""A recording of every exchange with a vendor, as JSON Lines, for a contract checker to judge."""

import base64
import json
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path

SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
NO_ANSWER = 0
"""The status of an exchange whose client got no answer."""


class Recorder:
    """The latest exchanges, in memory and, if a file is named, in full there.

    A dropped exchange has status 0, no answer, and says which fault it was under `fault`.
    """

    def __init__(self, file: Path | None = None, keep: int = 20_000) -> None:
        self._lines: deque[tuple[str, str]] = deque(maxlen=keep)
        self._file = file

    def record(
        self,
        vendor: str,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        status: int,
        response_headers: Mapping[str, str],
        response: bytes,
        fault: str | None = None,
    ) -> None:
        """Keep one exchange. Headers that carry credentials are left out."""
        line = json.dumps(
            {
                "method": method,
                "path": path,
                "query": query,
                "headers": _public(headers),
                "body_b64": base64.b64encode(body).decode(),
                "status": status,
                "resp_headers": _public(response_headers),
                "resp_b64": base64.b64encode(response).decode(),
            }
            | ({"fault": fault} if fault else {}),
            ensure_ascii=False,
        )
        self._lines.append((vendor, line))
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as out:
                out.write(line + "\n")

    def lines(self, vendors: Iterable[str]) -> list[str]:
        """The exchanges with these vendors, oldest first, a JSON object each."""
        wanted = set(vendors)
        return [line for vendor, line in self._lines if vendor in wanted]

    def clear(self) -> None:
        """Forget what is in memory; a file is left alone."""
        self._lines.clear()


def _public(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in SECRET_HEADERS}
