"""Virtual time: the machine's clock and an offset that all functions of the stack share."""

from datetime import datetime, timedelta

from penguinmails.clock import OffsetClock, SystemClock
from penguinmails.local.stack import Stack

_JUST_AFTER = timedelta(milliseconds=50)


class VirtualTime:
    """A clock that goes on by itself, and jumps ahead when told."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._clock = OffsetClock(str(stack.clock_file))
        self._real = SystemClock()

    def now(self) -> datetime:
        """Give the virtual instant."""
        return self._clock.now()

    def move_to(self, instant_at: datetime) -> None:
        """Jump to just after an instant; nothing happens if it has passed."""
        wanted_at = instant_at + _JUST_AFTER
        if wanted_at > self.now():
            self._stack.set_clock((wanted_at - self._real.now()).total_seconds())
