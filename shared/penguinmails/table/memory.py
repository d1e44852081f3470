"""The table in memory: what the fakes of the tests and the simulation stand on."""

from collections.abc import Callable, Sequence
from typing import cast
from zlib import crc32

from penguinmails.table.coding import as_kept, same, sum_of, valid
from penguinmails.table.port import (
    Change,
    Condition,
    ConditionFailed,
    Item,
    Key,
    Op,
    Page,
    Value,
    key_of,
)

Watcher = Callable[[Item | None, Item | None], None]


class MemoryTable:
    """A table that lives as long as the object; `watch` is told each change, as a stream is."""

    def __init__(self, watch: Watcher | None = None, table_id: str = "memory") -> None:
        self.rows: dict[str, dict[str, Item]] = {}
        self.table_id = table_id
        self._watch = watch

    def identity(self) -> str:
        return self.table_id

    def get(self, key: Key) -> Item | None:
        item = self.rows.get(valid(key).pk, {}).get(key.sk)
        return None if item is None else _copied_item(item)

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        return [item for key in dict.fromkeys(keys) if (item := self.get(key)) is not None]

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        after: Key | None = None,
        limit: int = 1000,
        newest_first: bool = False,
    ) -> Page:
        if after is not None and (after.pk != pk or not after.sk.startswith(prefix)):
            raise ValueError(f"{after} is no place in this query")
        keys = [Key(pk, sk) for sk in self.rows.get(pk, {}) if sk.startswith(prefix)]
        return self._page(keys, after, limit, newest_first=newest_first)

    def scan(self, *, segment: int, segments: int, after: Key | None, limit: int) -> Page:
        keys = [
            Key(pk, sk)
            for pk in self.rows
            if crc32(pk.encode()) % segments == segment
            for sk in self.rows[pk]
        ]
        return self._page(keys, after, limit)

    def put(self, item: Item, *expect: Condition) -> None:
        key, kept = _kept(item)
        self._require(key, expect)
        self._write(key, kept)

    def put_many(self, items: Sequence[Item]) -> None:
        for key, kept in [_kept(item) for item in items]:
            self._write(key, kept)

    def insert_many(self, items: Sequence[Item]) -> list[Key]:
        return [key for key, kept in [_kept(item) for item in items] if not self._insert(key, kept)]

    def update(self, key: Key, change: Change) -> Item:
        put, add = as_kept(change.put), as_kept(change.add)
        self._require(key, change.expect)
        item = self.get(key)
        if item is None:
            item = {"pk": key.pk, "sk": key.sk}
        else:
            _remove(change.remove, item)
        _put_and_add(put, add, item)
        kept = as_kept(item)
        self._write(key, kept)
        return _copied_item(kept)

    def delete(self, key: Key) -> None:
        old = self.rows.get(valid(key).pk, {}).pop(key.sk, None)
        if self._watch and old is not None:
            self._watch(old, None)

    def _page(
        self, keys: Sequence[Key], after: Key | None, limit: int, *, newest_first: bool = False
    ) -> Page:
        ordered = sorted(keys, reverse=newest_first)
        if after is not None:
            ordered = [k for k in ordered if (k < after if newest_first else k > after)]
        page = ordered[:limit]
        items = [cast("Item", self.get(key)) for key in page]
        return Page(items, page[-1] if len(page) == limit else None)

    def _insert(self, key: Key, kept: Item) -> bool:
        if key.sk in self.rows.get(key.pk, {}):
            return False
        self._write(key, kept)
        return True

    def _require(self, key: Key, expect: Sequence[Condition]) -> None:
        old = self.get(key)
        if not all(holds(condition, old or {}) for condition in expect):
            raise ConditionFailed(old)

    def _write(self, key: Key, item: Item) -> None:
        old = self.rows.setdefault(key.pk, {}).get(key.sk)
        self.rows[key.pk][key.sk] = item
        if self._watch and item != old:
            self._watch(old, _copied_item(item))


def _kept(item: Item) -> tuple[Key, Item]:
    return valid(key_of(item)), as_kept(item)


def _copied_item(item: Item) -> Item:
    return {name: _copied(value) for name, value in item.items()}


def _copied(value: Value) -> Value:
    """Copy a value; what cannot be changed needs no copy."""
    match value:
        case dict():
            return {name: _copied(inner) for name, inner in value.items()}
        case list():
            return [_copied(inner) for inner in value]
        case _:
            return value


def holds(condition: Condition, item: Item) -> bool:
    """Tell whether a condition is true of an item, as DynamoDB would."""
    found, wanted = _at(item, condition.path), condition.value
    if isinstance(found, _Missing):
        return condition.op in {Op.DIFFERS, Op.ABSENT, Op.LACKS}
    match condition.op:
        case Op.EQUALS:
            return same(found, wanted)
        case Op.DIFFERS:
            return not same(found, wanted)
        case Op.ABSENT:
            return False
        case Op.PRESENT:
            return True
        case Op.ONE_OF:
            return any(same(found, value) for value in cast("list[Value]", wanted))
        case Op.BELOW:
            return _is_below(found, wanted)
        case Op.LACKS:
            return not _contains(found, wanted)
        case Op.SMALLER:
            return isinstance(found, frozenset) and len(found) < cast("int", wanted)


class _Missing:
    """What stands at a path that leads nowhere."""


def _is_below(found: Value, wanted: Value) -> bool:
    match found, wanted:
        case (bool(), _) | (_, bool()):
            return False
        case (int() | float(), int() | float()) | (str(), str()) | (bytes(), bytes()):
            return cast("int", found) < cast("int", wanted)
        case _:
            return False


def _contains(found: Value, wanted: Value) -> bool:
    match found:
        case list():
            return any(same(element, wanted) for element in found)
        case str() | frozenset():
            return isinstance(wanted, str) and wanted in found
        case _:
            return False


def _at(item: Item, path: str) -> Value | _Missing:
    found: Value = item
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            return _Missing()
        found = found[name]
    return found


def _remove(paths: Sequence[str], item: Item) -> None:
    for path in paths:
        *parents, name = path.split(".")
        _map_at(item, parents).pop(name, None)


def _put_and_add(put: Item, add: Item, item: Item) -> None:
    for name, more in add.items():
        item[name] = _sum(item[name], more) if name in item else more
    item.update(put)


def _map_at(item: Item, parents: Sequence[str]) -> Item:
    place = _at(item, ".".join(parents)) if parents else item
    if not isinstance(place, dict):
        raise ValueError(f"there is no map {'.'.join(parents)} to remove anything from")  # noqa: TRY004
    return place


def _sum(found: Value, more: Value) -> Value:
    match found, more:
        case (int() | float(), int()) if not isinstance(found, bool):
            return sum_of(found, more)
        case (frozenset(), frozenset()):
            return found | more
        case _:
            raise ValueError(f"{more!r} cannot be added to {found!r}")
