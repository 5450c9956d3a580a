"""How much memory a process, and what it has started, holds while it does something."""

import threading
from contextlib import suppress
from os import getpid
from pathlib import Path
from typing import Self

LOOK_EVERY = 0.005


class Memory:
    """The most memory that this process and its children held while something was done, beyond what was held before.

    In MB. Of pages that a child shares with others its share is counted.
    """

    def __init__(self) -> None:
        self.peak = 0.0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self.base = _resident()
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.peak = max(self.peak, _resident())
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            self.peak = max(self.peak, _resident())


def _resident() -> float:
    """Memory in MB."""
    children = Path(f"/proc/self/task/{getpid()}/children").read_text(encoding="ascii").split()
    own = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096
    return (own + sum(map(_share, children))) / 1e6


def _share(process: str) -> int:
    """Bytes that a child holds: none before it runs a program of its own, and none once it has ended."""
    with suppress(OSError):
        if Path(f"/proc/{process}/cmdline").read_bytes() == Path("/proc/self/cmdline").read_bytes():
            return 0
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
