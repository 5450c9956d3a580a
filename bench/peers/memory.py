"""How much memory a process holds while it does something."""

import threading
from pathlib import Path
from typing import Self

LOOK_EVERY = 0.005


class Memory:
    """The most memory that this process held while something was done, beyond what it held before, in MB."""

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
    """Memory of this process in MB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6
