"""Counters in their table: a row is replaced as a whole, by whoever read it last."""

from collections.abc import Sequence
from datetime import date

from penguinmails.analytics.counters import CounterRow, RowKey
from penguinmails.table.port import Item, Key, Table, absent, equals

_NOT_COUNTS = frozenset({"pk", "sk", "seq"})


class CounterStore:
    """The Counters table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, keys: Sequence[RowKey]) -> dict[RowKey, CounterRow]:
        """Read those of the rows that exist."""
        items = self._table.get_many([_key(key) for key in keys])
        rows = (_row(item) for item in items)
        return {row.key: row for row in rows}

    def of_campaign(self, tenant: str, campaign: str) -> list[CounterRow]:
        """Read all rows of a campaign, by day."""
        rows: list[CounterRow] = []
        after: Key | None = None
        while True:
            page = self._table.query(f"{tenant}#{campaign}", after=after)
            rows += [_row(item) for item in page.items]
            after = page.after
            if after is None:
                return rows

    def save(self, old: CounterRow, new: CounterRow) -> None:
        """Write a row, if it stands as it was read; raises ConditionFailed."""
        # One put has no limit on the names that it changes; an update takes 300 at most.
        expect = equals("seq", str(old.sequence)) if old.sequence else absent("pk")
        self._table.put(_item(new), expect)


def _key(key: RowKey) -> Key:
    return Key(f"{key.tenant}#{key.campaign}", f"{key.day.isoformat()}#{key.shard}")


def _item(row: CounterRow) -> Item:
    key = _key(row.key)
    # A sequence number has up to 40 digits, a number of DynamoDB's 38.
    return {"pk": key.pk, "sk": key.sk, "seq": str(row.sequence), **row.counts}


def _row(item: Item) -> CounterRow:
    tenant, _, campaign = str(item["pk"]).partition("#")
    day, _, shard = str(item["sk"]).partition("#")
    key = RowKey(tenant, campaign, date.fromisoformat(day), shard)
    counts = {
        name: number
        for name, number in item.items()
        if name not in _NOT_COUNTS and isinstance(number, int)
    }
    return CounterRow(key, int(str(item["seq"])), counts)
