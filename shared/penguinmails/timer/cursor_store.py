"""How far the timer has been read: one global item in the Core table."""

from datetime import datetime
from typing import cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.table.port import Key, Table

_KEY = Key("timer", "cursor")


class CursorStore:
    """The dispatcher's cursor. It may go back; everything after it is read again."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self) -> datetime | None:
        """Give the minute before which every bucket has been read for the last time."""
        item = self._table.get(_KEY)
        return from_millis(cast("int", item["at"])) if item else None

    def save(self, minute_at: datetime) -> None:
        """Move the cursor."""
        self._table.put({"pk": _KEY.pk, "sk": _KEY.sk, "at": to_millis(minute_at)})
