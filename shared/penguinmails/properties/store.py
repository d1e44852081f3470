"""Properties in the Core table: one row for a workspace, kept in memory for a minute."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from penguinmails.clock import Clock, from_millis, to_millis
from penguinmails.properties.property import Declared, Property, PropertyType
from penguinmails.table.port import ConditionFailed, Item, Key, Table, absent, equals

KEPT = timedelta(seconds=60)


class PropertyStore:
    """The properties of all workspaces."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._kept: dict[str, tuple[datetime, Declared]] = {}

    def of(self, tenant: str) -> Declared:
        """Give a workspace's properties, as they were at most a minute ago."""
        now_at = self._clock.now()
        read_at, declared = self._kept.get(tenant, (now_at, None))
        if declared is None or now_at - read_at >= KEPT:
            declared, _ = self.read(tenant)
            self._kept[tenant] = now_at, declared
        return declared

    def read(self, tenant: str) -> tuple[Declared, int]:
        """Read a workspace's properties as they are now, and the version of them."""
        item = self._table.get(_key(tenant))
        if item is None:
            return {}, 0
        raw = cast("dict[str, Any]", item)
        return {slug: _property(slug, row) for slug, row in raw["rows"].items()}, raw["version"]

    def save(self, tenant: str, declared: Declared, version: int) -> bool:
        """Write all properties, if their version is the one that was read; tell whether it was."""
        key = _key(tenant)
        item: Item = {
            "pk": key.pk,
            "sk": key.sk,
            "rows": {slug: _row(each) for slug, each in declared.items()},
            "version": version + 1,
        }
        try:
            self._table.put(item, equals("version", version) if version else absent("pk"))
        except ConditionFailed:
            return False
        self._kept[tenant] = self._clock.now(), declared
        return True


def _key(tenant: str) -> Key:
    return Key(tenant, "properties")


def _row(each: Property) -> dict[str, str | int]:
    return {"type": each.type.value, "label": each.label, "created": to_millis(each.created_at)}


def _property(slug: str, row: Mapping[str, Any]) -> Property:
    return Property(slug, PropertyType(row["type"]), row["label"], from_millis(row["created"]))
