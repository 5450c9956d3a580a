"""What is wrong with a file that people write, and where: for `devrequest check`, for editors, for the log at start."""

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "note"]
Path = tuple[str | int, ...]
"""The way to a value in a file: keys, and positions in lists from 0."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend, or to know.

    Attributes:
        file: as it was given to us.
        line: from 1; 0 if the file as a whole is meant.
        key: such as `body[2].attributes.label`, empty for the file as a whole.
        message: one plain sentence without the key.
        suggestion: what was probably meant, or empty.
        severity: with an `error` the file is not used; a `note` only informs.
    """

    file: str
    line: int
    key: str
    message: str
    suggestion: str = ""
    severity: Severity = "error"

    def to_json(self) -> dict[str, Any]:
        """For machines; one entry of what `devrequest check --json` prints."""
        return asdict(self)

    def __str__(self) -> str:
        """`file:line key: message (did you mean …?)`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        where = f"{place} {self.key}" if self.key else place
        hint = f" (did you mean {self.suggestion}?)" if self.suggestion else ""
        return f"{where}: {self.message}{hint}"


def key_of(path: Path) -> str:
    """A path as people read it: `body[2].attributes.label`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def suggest(word: str, known: Iterable[str], *, surely: bool = False) -> str:
    """The known word that was probably meant, or an empty text.

    Args:
        word: as it was typed.
        known: what it could be.
        surely: only a word so close that the rest of the file can be judged as if it stood there.
    """
    by_lower = {entry.casefold(): entry for entry in known}
    found = difflib.get_close_matches(word.casefold(), by_lower, n=1, cutoff=0.66 if surely else 0.6)
    return by_lower[found[0]] if found else ""
