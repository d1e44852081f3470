"""Schedules as EventBridge: ticks that are early, late, doubled or lost."""

from collections.abc import Callable, Iterable
from typing import Final, cast

from penguinmails.clock import from_millis
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Item
from penguinmails.timer.dispatch import LOOK_AHEAD_S
from tests.simulator.effects import Effects
from tests.simulator.faults import Fault
from tests.simulator.schedule import MICROS
from tests.simulator.workers import Workers

MINUTE: Final = 60 * MICROS
PATROL_EVERY: Final = 180 * MINUTE
"""One tick of the patrol of so many minutes is simulated; the others count as lost."""


class Ticks:
    """Ticks each minute for which a wake-up waits; those that would find nothing are left out."""

    def __init__(
        self, effects: Effects, workers: Workers, wake_ups: Callable[[], MemoryTable]
    ) -> None:
        self._effects = effects
        self._workers = workers
        self._wake_ups = wake_ups
        self._minutes: set[int] = set()

    def woken(self, _old: Item | None, new: Item | None) -> None:
        """Tick for a wake-up that is written."""
        schedule = self._effects.schedule
        if new is not None and "at" in new:
            at = schedule.micros(from_millis(cast("int", new["at"])))
            first = (max(schedule.now, at - LOOK_AHEAD_S * MICROS) // MINUTE + 1) * MINUTE
            self._tick_at(first)
            self._tick_at(first + MINUTE)

    def go_on(self) -> None:
        """Tick soon if something is due that no tick has found."""
        until = self._effects.schedule.now + LOOK_AHEAD_S * MICROS
        if any(at <= until for at in self._asleep()):
            self._tick_at((self._effects.schedule.now // MINUTE + 1) * MINUTE)

    def patrol_until(self, end: int) -> None:
        """Have the patrol go its rounds from now on."""
        for at in range(self._effects.schedule.now, end, PATROL_EVERY):
            self._effects.schedule.start("patrol", lambda: self._call("patrol"), at=at)

    def _call(self, function: str) -> None:
        self._workers.call(function, {}, lambda _answer: None)

    def _tick_at(self, minute: int) -> None:
        if minute in self._minutes:
            return
        self._minutes.add(minute)
        off = self._effects.random.uniform(0, 20)
        if self._effects.faults.happens(Fault.TICK_OFF, 0.05):
            off = self._effects.random.uniform(-20, 90)
        at = minute + round(off * MICROS)
        self._effects.schedule.start("tick", lambda: self._tick(minute), at=at)

    def _tick(self, minute: int) -> None:
        self._minutes.discard(minute)
        effects, still_until = self._effects, self._workers.still_until
        if effects.schedule.now < still_until:
            self._tick_at((still_until // MINUTE + 1) * MINUTE)
            return
        times = 2 if effects.faults.happens(Fault.TICK_DOUBLED, 0.03) else 1
        if effects.faults.happens(Fault.TICK_LOST, 0.05):
            times = 0
        for _ in range(times):
            self._call("dispatcher")
        effects.schedule.start("look", self.go_on, after_s=30)

    def _asleep(self) -> Iterable[int]:
        """Tell when the wake-ups are due that were not dispatched."""
        for rows in list(self._wake_ups().rows.values()):
            sent = cast("frozenset[str]", rows.get("!sent", {}).get("ids", frozenset()))
            for sk, row in rows.items():
                if sk != "!sent" and sk not in sent:
                    yield self._effects.schedule.micros(from_millis(cast("int", row["at"])))
