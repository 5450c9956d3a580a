"""Python's garbage collector spends its time where it is worth it: most of what we make goes without it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

COLLECT = (30_000, 20, 20)
"""`gc.set_threshold`: a command makes about a thousand objects, nearly all of which go without the collector.

So do those of a page that is read, some ten thousand, of which a tracker may have four under way: as many as one
collection would walk in the midst of each."""


@contextmanager
def without_collecting() -> Iterator[None]:
    """While modules are imported: nothing that imports make is garbage, and looking for it takes a quarter of them."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def spare_the_collector() -> None:
    """Let collections walk only what came after the start, and seldom.

    Every full one would walk some hundred thousand objects of the libraries: a quarter of the CPU of a command.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)
