"""What the kernel knows about processes, and what a reader must know about the machine. Linux only: it reads /proc."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PACKAGES = (
    "slack-bolt",
    "slack-sdk",
    "aiohttp",
    "uvicorn",
    "httptools",
    "dbos",
    "sqlalchemy",
    "pydantic",
    "jira",
    "asana",
)


def cpu_seconds(pid: int) -> float:
    """CPU time of a process with all its threads, user and system, in seconds; steps of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_megabytes(pid: int) -> float:
    """Memory that a process holds now, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def pin(pid: int, core: int) -> None:
    """Keep a process on one core, counted from 0, where there are several; threads that it starts later stay there."""
    cores = sorted(os.sched_getaffinity(0 if pid == os.getpid() else pid))
    if len(cores) > 1:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {cores[core % len(cores)]})


def unpin(pid: int) -> None:
    """Let a process run on every core again."""
    every = set(range(os.cpu_count() or 1))
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), every)


def load() -> str:
    """The load of the last minute."""
    return f"{os.getloadavg()[0]:.2f}"


def described() -> list[str]:
    """The machine and the versions, a line each."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}",
        versions,
    ]
