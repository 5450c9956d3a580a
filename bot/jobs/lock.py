"""A SQLite file belongs to one process at a time."""

import fcntl
import os
from pathlib import Path

from bot.domain.errors import ConfigurationError


class FileLock:
    """An exclusive lock beside a database file, for the life of the process.

    The kernel frees it when the process ends, however it ends. Not on network disks.
    """

    def __init__(self, database: str) -> None:
        self._database = database
        self._path = Path(f"{database}.lock")
        self._file: int | None = None

    def take(self) -> None:
        """Take it or fail at once.

        Raises:
            ConfigurationError: another process has it.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(file)
            problem = (
                f"The database {self._database} is in use by another devrequest process (process id {holder}). "
                "Stop that one first, or set DATABASE_URL to PostgreSQL to run several at once."
            )
            raise ConfigurationError([problem]) from None
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        self._file = file

    def held_elsewhere(self) -> bool:
        """Whether another process has it now."""
        try:
            self.take()
        except ConfigurationError:
            return True
        self.release()
        return False

    def release(self) -> None:
        """Let go; harmless if it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
