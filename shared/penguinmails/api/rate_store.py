"""The buckets of the API keys in the Core table: one number a key, one update a request."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import cast

from penguinmails.api.rate import INTERVAL, WHOLE, Allowance
from penguinmails.clock import from_millis, to_millis
from penguinmails.table.port import Change, ConditionFailed, Key, Table, below, equals

_KEPT = timedelta(days=1)
_MILLIS = INTERVAL // timedelta(milliseconds=1)


class RateStore:
    """Buckets; `full` is the instant at which one is full again, each request moves it on.

    A bucket that was full long ago is set to now by a second update: else it would save up.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, tenant: str, key: str, now_at: datetime) -> Allowance:
        """Take one request out of a key's bucket, if there is one in it."""
        place = Key(tenant, f"rate#{key}")
        last = to_millis(now_at + WHOLE - INTERVAL)
        ttl = int((now_at + _KEPT).timestamp())
        taking = Change({"ttl": ttl}, (), {"full": _MILLIS}, [below("full", last + 1)])
        try:
            full = cast("int", self._table.update(place, taking)["full"])
        except ConditionFailed as failure:
            if failure.item is not None:
                full_at = from_millis(cast("int", failure.item["full"]))
                return Allowance(full_at, now_at, granted=False)
            full = 0
        least = to_millis(now_at + INTERVAL)
        if full < least:
            self._begin(place, full, least, ttl)
        return Allowance(from_millis(max(full, least)), now_at)

    def _begin(self, place: Key, full: int, least: int, ttl: int) -> None:
        """Start a bucket that was full from now on; somebody else may have."""
        expect = [equals("full", full)] if full else []
        with suppress(ConditionFailed):
            self._table.update(place, Change({"full": least, "ttl": ttl}, expect=expect))
