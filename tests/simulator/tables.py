"""Tables whose every call is an effect, and which can be restored from a backup."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial

from penguinmails.errors import Unavailable
from penguinmails.table.memory import MemoryTable, Watcher
from penguinmails.table.port import Change, Condition, Item, Key, Page
from tests.simulator.effects import Effects
from tests.simulator.faults import Fault

Rows = dict[str, dict[str, dict[str, Item]]]
"""Of each table by its name all rows."""
FOR_EVER = 1 << 62


class SimulatedTable:
    """A table each of whose calls is an effect; a batch may break in its middle."""

    def __init__(
        self,
        name: str,
        table: MemoryTable,
        effects: Effects,
        looked: Callable[[str, Sequence[Key]], None],
    ) -> None:
        self._name = name
        self._table = table
        self._effects = effects
        self._looked = looked

    def get(self, key: Key) -> Item | None:
        return self._effects.effect(f"{self._name}.get", lambda: self._table.get(key))

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        run = partial(self._table.get_many, keys)
        items = self._effects.effect(f"{self._name}.get_many", run)
        self._looked(self._name, keys)
        return items

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        after: Key | None = None,
        limit: int = 1000,
        newest_first: bool = False,
    ) -> Page:
        run = partial(
            self._table.query,
            pk,
            prefix=prefix,
            after=after,
            limit=limit,
            newest_first=newest_first,
        )
        return self._effects.effect(f"{self._name}.query", run)

    def scan(self, *, segment: int, segments: int, after: Key | None, limit: int) -> Page:
        run = partial(
            self._table.scan, segment=segment, segments=segments, after=after, limit=limit
        )
        return self._effects.effect(f"{self._name}.scan", run)

    def put(self, item: Item, *expect: Condition) -> None:
        self._effects.effect(f"{self._name}.put", lambda: self._table.put(item, *expect))

    def put_many(self, items: Sequence[Item]) -> None:
        run = partial(self._batch, items, self._table.put)
        self._effects.effect(f"{self._name}.put_many", run)

    def insert_many(self, items: Sequence[Item]) -> list[Key]:
        def run() -> list[Key]:
            taken: list[Key] = []
            self._batch(items, lambda item: taken.extend(self._table.insert_many([item])))
            return taken

        return self._effects.effect(f"{self._name}.insert", run)

    def update(self, key: Key, change: Change) -> Item:
        return self._effects.effect(f"{self._name}.update", lambda: self._table.update(key, change))

    def delete(self, key: Key) -> None:
        self._effects.effect(f"{self._name}.delete", lambda: self._table.delete(key))

    def _batch(self, items: Sequence[Item], write: Callable[[Item], None]) -> None:
        breaks = len(items) > 1 and self._effects.faults.happens(Fault.HALF_BATCH, 0.01)
        for item in items[: len(items) // 2] if breaks else items:
            write(item)
        if breaks:
            raise Unavailable("a part of the batch was not taken")


@dataclass(slots=True)
class Tables:
    """All tables by their plain names; `watchers` are told each change, `looked` each batch read.

    While they are gone for a restore every call fails; then they have other ids.
    """

    effects: Effects
    watchers: Mapping[str, Watcher]
    looked: Callable[[str, Sequence[Key]], None]
    real: dict[str, MemoryTable] = field(default_factory=dict)
    gone: bool = False

    def quiet(self, name: str) -> MemoryTable:
        """Give a table that can be looked at without any effect."""
        if name not in self.real:
            self.real[name] = MemoryTable(self.watchers.get(name), f"{name}, the first")
        return self.real[name]

    def loud(self, name: str) -> SimulatedTable:
        """Give a table as the product sees it."""
        return SimulatedTable(name, self.quiet(name), self.effects, self.looked)

    def identities(self, names: Sequence[str]) -> Mapping[str, str]:
        """Tell the ids of tables; where there is none, the id is empty."""
        return {
            name: "" if self.gone else self.effects.effect("identity", self.quiet(name).identity)
            for name in names
        }

    def backup(self) -> Rows:
        """Copy all rows."""
        return {name: deepcopy(table.rows) for name, table in self.real.items()}

    def delete(self) -> None:
        """Have no tables for a while."""
        self.gone = True
        self.effects.faults.away.update(dict.fromkeys(self.real, FOR_EVER))

    def restore(self, backup: Rows) -> None:
        """Have tables of the same names again, with the rows of a backup."""
        self.gone = False
        for name, table in self.real.items():
            table.rows = deepcopy(backup.get(name, {}))
            table.table_id = f"{name}, restored"
            del self.effects.faults.away[name]
