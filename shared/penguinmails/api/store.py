"""Attempts in the Core table: rows that expire a day after the first attempt."""

from datetime import datetime, timedelta
from typing import Any, cast

from penguinmails.api.ports import Attempt
from penguinmails.clock import Clock, from_millis, to_millis
from penguinmails.table.port import (
    Change,
    Condition,
    ConditionFailed,
    Item,
    Key,
    Table,
    Value,
    absent,
    below,
    equals,
)

KEPT = timedelta(hours=24)


class AttemptStore:
    """Attempts of all tenants. A row past its day counts for nothing, though it may linger."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def begin(self, attempt: Attempt) -> Attempt | None:
        """Save a first attempt; if there is one already, give that, else None."""
        try:
            self._table.put(_item(attempt), absent("pk"))
        except ConditionFailed as failure:
            return self._found(attempt, failure.item)
        return None

    def take_over(self, old: Attempt, owned_at: datetime) -> bool:
        """Own an attempt that was given up; tell whether nobody else did."""
        change = Change({"owned": to_millis(owned_at)}, expect=_owned(old))
        try:
            self._table.update(_key(old), change)
        except ConditionFailed:
            return False
        return True

    def answer(self, attempt: Attempt) -> None:
        """Save the answer, if the attempt is still owned."""
        put: dict[str, Value] = {
            "status": attempt.status,
            "headers": dict(attempt.headers or {}),
            "body": attempt.body,
        }
        self._try(attempt, Change(put, expect=_owned(attempt)))

    def forget(self, attempt: Attempt) -> None:
        """Let the same key be tried again at once, if the attempt is still owned."""
        self._try(attempt, Change({"owned": 0}, expect=_owned(attempt)))

    def _found(self, attempt: Attempt, item: Item | None) -> Attempt | None:
        if item is None:
            return self.begin(attempt)
        now_s = int(self._clock.now().timestamp())
        if cast("int", item["ttl"]) > now_s:
            return _attempt(item)
        try:
            self._table.put(_item(attempt), below("ttl", now_s + 1))
        except ConditionFailed as failure:
            return self._found(attempt, failure.item)
        return None

    def _try(self, attempt: Attempt, change: Change) -> None:
        try:
            self._table.update(_key(attempt), change)
        except ConditionFailed:
            return


def _owned(attempt: Attempt) -> list[Condition]:
    return [equals("owned", to_millis(attempt.owned_at)), equals("status", 0)]


def _key(attempt: Attempt) -> Key:
    return Key(attempt.tenant, f"idempotency#{attempt.key}")


def _item(attempt: Attempt) -> Item:
    key = _key(attempt)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "request": attempt.request,
        "begun": to_millis(attempt.begun_at),
        "owned": to_millis(attempt.owned_at),
        "status": attempt.status,
        "ttl": int((attempt.begun_at + KEPT).timestamp()),
    }


def _attempt(item: Item) -> Attempt:
    raw = cast("dict[str, Any]", item)
    return Attempt(
        tenant=raw["pk"],
        key=raw["sk"].partition("#")[2],
        request=raw["request"],
        begun_at=from_millis(raw["begun"]),
        owned_at=from_millis(raw["owned"]),
        status=raw["status"],
        headers=raw.get("headers"),
        body=raw.get("body", ""),
    )
