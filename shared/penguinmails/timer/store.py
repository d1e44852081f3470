"""Wake-ups in their table, one partition for each minute and shard."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.ids import Ids, shard_of
from penguinmails.queues.port import Queue
from penguinmails.table.port import Change, Item, Key, Table
from penguinmails.timer.bucket import SHARDS, Bucket
from penguinmails.timer.wakeup import WakeUp

KEPT = timedelta(days=2)
_SENT = "!sent"
"""Sorts before every wake-up of its bucket, so that one query reads it with them."""


class TimerStore:
    """The Wakeups table. Rows never change; they expire two days after their time."""

    def __init__(self, table: Table, ids: Ids) -> None:
        self._table = table
        self._ids = ids

    def put(self, wake_ups: Sequence[WakeUp]) -> None:
        """Save wake-ups, in as few calls as possible."""
        if wake_ups:
            self._table.put_many([self._item(wake_up) for wake_up in wake_ups])

    def bucket(self, minute_at: datetime, shard: int) -> Bucket:
        """Read one minute's wake-ups of one shard, consistently."""
        pk, after = _partition(minute_at, shard), None
        items: list[Item] = []
        while True:
            page = self._table.query(pk, after=after)
            items += page.items
            after = page.after
            if after is None:
                break
        sent = next((item["ids"] for item in items if item["sk"] == _SENT), frozenset())
        return Bucket(
            [_wake_up(item) for item in items if item["sk"] != _SENT],
            cast("frozenset[str]", sent),
        )

    def mark_sent(self, minute_at: datetime, shard: int, ids: Sequence[str]) -> None:
        """Remember which wake-ups of a bucket are in their queues."""
        expires_at = int((minute_at + KEPT).timestamp())
        key = Key(_partition(minute_at, shard), _SENT)
        self._table.update(key, Change({"ttl": expires_at}, (), {"ids": frozenset(ids)}))

    def minutes(self, until_at: datetime) -> list[datetime]:
        """Find the minutes that have wake-ups, by a walk over the whole table."""
        found: set[datetime] = set()
        after = None
        while True:
            page = self._table.scan(segment=0, segments=1, after=after, limit=1000)
            found |= {_minute_of(item) for item in page.items}
            after = page.after
            if after is None:
                return sorted(minute for minute in found if minute <= until_at)

    def _item(self, wake_up: WakeUp) -> Item:
        made = wake_up.id or self._ids.new()
        minute_at = wake_up.at.replace(second=0, microsecond=0)
        return {
            "pk": _partition(minute_at, shard_of(made, SHARDS)),
            "sk": made,
            "at": to_millis(wake_up.at),
            "queue": wake_up.queue.value,
            "body": dict(wake_up.body),
            "ttl": int((minute_at + KEPT).timestamp()),
        }


def _partition(minute_at: datetime, shard: int) -> str:
    return f"{int(minute_at.timestamp()) // 60}#{shard}"


def _minute_of(item: Item) -> datetime:
    minute, _, _ = str(item["pk"]).partition("#")
    return datetime.fromtimestamp(int(minute) * 60, UTC)


def _wake_up(item: Item) -> WakeUp:
    raw = cast("dict[str, Any]", item)
    return WakeUp(from_millis(raw["at"]), Queue(raw["queue"]), raw["body"], raw["sk"])
