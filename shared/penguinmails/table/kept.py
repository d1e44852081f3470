"""What was read and never changes is kept in memory, but not for longer than a restore takes."""

from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from penguinmails.clock import Clock

RESTORE_TAKES = timedelta(minutes=2)
"""To delete a table and restore it takes longer, however small it is. Whoever has asked since
knows that it is the same table."""
_NEVER = datetime.min.replace(tzinfo=UTC)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Remembers what was read, all of it for two minutes: a restored table may hold other things.

    `clock` is the one on the wall, which goes on while a container is frozen.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._emptied_at = _NEVER
        self._values: dict[K, V] = {}

    def get(self, key: K, read: Callable[[], V]) -> V:
        """Give what is kept under a key, or read it."""
        now_at = self._clock.now()
        if abs(now_at - self._emptied_at) >= RESTORE_TAKES:
            self._values.clear()
            self._emptied_at = now_at
        if key not in self._values:
            self._values[key] = read()
        return self._values[key]
