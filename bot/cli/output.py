"""Standard output: its reader leaves, as `head` does, it lacks characters, or it is a terminal that obeys some."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper

ACTED_ON = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]")
"""Control characters, those of eight bits included: a terminal takes what follows for orders."""


def harmless(text: str) -> str:
    """What people wrote, for a terminal; line breaks and tabs stay."""
    return ACTED_ON.sub("\ufffd", text)


def written_as_it_can_be() -> None:
    """Characters that the terminal's or the pipe's encoding does not have are written as their codes; not an error."""
    if isinstance(sys.stdout, TextIOWrapper):  # a test or a closed stream has none; standard error does so by itself
        sys.stdout.reconfigure(errors="backslashreplace")


@contextmanager
def readers_may_leave() -> Iterator[None]:
    """What is printed inside ends without an error where its reader has gone; what was going on inside ends then, too.

    All that was printed is written here, as at the end of the interpreter nobody could be told of a closed pipe.
    (https://docs.python.org/3/library/signal.html#note-on-sigpipe)
    """
    try:
        yield
    except BrokenPipeError:
        pass  # of which of the two streams is found out below
    finally:
        for stream in filter(None, (sys.stdout, sys.stderr)):  # None where the shell has closed it
            try:
                stream.flush()
            except BrokenPipeError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
