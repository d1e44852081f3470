"""Guards sends: knows whether the fence stands, without asking for every mail."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.fence.fence import Ids, Noted, strangers
from penguinmails.table.kept import RESTORE_TAKES

GUARDED = ("core", "contacts", "enrollments", "suppressions")
"""Tables that tell whom to mail what: each container looks at these itself, the watch at all."""
FRESH = timedelta(minutes=1)
"""How long what Core says is taken for granted. While a table is restored the watch misses it and
says so there; a Core that is away itself cannot be read."""
_NEVER = datetime.min.replace(tzinfo=UTC)


class Notes(Protocol):
    """What Core knows of the tables."""

    def read(self) -> Noted | None: ...


class Guard:
    """Looks for one container; a fence that stands is looked at each time, so that it can fall.

    `ids` asks for the ids of the guarded tables. `clock` is the one on the wall: virtual time
    leaps, and a clock that stands still while a container sleeps would not see a restore pass.
    """

    def __init__(self, notes: Notes, ids: Callable[[], Ids], clock: Clock) -> None:
        self._notes = notes
        self._ask = ids
        self._clock = clock
        self._looked_at = _NEVER
        self._ids: Ids | None = None
        self._since_at: datetime | None = None

    def down_since(self) -> datetime | None:
        """Tell since when sends may be claimed; None: the fence stands, and none may."""
        now_at = self._clock.now()
        age = abs(now_at - self._looked_at)
        if self._since_at is None or age >= FRESH:
            self._since_at = self._look(None if age >= RESTORE_TAKES else self._ids)
            self._looked_at = now_at
        return self._since_at

    def _look(self, known: Ids | None) -> datetime | None:
        noted = self._notes.read()
        ids = self._ask() if known is None else known
        stands = noted is None or noted.strange or strangers(noted, ids)
        self._ids = None if stands else ids
        return None if stands or noted is None else noted.since_at
