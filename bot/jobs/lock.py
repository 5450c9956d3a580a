"""A SQLite file belongs to one process at a time."""

import fcntl
import os
from pathlib import Path

from bot.domain.errors import ConfigurationError


class InUse(ConfigurationError):
    """Another process has the lock."""


class FileLock:
    """An exclusive lock beside a database file, for the life of the process.

    The kernel frees it when the process ends, however it ends. Not on network disks.
    """

    def __init__(self, database: str) -> None:
        self._database = database
        self._path = Path(f"{os.path.realpath(database)}.lock")  # one lock, whatever links lead there
        self._file: int | None = None

    def take(self) -> None:
        """Take it or fail at once; harmless if it is held here already.

        Raises:
            InUse: another process has it.
            ConfigurationError: there can be no lock where the database is.
        """
        if self._file is not None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            reason = f"{self._path} cannot be made ({error.strerror})"
            raise ConfigurationError([f"The database of DATABASE_URL cannot be locked: {reason}."]) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(file)
            problem = (
                f"The database {self._database} is in use by another devrequest process (process id {holder}). "
                "Stop that one first, or set DATABASE_URL to PostgreSQL to run several at once."
            )
            raise InUse([problem]) from None
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        self._file = file

    def held_elsewhere(self) -> bool:
        """Whether another process has it now."""
        try:
            self.take()
        except InUse:
            return True
        self.release()
        return False

    def release(self) -> None:
        """Let go; harmless if it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
