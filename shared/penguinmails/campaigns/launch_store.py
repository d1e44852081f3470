"""How far launches and migrations have come, in the Core table: a row for each shard."""

from typing import Any, cast

from penguinmails.campaigns.lane import Lane
from penguinmails.table.port import Change, ConditionFailed, Item, Key, Table, Value, absent, equals


class LaunchStore:
    """How far a launch has come: a row for each shard of the audience; or work of another kind."""

    def __init__(self, table: Table, kind: str = "launch") -> None:
        self._table = table
        self._kind = kind

    def lane(self, tenant: str, campaign: str, shard: int) -> Lane:
        """Read how far one shard has come."""
        item = self._table.get(self._key(tenant, campaign, shard))
        return _lane(item) if item else Lane(shard)

    def lanes(self, tenant: str, campaign: str) -> list[Lane]:
        """Read how far every shard that was begun has come."""
        page = self._table.query(tenant, prefix=f"{self._kind}#{campaign}#")
        return [_lane(item) for item in page.items]

    def advance(self, tenant: str, campaign: str, old: Lane, new: Lane) -> bool:
        """Move a lane on, if it is where it was read; tell whether it is there now."""
        put: dict[str, Value] = {"after": new.after, "targeted": new.targeted, "done": new.done}
        expect = equals("after", old.after) if old.begun else absent("after")
        change = Change(put, expect=[expect])
        try:
            self._table.update(self._key(tenant, campaign, old.shard), change)
        except ConditionFailed as failure:
            return put.items() <= (failure.item or {}).items()
        return True

    def _key(self, tenant: str, campaign: str, shard: int) -> Key:
        return Key(tenant, f"{self._kind}#{campaign}#{shard:04}")


def _lane(item: Item) -> Lane:
    raw = cast("dict[str, Any]", item)
    shard = int(raw["sk"].rpartition("#")[2])
    return Lane(shard, raw["after"], raw["targeted"], raw["done"], begun=True)
