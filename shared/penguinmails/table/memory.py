"""The table in memory: what the fakes of the tests and the simulation stand on."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import cast

from penguinmails.table.port import Change, Condition, ConditionFailed, Item, Key, Op, Page, Value

Watcher = Callable[[Item | None, Item | None], None]


class MemoryTable:
    """A table that lives as long as the object; `watch` is told each change, as a stream is."""

    def __init__(self, watch: Watcher | None = None) -> None:
        self.rows: dict[str, dict[str, Item]] = {}
        self._watch = watch

    def get(self, key: Key) -> Item | None:
        return deepcopy(self.rows.get(key.pk, {}).get(key.sk))

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
        keys = sorted(
            (sk for sk in self.rows.get(pk, {}) if sk.startswith(prefix)),
            key=str.encode,
            reverse=newest_first,
        )
        if after is not None:
            keys = [sk for sk in keys if (sk < after.sk if newest_first else sk > after.sk)]
        return self._page([Key(pk, sk) for sk in keys], limit)

    def scan(self, *, segment: int, segments: int, after: Key | None, limit: int) -> Page:
        keys = [
            Key(pk, sk)
            for number, pk in enumerate(sorted(self.rows))
            if number % segments == segment
            for sk in sorted(self.rows[pk])
        ]
        return self._page([key for key in keys if after is None or key > after], limit)

    def put(self, item: Item, *expect: Condition) -> None:
        key = key_of(item)
        self._require(key, expect)
        self._write(key, deepcopy(item))

    def put_many(self, items: Sequence[Item]) -> None:
        for item in items:
            self.put(item)

    def update(self, key: Key, change: Change) -> Item:
        self._require(key, change.expect)
        item = self.get(key) or {"pk": key.pk, "sk": key.sk}
        _apply(change, item)
        self._write(key, item)
        return deepcopy(item)

    def delete(self, key: Key) -> None:
        old = self.rows.get(key.pk, {}).pop(key.sk, None)
        if self._watch and old is not None:
            self._watch(old, None)

    def _page(self, keys: Sequence[Key], limit: int) -> Page:
        items = [cast("Item", self.get(key)) for key in keys[:limit]]
        return Page(items, keys[limit - 1] if len(keys) > limit else None)

    def _require(self, key: Key, expect: Sequence[Condition]) -> None:
        old = self.get(key)
        if not all(holds(condition, old or {}) for condition in expect):
            raise ConditionFailed(old)

    def _write(self, key: Key, item: Item) -> None:
        old = self.rows.setdefault(key.pk, {}).get(key.sk)
        self.rows[key.pk][key.sk] = item
        if self._watch and item != old:
            self._watch(old, deepcopy(item))


def key_of(item: Item) -> Key:
    """The key that an item carries."""
    return Key(str(item["pk"]), str(item["sk"]))


def holds(condition: Condition, item: Item) -> bool:
    """Tell whether a condition is true of an item, as DynamoDB would."""
    found, wanted = _at(item, condition.path), condition.value
    match condition.op:
        case Op.EQUALS:
            return found is not _MISSING and found == wanted
        case Op.DIFFERS:
            return found is _MISSING or found != wanted
        case Op.ABSENT:
            return found is _MISSING
        case Op.PRESENT:
            return found is not _MISSING
        case Op.ONE_OF:
            return found in cast("list[Value]", wanted)
        case Op.BELOW:
            return found is not _MISSING and cast("int", found) < cast("int", wanted)
        case Op.LACKS:
            return found is _MISSING or wanted not in cast("frozenset[str]", found)
        case Op.SMALLER:
            return found is not _MISSING and len(cast("str", found)) < cast("int", wanted)


_MISSING = object()


def _at(item: Item, path: str) -> object:
    found: object = item
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            return _MISSING
        found = found[name]
    return found


def _apply(change: Change, item: Item) -> None:
    item.update(deepcopy(dict(change.put)))
    for path in change.remove:
        *parents, name = path.split(".")
        place: object = item
        for parent in parents:
            place = place.get(parent) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place.pop(name, None)
    for name, more in change.add.items():
        if isinstance(more, frozenset):
            item[name] = cast("frozenset[str]", item.get(name, frozenset())) | more
        else:
            item[name] = cast("int", item.get(name, 0)) + more
