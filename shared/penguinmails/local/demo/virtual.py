"""Virtual time: the machine's clock and an offset that all functions of the stack share."""

from datetime import datetime, timedelta

from penguinmails.clock import SystemClock
from penguinmails.local.stack import Stack

_JUST_AFTER = timedelta(milliseconds=50)


class VirtualTime:
    """A clock that goes on by itself, and jumps ahead when told."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._clock = SystemClock()
        self._offset = timedelta()

    def now(self) -> datetime:
        """Give the virtual instant."""
        return self._clock.now() + self._offset

    def move_to(self, instant_at: datetime) -> None:
        """Jump to just after an instant; nothing happens if it has passed."""
        ahead = instant_at + _JUST_AFTER - self.now()
        if ahead > timedelta():
            self._offset += ahead
            self._stack.set_clock(self._offset.total_seconds())
