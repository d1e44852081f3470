"""The fence: it stands while a table has another id than the one that Core has noted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

Ids = Mapping[str, str]
"""The tables' ids by their plain names; empty where there is no such table."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What Core knows of the tables: their ids, since when, and which were found to be others."""

    ids: Ids
    since_at: datetime
    strange: tuple[str, ...] = ()


def strangers(noted: Noted | None, real: Ids) -> tuple[str, ...]:
    """Name the tables that are not the noted ones; where nothing is noted, all are strange."""
    known: Ids = noted.ids if noted else {}
    return tuple(
        sorted(name for name, found in real.items() if not found or found != known.get(name))
    )
