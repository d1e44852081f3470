"""The patrol's place, one global item in the Core table."""

from typing import cast

from penguinmails.enrollments.patrol import Beat
from penguinmails.table.port import Key, Table

_KEY = Key("patrol", "beat")


class BeatStore:
    """Where the patrol goes on. Losing it starts a round anew, which is harmless."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self) -> Beat:
        """Give the place, or the beginning."""
        item = self._table.get(_KEY)
        if item is None:
            return Beat()
        pk, sk = str(item["after_pk"]), str(item["after_sk"])
        after = Key(pk, sk) if pk else None
        return Beat(after, cast("int", item["seen"]), cast("int", item["last_round"]))

    def save(self, beat: Beat) -> None:
        """Keep the place."""
        after = beat.after or Key("", "")
        self._table.put(
            {
                "pk": _KEY.pk,
                "sk": _KEY.sk,
                "after_pk": after.pk,
                "after_sk": after.sk,
                "seen": beat.seen,
                "last_round": beat.last_round,
            }
        )
