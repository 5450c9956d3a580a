"""Standard output that somebody stops reading, as `head` does."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


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
