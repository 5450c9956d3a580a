"""Processes that die at any call: everything that a use case may reach, wrapped so that one call is its last."""

import inspect
import itertools
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Literal

from bot.usecases.ports import Ports

When = Literal["before", "after"]


class Died(BaseException):
    """The process was killed: nothing catches it, and nothing runs after it."""


class Dying:
    """A process that dies at one of its calls of the world.

    Args:
        ports: the world, which outlives it.
        at: the number of the call, from 1.
        when: before the call reaches the world, or after it has taken effect there.

    Attributes:
        last: the call at which it died, such as `notifier.post`; empty while it lives.
    """

    def __init__(self, ports: Ports, at: int, when: When) -> None:
        self.at = at
        self.when = when
        self.calls = 0
        self.last = ""
        self.ports = Ports(**{part.name: _Mortal(part.name, getattr(ports, part.name), self) for part in fields(ports)})

    async def call(self, name: str, work: Any) -> Any:
        """A call of the world, unless this process is dead by then."""
        self.calls += 1
        if self.calls > self.at or (self.calls == self.at and self.when == "before"):
            self.last = self.last or name
            raise Died(name)
        result = await work()
        if self.calls >= self.at:
            self.last = self.last or name
            raise Died(name)
        return result


class _Mortal:
    """A port whose coroutines count; what answers at once is let through."""

    def __init__(self, place: str, port: Any, process: Dying) -> None:
        self._place = place
        self._port = port
        self._process = process

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if inspect.iscoroutinefunction(found):

            async def mortal(*args: Any, **kwargs: Any) -> Any:
                return await self._process.call(f"{self._place}.{name}", lambda: found(*args, **kwargs))

            return mortal
        return found


def deaths() -> Iterator[tuple[int, When]]:
    """Every moment at which a process can die, one after the other; whoever asks stops when one survives.

    Before a call it leaves what it left after the call before that one, so only the first has both.
    """
    yield 1, "before"
    for number in itertools.count(1):
        yield number, "after"
