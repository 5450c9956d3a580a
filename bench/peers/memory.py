"""How much memory a process, and what it has started, holds while it does something."""

import threading
from contextlib import suppress
from os import getpid
from pathlib import Path
from typing import Self

LOOK_EVERY = 0.1
"""Seconds between two looks at the children. Each look takes processor time away from what is measured; a child holds
the same for as long as it lives."""
PEAK, NOW = "VmHWM:", "VmRSS:"
FORGET_PEAK = "5"
"""Written to `clear_refs`, it makes the kernel count the peak from now on (proc(5))."""


class Memory:
    """The most memory that this process and its children held while something was done, beyond what was held before.

    In MB. The kernel itself keeps the most that this process held since the last look; what its children hold at that
    look, or held at the one before, is added. Of pages that a child shares its share is counted.
    """

    def __init__(self) -> None:
        self.peak = 0.0
        self._children = 0.0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._watched, daemon=True)

    def __enter__(self) -> Self:
        self._look()
        self.base = self.peak = _own(NOW) + self._children
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()
        self._look()

    def _watched(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            self._look()

    def _look(self) -> None:
        before, self._children = self._children, _held_by_children()
        self.peak = max(self.peak, _own(PEAK) + max(before, self._children))
        with suppress(OSError):  # where that is forbidden, older peaks count as well
            Path("/proc/self/clear_refs").write_text(FORGET_PEAK, encoding="ascii")


def _own(what: str) -> float:
    """MB of this process."""
    return _kilobytes(Path("/proc/self/status"), what) / 1000


def _held_by_children() -> float:
    children = Path(f"/proc/self/task/{getpid()}/children").read_text(encoding="ascii").split()
    return sum(map(_share, children))


def _share(process: str) -> float:
    """MB that a child holds: none before it runs a program of its own, and none once it has ended."""
    with suppress(OSError):
        if Path(f"/proc/{process}/cmdline").read_bytes() != Path("/proc/self/cmdline").read_bytes():
            return _kilobytes(Path(f"/proc/{process}/smaps_rollup"), "Pss:") / 1000
    return 0.0


def _kilobytes(file: Path, name: str) -> float:
    """What a file of the kernel tells under a name, in units of 1000 bytes."""
    for line in file.read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1.024
    return 0.0
