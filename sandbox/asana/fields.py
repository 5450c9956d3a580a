"""Which properties an answer carries: compact and full records, and `opt_fields` (Asana docs, "Input/output options").

Without `opt_fields` a single record comes in full with compact records inside, a list as compact records.
With it only the named properties come, and always `gid`; a named record inside comes as `gid` and `resource_type`
unless a dotted path asks for more. Names that do not exist are passed over, as Asana does.
"""

from collections.abc import Iterable
from typing import Any

from sandbox.asana.records import Record
from sandbox.asana.shapes import COMPACT, EXPANDED, OPT_IN, Properties

DEEPEST = 12
"""Paths are cut here, so that a request cannot walk round in circles."""

Tree = dict[str, "Tree"]


def parse_opt_fields(text: str | None) -> Tree | None:
    """The tree of the dotted paths in `opt_fields`; None if there are none."""
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    if not names:
        return None
    tree: Tree = {}
    for name in names:
        node = tree
        for step in name.removeprefix("this.").split(".")[:DEEPEST]:
            node = node.setdefault(step, {})
    return tree


class Renderer:
    """Writes records as JSON values."""

    def __init__(self, properties: Properties) -> None:
        self._properties = properties

    def full(self, record: Record, tree: Tree | None) -> dict[str, Any]:
        """One record: in full, or what `tree` names."""
        if tree is not None:
            return self._chosen(record, tree)
        names = [name for name in self._properties[record.kind] if name not in OPT_IN.get(record.kind, ())]
        return self._named(record, names)

    def compact(self, record: Record, tree: Tree | None) -> dict[str, Any]:
        """One record of a list: compact, or what `tree` names."""
        return self._named(record, COMPACT[record.kind]) if tree is None else self._chosen(record, tree)

    def _named(self, record: Record, names: Iterable[str]) -> dict[str, Any]:
        known = self._properties[record.kind]
        values = ((name, known[name](record)) for name in names)
        return {name: self._inside(value) for name, value in values if value is not ...}

    def _inside(self, value: Any) -> Any:
        """A value of a record that came without `opt_fields`."""
        if isinstance(value, Record):
            return self._named(value, COMPACT[value.kind])
        if isinstance(value, list):
            return [self._inside(item) for item in value]
        if isinstance(value, dict):
            return {name: self._inside(item) for name, item in value.items()}
        return value

    def _chosen(self, record: Record, tree: Tree) -> dict[str, Any]:
        known = self._properties[record.kind]
        chosen: dict[str, Any] = {"gid": record.gid}
        for name, below in tree.items():
            if name in known and (value := known[name](record)) is not ...:
                chosen[name] = self._branch(value, below)
        return chosen

    def _branch(self, value: Any, tree: Tree) -> Any:
        if isinstance(value, list):
            return [self._branch(item, tree) for item in value]
        if isinstance(value, Record):
            if not tree and value.kind in EXPANDED:
                return self._named(value, COMPACT[value.kind])
            return self._chosen(value, tree or {"resource_type": {}})
        if isinstance(value, dict):
            names = [name for name in tree if name in value] or list(value)
            return {name: self._branch(value[name], tree.get(name, {})) for name in names}
        return value
