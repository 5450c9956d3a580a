"""What all tests share: recordings of the stand-ins, and the vendors' contracts that judge them when all is done.

A test that talks to the stand-ins for Jira and Asana records every exchange to a file of `new_recording()`. When the
session ends, whoever collected the files holds each request, and each answer that no fault has spoilt, against the
vendor's own contract. The contracts stand beside this checkout, in `../shared`.
"""

import gc
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.recordings import SHARED, judge
from tests.strategies import examples

gc.disable()  # until all is collected: what is imported stays, and looking for garbage in it took a fifth of the time
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each of the many processes compiles all modules anew
sys.dont_write_bytecode = False


def in_memory() -> str | None:
    """A file system in memory with room for databases and environments, from which programs may be run."""
    place = Path("/dev/shm")
    if not place.is_dir() or not os.access(place, os.W_OK):
        return None
    seen = os.statvfs(place)
    return None if seen.f_flag & os.ST_NOEXEC or seen.f_bavail * seen.f_frsize < ROOM else str(place)


ROOM = 6 * 2**30
"""Bytes."""
if "TMPDIR" not in os.environ and (memory := in_memory()):
    os.environ["TMPDIR"] = tempfile.tempdir = memory  # hundreds of databases flush what they commit
settings.register_profile(
    "steady",
    max_examples=examples(50),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("steady")  # a busy machine is no failure

LONG = (
    "tests/chaos/test_chaos.py",
    "tests/chaos/test_chaos_alerts.py",
    "tests/test_bench.py",
    "tests/browser/",
    "tests/test_dockerfile.py",
    "tests/chaos/test_chaos_sync.py",
    "tests/test_demo.py",
)
"""What takes long, or mostly waits, as a page in a browser does while others need the processor."""
FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """One folder for all recordings of this session, shared with the workers of xdist."""
    given = getattr(config, "workerinput", {}).get("recordings")
    config.stash[FOLDER] = Path(given) if given else Path(tempfile.mkdtemp(prefix="recordings-"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """More than there are cores, since many tests wait for a process, a database or a browser.

    Not many more: each worker imports and collects everything, and with three for a core none was ever idle.
    """
    return 2 * (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long begins first, on all workers, so that the session does not end with one of them at work."""
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    long: dict[str, list[pytest.Item]] = {start: [] for start in LONG}
    rest: list[pytest.Item] = []
    for item in items:
        long.get(next(filter(item.nodeid.startswith, LONG), ""), rest).append(item)
    files, left = list(long.values()), len(items)
    items[:] = []
    for worker in range(workers):  # xdist cuts the list into parts of this size, one for each worker to begin with
        size = left // (workers - worker)
        part = [item for file in files[worker::workers] for item in file]
        more = max(0, size - len(part))
        items += [*part, *rest[:more]]
        del rest[:more]
        left -= size


def pytest_collection_finish() -> None:
    """What stands now stays, and looking through it for garbage again and again takes a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 20)
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where the recordings go."""
    node.workerinput["recordings"] = str(node.config.stash[FOLDER])


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Half characters, which tests draw on purpose, would end the worker that reports them."""
    return _whole_characters((yield))


def _whole_characters(data: Any) -> Any:
    match data:
        case str():
            return data.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {key: _whole_characters(value) for key, value in data.items()}
        case list() | tuple():
            return type(data)(map(_whole_characters, data))
        case _:
            return data


@pytest.fixture(scope="session")
def new_recording(pytestconfig: pytest.Config) -> Callable[[], Path]:
    """Makes files for `sandbox.recorder.Recorder`, one for each sandbox; all are judged at the end of the session."""

    def make() -> Path:
        file = pytestconfig.stash[FOLDER] / f"{uuid.uuid4().hex}.jsonl"
        file.touch()
        return file

    return make


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Judge all recordings, in the process that controls the session."""
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    folder = config.stash[FOLDER]
    files = sorted(folder.glob("*.jsonl"))
    whole = config.args_source is not pytest.Config.ArgsSource.ARGS
    whole = whole and not config.option.keyword and not config.option.markexpr
    if not files and not whole:
        shutil.rmtree(folder, ignore_errors=True)
        return
    say = config.get_terminal_writer().line
    say()
    if not (SHARED / "specs").is_dir():
        say(f"Contracts: not checked, {SHARED.name}/ is not beside this checkout.")
        good = os.environ.get("CI") != "true"
    else:
        good = judge(files, say)
    shutil.rmtree(folder, ignore_errors=True)
    if not good and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
