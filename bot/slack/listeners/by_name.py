"""Listeners by the name of what was pressed or handed in.

Bolt asks its listeners one after another whether a payload is theirs, and takes it apart anew for each: with fifty
things to press that costs more than all the rest together (docs/adr/0015-listeners-by-name.md). So Bolt gets one
listener for all presses and one for all submissions, and these two look up whose it is.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck

Listener = Callable[..., Awaitable[None]]
Table = Mapping[str | re.Pattern[str], Listener]
"""Name, or a pattern for names, → the listener; it takes what it needs of `ack`, `body` and, if pressed, `action`."""


class ByName:
    """Finds the listener of a name and calls it with what it takes.

    Args:
        table: the listeners; a name comes before a pattern, and patterns are tried in their order.
        otherwise: for every other name.
    """

    def __init__(self, table: Table, otherwise: Listener) -> None:
        taking = {key: (listener, tuple(inspect.signature(listener).parameters)) for key, listener in table.items()}
        self._names = {key: found for key, found in taking.items() if isinstance(key, str)}
        self._patterns = [(key, found) for key, found in taking.items() if not isinstance(key, str)]
        self._otherwise = otherwise, tuple(inspect.signature(otherwise).parameters)

    async def call(self, name: str, **known: Any) -> None:
        """Call the listener of that name with those of the arguments that it takes."""
        listener, takes = self._names.get(name) or self._by_pattern(name)
        await listener(**{argument: known[argument] for argument in takes})

    def _by_pattern(self, name: str) -> tuple[Listener, tuple[str, ...]]:
        return next((found for pattern, found in self._patterns if pattern.search(name)), self._otherwise)


def pressed(table: Table, otherwise: Listener, first: Callable[[dict[str, Any]], None] | None = None) -> Listener:
    """One listener for all buttons, menus and inputs, by their action ids.

    Args:
        table: the listeners.
        otherwise: for every other action.
        first: told of every payload.
    """
    found = ByName(table, otherwise)

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        if first:
            first(body)
        await found.call(action["action_id"], ack=ack, body=body, action=action)

    return listener


def handed_in(table: Table, otherwise: Listener) -> Listener:
    """One listener for all submissions, by the callback ids of their views."""
    found = ByName(table, otherwise)

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await found.call(body["view"]["callback_id"], ack=ack, body=body)

    return listener
