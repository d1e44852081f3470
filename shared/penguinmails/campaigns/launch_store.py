"""How far launches have come, in the Core table: a row for each shard of an audience."""

from typing import Any, cast

from penguinmails.campaigns.lane import Lane
from penguinmails.table.port import Change, ConditionFailed, Item, Key, Table, Value, absent, equals


class LaunchStore:
    """How far a launch has come: a row for each shard of the audience."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def lane(self, tenant: str, campaign: str, shard: int) -> Lane:
        """Read how far one shard has come."""
        item = self._table.get(_lane_key(tenant, campaign, shard))
        return _lane(item) if item else Lane(shard)

    def lanes(self, tenant: str, campaign: str) -> list[Lane]:
        """Read how far every shard that was begun has come."""
        page = self._table.query(tenant, prefix=f"launch#{campaign}#")
        return [_lane(item) for item in page.items]

    def advance(self, tenant: str, campaign: str, old: Lane, new: Lane) -> bool:
        """Move a lane on, if it is where it was read; tell whether it is there now."""
        put: dict[str, Value] = {"after": new.after, "targeted": new.targeted, "done": new.done}
        expect = equals("after", old.after) if old.begun else absent("after")
        change = Change(put, expect=[expect])
        try:
            self._table.update(_lane_key(tenant, campaign, old.shard), change)
        except ConditionFailed as failure:
            return put.items() <= (failure.item or {}).items()
        return True


def _lane_key(tenant: str, campaign: str, shard: int) -> Key:
    return Key(tenant, f"launch#{campaign}#{shard:04}")


def _lane(item: Item) -> Lane:
    raw = cast("dict[str, Any]", item)
    shard = int(raw["sk"].rpartition("#")[2])
    return Lane(shard, raw["after"], raw["targeted"], raw["done"], begun=True)
