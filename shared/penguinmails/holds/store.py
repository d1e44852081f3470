"""Holds in their table, one partition for each campaign and reason."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.holds.hold import Hold, HoldReason
from penguinmails.ids import Ids
from penguinmails.queues.port import Queue
from penguinmails.table.port import Item, Key, Table


class HoldStore:
    """The Holds table. A row is written once and deleted when it is released."""

    def __init__(self, table: Table, ids: Ids) -> None:
        self._table = table
        self._ids = ids

    def park(self, holds: Sequence[Hold]) -> None:
        """Save holds."""
        self._table.put_many(
            [_item(replace(hold, id=hold.id or self._ids.new())) for hold in holds]
        )

    def some(self, tenant: str, campaign: str, reason: HoldReason, limit: int) -> list[Hold]:
        """Read the oldest holds of a campaign and reason."""
        page = self._table.query(_partition(tenant, campaign, reason), limit=limit)
        return [_hold(item) for item in page.items]

    def campaigns(self, reason: HoldReason) -> set[tuple[str, str]]:
        """Find whose holds wait for a reason, by a walk over the whole table."""
        found: set[tuple[str, str]] = set()
        after = None
        while True:
            page = self._table.scan(segment=0, segments=1, after=after, limit=1000)
            for item in page.items:
                tenant, campaign, kind = str(item["pk"]).split("#")
                found |= {(tenant, campaign)} if kind == reason else set()
            after = page.after
            if after is None:
                return found

    def drop(self, hold: Hold) -> None:
        """Forget a hold, once what it held is on its way."""
        self._table.delete(Key(_partition(hold.tenant, hold.campaign, hold.reason), hold.id))


def _partition(tenant: str, campaign: str, reason: HoldReason) -> str:
    return f"{tenant}#{campaign}#{reason}"


def _item(hold: Hold) -> Item:
    return {
        "pk": _partition(hold.tenant, hold.campaign, hold.reason),
        "sk": hold.id,
        "queue": hold.queue.value,
        "body": dict(hold.body),
        "since": to_millis(hold.since_at),
        "detail": hold.detail,
    }


def _hold(item: Item) -> Hold:
    raw = cast("dict[str, Any]", item)
    tenant, campaign, reason = raw["pk"].split("#")
    return Hold(
        tenant,
        campaign,
        HoldReason(reason),
        Queue(raw["queue"]),
        raw["body"],
        from_millis(raw["since"]),
        raw["detail"],
        raw["sk"],
    )
