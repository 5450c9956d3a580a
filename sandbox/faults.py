"""Faults that can be switched on for a vendor: what a network and a busy vendor do to their clients."""

import random
import time
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, get_args

Vendor = Literal["slack", "jira", "asana"]
Kind = Literal["latency", "429", "500", "drop_before", "drop_after", "late_index", "garbage"]
VENDORS: tuple[str, ...] = get_args(Vendor)
KINDS: tuple[str, ...] = get_args(Kind)
LASTING = ("latency", "late_index")
"""Kinds whose `seconds` is an amount of delay. For all others it is how long the fault stays on."""


class FaultError(ValueError):
    """The description of a fault is wrong; the message says how."""


@dataclass(slots=True)
class Fault:
    """One switched-on fault.

    Attributes:
        vendor: whose requests it hits.
        kind: what happens; see `Kind`.
        operation: which requests: an operation id (`createIssue`, `chat.postMessage`) or `METHOD /path`, where `*`
            stands for anything; None hits them all.
        times: how many requests it still hits; None has no count.
        seconds: the delay of `latency` and `late_index`, the Retry-After of a `429` that has `times`,
            otherwise how long the fault stays on.
        rate: the share of matching requests that it hits, 0 to 1.
    """

    vendor: str
    kind: str
    operation: str | None = None
    times: int | None = None
    seconds: float | None = None
    rate: float = 1.0
    started: float = field(default_factory=time.monotonic)

    def matches(self, vendor: str, operation: str, request_line: str) -> bool:
        """Whether it hits this request, apart from `rate`."""
        if self.vendor != vendor or self.times == 0:
            return False
        if self.kind not in LASTING and self.times is None and self.seconds is not None and self.age() > self.seconds:
            return False
        return self.operation is None or any(fnmatchcase(name, self.operation) for name in (operation, request_line))

    def age(self) -> float:
        """Seconds since it was switched on."""
        return time.monotonic() - self.started

    def retry_after(self) -> int:
        """What a 429 tells its client to wait, in whole seconds, at least one."""
        if self.seconds is None:
            return 1
        return max(1, round(self.seconds if self.times is not None else self.seconds - self.age()))


def parse_fault(body: object) -> Fault:
    """The fault that a `POST /sandbox/faults` body describes.

    Raises:
        FaultError: an unknown key, vendor or kind, or a number that is none.
    """
    if not isinstance(body, dict):
        raise FaultError("a fault is a JSON object")
    if unknown := set(body) - {"vendor", "kind", "operation", "times", "seconds", "rate"}:
        raise FaultError(f"unknown key {min(unknown)!r}")
    vendor, kind = str(body.get("vendor")), str(body.get("kind"))
    if vendor not in VENDORS:
        raise FaultError(f"vendor is one of {', '.join(VENDORS)}")
    if kind not in KINDS:
        raise FaultError(f"kind is one of {', '.join(KINDS)}")
    times, seconds = body.get("times"), body.get("seconds")
    if times is None and seconds is None and kind not in LASTING:
        times = 1
    try:
        return Fault(
            vendor,
            kind,
            str(body["operation"]) if body.get("operation") else None,
            None if times is None else int(times),
            None if seconds is None else float(seconds),
            float(body.get("rate", 1.0)),
        )
    except (TypeError, ValueError) as error:
        raise FaultError("times is a whole number, seconds and rate are numbers") from error


class Faults:
    """All faults that are on. First switched on, first hit."""

    def __init__(self, seed: int = 1) -> None:
        self._faults: list[Fault] = []
        self._random = random.Random(seed)

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        self._faults.append(fault)

    def active(self) -> list[Fault]:
        """All faults, those that are used up included."""
        return list(self._faults)

    def remove(self, fault: Fault) -> None:
        """Switch one fault off."""
        self._faults.remove(fault)

    def clear(self) -> None:
        """Switch all faults off."""
        self._faults.clear()

    def delay(self, vendor: str, operation: str, request_line: str) -> float:
        """Seconds that this request has to wait before it is looked at."""
        hits = self._hits("latency", vendor, operation, request_line)
        return sum(fault.seconds or 0.0 for fault in hits)

    def take(self, vendor: str, operation: str, request_line: str) -> Fault | None:
        """The fault that hits this request, counted as used; delays and late indexes apart."""
        for fault in self._faults:
            if fault.kind in LASTING or not fault.matches(vendor, operation, request_line):
                continue
            if fault.rate < 1.0 and self._random.random() >= fault.rate:
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
        return None

    def index_lag(self, vendor: str, operation: str | None = None) -> float:
        """Seconds that the vendor's search index is behind; with an operation, only by faults that name it."""
        late = (f for f in self._faults if f.vendor == vendor and f.kind == "late_index")
        return max((f.seconds or 0.0 for f in late if operation is None or f.operation == operation), default=0.0)

    def _hits(self, kind: str, vendor: str, operation: str, request_line: str) -> list[Fault]:
        hits = [f for f in self._faults if f.kind == kind and f.matches(vendor, operation, request_line)]
        for fault in hits:
            if fault.times is not None:
                fault.times -= 1
        return hits
