"""Recorded exchanges with the stand-ins for Jira and Asana, held against the vendors' own contracts."""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

SHARED = Path(__file__).parents[2] / "shared"
CONTRACTS = {"/jira/": "jira-cloud-v3.json", "/asana/api/1.0/": "asana.json"}
"""Where a vendor is mounted in the sandbox → its contract."""
SPOILT = frozenset({"garbage", "drop_before", "drop_after"})
"""Faults after which the answer is not the vendor's."""
SHOWN = 20
HOST = re.compile(r'"Host": "[^"]*"', re.IGNORECASE)
"""The port is another one in each test."""
MANY = 10_000_000
"""Bytes of recordings from which on several processes share the work."""


@dataclass(slots=True)
class Judged:
    """What was found in some recordings.

    Attributes:
        seen: vendor → exchanges.
        operations: method, prefix and path.
        wrong: a line for each violation.
    """

    seen: Counter[str] = field(default_factory=Counter)
    operations: set[tuple[str, str, str]] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Judged") -> None:
        """Count the other's as well."""
        self.seen += other.seen
        self.operations |= other.operations
        self.wrong += other.wrong


def judge(files: Sequence[Path], say: Callable[..., None]) -> bool:
    """Whether there were exchanges, and all of them as the contracts say; what is wrong is printed."""
    found, cores = Judged(), os.cpu_count() or 1
    if sum(file.stat().st_size for file in files) < MANY:
        found.add(judged(files))
    else:
        with ProcessPoolExecutor(cores, get_context("spawn")) as pool:
            for part in pool.map(judged, [files[core::cores] for core in range(cores)]):
                found.add(part)
    counts = ", ".join(f"{count} with {vendor}" for vendor, count in sorted(found.seen.items())) or "none"
    total = f"{found.seen.total()} exchanges ({counts})"
    say(f"Contracts: {total}, {len(found.operations)} operations, {len(found.wrong)} violations.")
    for line in found.wrong[:SHOWN]:
        say(f"  {line}", red=True)
    return bool(found.seen) and not found.wrong


def judged(files: Sequence[Path]) -> Judged:
    """What stands in these recordings."""
    sys.path.insert(0, str(SHARED / "tools"))
    from contract_check import Contract  # type: ignore[import-not-found]

    contracts = {
        prefix: Contract.load(SHARED / "specs" / file, prefix=prefix.rstrip("/")) for prefix, file in CONTRACTS.items()
    }
    found = Judged()
    known: set[int] = set()
    for prefix, line, exchange in _exchanges(files):
        found.seen[prefix.split("/")[1]] += 1
        said = hash(HOST.sub("", line))
        if said in known:  # word for word, as whatever is asked at each start; that is a third of all
            continue
        known.add(said)
        found.operations.add((exchange["method"], prefix, _operation(exchange["path"].removeprefix(prefix))))
        for violation in contracts[prefix].check(exchange, strict=True):
            spoilt = violation.where == "response" and exchange.get("fault") in SPOILT
            if violation.is_error and not spoilt:
                found.wrong.append(f"{exchange['method']} {exchange['path']} {exchange['status']}: {violation}")
    return found


def _exchanges(files: Sequence[Path]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The recorded exchanges with trackers, each with the prefix of its vendor and the line that it stands in."""
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                exchange = json.loads(line)
                for prefix in CONTRACTS:
                    if exchange["path"].startswith(prefix):
                        yield prefix, line, exchange


def _operation(path: str) -> str:
    """A path without the parts that are ids, keys and addresses."""
    return re.sub(r"(?<=/)(?=[^/]*[\d@%])[^/]+|(?<=users/)[^/]+", "{}", path.replace("rest/api/3", "api"))
