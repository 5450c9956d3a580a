"""Rich's console, as the commands print with it."""

from typing import NoReturn

import rich.console


class Console(rich.console.Console):
    """One that says that its reader has gone as `print` does; Rich would end the process with 1."""

    def on_broken_pipe(self) -> NoReturn:
        """Called while the error is handled, which goes on to `readers_may_leave`."""
        raise  # noqa: PLE0704  # it is being handled, by the caller
