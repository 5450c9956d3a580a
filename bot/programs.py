"""Programs of ours that the bot starts beside itself, each a module of this package."""

import os
import sys

HEARD = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "TZ", "SYSTEMROOT")
"""What they hear of our environment: what Python may need to start, and none of our secrets."""


def command(module: str) -> tuple[str, ...]:
    """What starts a module; a folder `bot` where somebody starts us is not ours (`-P`)."""
    return (sys.executable, "-P", "-m", module)


def environment() -> dict[str, str]:
    """The environment variables that it gets."""
    return {name: os.environ[name] for name in HEARD if name in os.environ}
