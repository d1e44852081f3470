"""Hops through virtual time: from one wake-up to the next, and only when all is quiet."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from penguinmails.local.stack import FunctionFailed
from penguinmails.timer.bucket import SHARDS
from penguinmails.timer.dispatch import Timer

CLUSTER = timedelta(seconds=2)
TICKS = 5
_FIRST_LOOK = timedelta(hours=1)
_LATE_WRITERS = timedelta(minutes=4)
"""How far behind its time a wake-up may be written; the dispatcher reads on for nearly as long."""


class Stack(Protocol):
    """The stack that lives in that time."""

    def invoke(self, name: str, event: object = None) -> object: ...
    def wait_until_quiet(self, seconds: float) -> None: ...


class Time(Protocol):
    """A clock that jumps ahead when told."""

    def now(self) -> datetime: ...
    def move_to(self, instant_at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Scene:
    """What hopping touches: a stack, its timer, and its time."""

    stack: Stack
    timer: Timer
    time: Time


class Hops:
    """One way through virtual time."""

    def __init__(self, given: Scene) -> None:
        self._stack, self._timer, self._time = given.stack, given.timer, given.time
        self._dispatched_at = given.time.now() - _FIRST_LOOK

    def hop(self, target_at: datetime, quiet_s: float) -> None:
        """Go to the next wake-up, or to the target if that comes first, and do what is due."""
        self._stack.wait_until_quiet(quiet_s)
        woken_at = self.next_wake_up(target_at)
        self._time.move_to(target_at if woken_at is None else min(woken_at, target_at))
        self.dispatch()

    def dispatch(self) -> None:
        """Dispatch what is due; a tick that fails is followed by the next."""
        for _ in range(TICKS - 1):
            with suppress(FunctionFailed):
                self.tick()
                return
        self.tick()

    def tick(self) -> None:
        """Have the dispatcher tick once."""
        self._stack.invoke("dispatcher")
        self._dispatched_at = self._time.now()

    def next_wake_up(self, horizon_at: datetime) -> datetime | None:
        """Find the next wake-up, and those so close behind it that one stop serves them all."""
        for minute_at in self._timer.minutes(horizon_at):
            if minute_at < self._dispatched_at - _LATE_WRITERS:
                continue
            buckets = [self._timer.bucket(minute_at, shard) for shard in range(SHARDS)]
            times = [w.at for b in buckets for w in b.wake_ups if w.id not in b.sent]
            if times:
                first_at = min(times)
                return max(at for at in times if at <= first_at + CLUSTER)
        return None
