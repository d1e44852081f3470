"""What Core knows of the tables: one global item, which a backup takes along."""

from typing import Any, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.errors import Conflict
from penguinmails.fence.fence import Noted
from penguinmails.table.port import Condition, Key, Table, absent, equals

_KEY = Key("fence", "tables")


class FenceStore:
    """The tables' ids in the Core table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self) -> Noted | None:
        """Give what is noted, if anything is."""
        item = self._table.get(_KEY)
        if item is None:
            return None
        raw = cast("dict[str, Any]", item)
        return Noted(raw["ids"], from_millis(raw["since"]), tuple(raw["strange"]))

    def add(self, noted: Noted) -> bool:
        """Note ids where none are; tell whether that is so."""
        try:
            self._save(noted, absent("pk"))
        except Conflict:
            return False
        return True

    def save(self, old: Noted, new: Noted) -> None:
        """Note anew; raises Conflict if somebody else did since `old` was read."""
        self._save(new, equals("since", to_millis(old.since_at)))

    def _save(self, noted: Noted, expect: Condition) -> None:
        self._table.put(
            {
                "pk": _KEY.pk,
                "sk": _KEY.sk,
                "ids": dict(noted.ids),
                "since": to_millis(noted.since_at),
                "strange": list(noted.strange),
            },
            expect,
        )
