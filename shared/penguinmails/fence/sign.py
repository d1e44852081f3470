"""The sign that the watch has put up in Core: whether the fence stands, for those who only ask."""

from datetime import datetime, timedelta
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.fence.fence import Noted

KEPT = timedelta(seconds=10)


class Notes(Protocol):
    """What Core knows of the tables."""

    def read(self) -> Noted | None: ...


class Sign:
    """Reads the sign, at most every ten seconds: anybody may ask. The watch is a minute behind.

    A stack that has no workspace yet has nobody to keep back.
    """

    def __init__(self, notes: Notes, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock
        self._read_at: datetime | None = None
        self._stands = False

    def stands(self) -> bool:
        """Tell whether the fence stands, as of the last look."""
        now_at = self._clock.now()
        if self._read_at is None or abs(now_at - self._read_at) >= KEPT:
            noted = self._notes.read()
            self._stands = noted is not None and bool(noted.strange)
            self._read_at = now_at
        return self._stands
