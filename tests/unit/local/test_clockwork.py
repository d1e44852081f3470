"""The clockwork: it ticks at rest, and hops through all that is due to where the clock is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from penguinmails.clock import ManualClock
from penguinmails.clock_hand import MemoryHand
from penguinmails.ids import CountingIds
from penguinmails.local.clockwork import TICK_S, Clockwork
from penguinmails.local.hops import TICKS, Hops, Scene
from penguinmails.local.stack import FunctionFailed, NeverQuiet
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Queue
from penguinmails.table.memory import MemoryTable
from penguinmails.timer.cursor_store import CursorStore
from penguinmails.timer.dispatch import DispatchPorts, dispatch
from penguinmails.timer.store import TimerStore
from penguinmails.timer.wakeup import WakeUp

START_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@dataclass
class Town:
    """A stack of nothing but a dispatcher, which may fail or be busy for a while."""

    failing: int = 0
    busy: int = 0
    clock: ManualClock = field(default_factory=lambda: ManualClock(START_AT))
    hand: MemoryHand = field(default_factory=MemoryHand)
    asked_at: datetime | None = None
    told: list[str] = field(default_factory=list)
    ticked: list[datetime] = field(default_factory=list)
    slept_s: float = 0.0

    def __post_init__(self) -> None:
        core, wake_ups = MemoryTable(), MemoryTable()
        self.timer = TimerStore(wake_ups, CountingIds())
        self.queues = MemoryQueues(self.clock)
        self._ports = DispatchPorts(self.clock, self.timer, CursorStore(core), self.queues, 0)
        hops = Hops(Scene(self, self.timer, self.clock))
        self._clockwork = Clockwork(hops, self.clock, self.hand, self.told.append, self._sleep)

    def invoke(self, name: str, event: object = None) -> object:
        assert name == "dispatcher"
        self.ticked.append(self.clock.now())
        if self.failing:
            self.failing -= 1
            raise FunctionFailed("dispatcher: out of breath")
        return dict(dispatch(self._ports))

    def wait_until_quiet(self, seconds: float) -> None:
        if self.busy:
            self.busy -= 1
            self.clock.move(seconds=seconds)
            raise NeverQuiet("AdvanceQueue 3 ready")

    def wake(self, *due_at: datetime) -> None:
        self.timer.put([WakeUp(at, Queue.ADVANCE, {"due": at.isoformat()}) for at in due_at])

    def turn(self, times: int = 1) -> None:
        for _ in range(times):
            self._clockwork.turn()

    def go_to(self, target_at: datetime) -> None:
        self.hand.move_to(target_at)
        for _ in range(100):
            if self.clock.now() >= target_at:
                return
            self.turn()
        raise AssertionError(f"it is {self.clock.now()}: {self.told}")

    def came(self) -> Sequence[str]:
        """Give what came out of the queues, in order."""
        bodies = []
        while (message := self.queues.receive()) is not None:
            bodies.append(str(message.body["due"]))
        return bodies

    def _sleep(self, seconds: float) -> None:
        self.slept_s += seconds
        self.clock.move(seconds=seconds)
        if self.asked_at is not None:
            self.hand.move_to(self.asked_at)


def test_at_rest_it_ticks_every_two_seconds() -> None:
    town = Town()
    town.wake(START_AT + 5 * SECOND)
    town.turn(4)
    ticked = [(at - START_AT).total_seconds() for at in town.ticked]
    assert ticked == pytest.approx([0, 2, 4, 6])
    assert len(town.came()) == 1


def test_it_stops_at_each_wake_up_on_the_way_and_then_at_the_target() -> None:
    town = Town()
    stops = [START_AT + timedelta(hours=5), START_AT + DAY, START_AT + 2 * DAY]
    town.wake(*reversed(stops), START_AT + 4 * DAY)
    town.go_to(START_AT + 3 * DAY)
    assert town.ticked == [*stops, START_AT + 3 * DAY]
    assert town.came() == [at.isoformat() for at in stops]
    assert town.clock.now() == START_AT + 3 * DAY


def test_wake_ups_close_to_one_another_are_one_stop() -> None:
    town = Town()
    town.wake(*(START_AT + DAY + number * SECOND for number in range(3)))
    town.go_to(START_AT + 2 * DAY)
    assert town.ticked == [START_AT + DAY + 2 * SECOND, START_AT + 2 * DAY]
    assert len(town.came()) == 3


def test_what_a_stop_sets_up_is_stopped_at_too() -> None:
    town = Town()
    town.wake(START_AT + DAY)
    town.hand.move_to(START_AT + 3 * DAY)
    town.turn()
    town.wake(START_AT + 2 * DAY)
    town.go_to(START_AT + 3 * DAY)
    assert town.ticked == [START_AT + DAY, START_AT + 2 * DAY, START_AT + 3 * DAY]


def test_a_dispatcher_that_fails_ticks_again_before_the_clock_goes_on() -> None:
    town = Town(failing=TICKS + 2)
    stops = [START_AT + DAY, START_AT + 2 * DAY]
    town.wake(*stops)
    town.go_to(START_AT + 3 * DAY)
    assert town.came() == [at.isoformat() for at in stops]
    assert set(town.ticked[: TICKS + 3]) == {START_AT + DAY, START_AT + DAY + TICK_S * SECOND}
    assert town.slept_s == TICK_S
    assert "out of breath" in town.told[0]


def test_while_the_stack_is_busy_time_is_not_moved_but_what_comes_due_is_done() -> None:
    town = Town(busy=3)
    town.wake(START_AT + 3 * SECOND, START_AT + DAY)
    town.hand.move_to(START_AT + 2 * DAY)
    town.turn(3)
    assert town.clock.now() == START_AT + 6 * SECOND
    assert town.came() == [(START_AT + 3 * SECOND).isoformat()]
    assert town.told == ["waits until the stack rests: AdvanceQueue 3 ready"]
    town.go_to(START_AT + 2 * DAY)
    assert town.came() == [(START_AT + DAY).isoformat()]


def test_a_further_wish_on_the_way_is_heard_and_a_nearer_one_changes_nothing() -> None:
    town = Town()
    town.hand.move_to(START_AT + DAY)
    town.turn()
    town.hand.move_to(START_AT + 3 * DAY)
    town.hand.move_to(START_AT + 2 * DAY)
    town.turn()
    assert town.clock.now() == START_AT + 3 * DAY
    town.turn()
    assert town.clock.now() == START_AT + 3 * DAY + TICK_S * SECOND


def test_a_wish_ends_the_rest_between_two_ticks() -> None:
    town = Town(asked_at=START_AT + DAY)
    town.turn()
    assert 0 < town.slept_s < TICK_S / 2
    town.turn()
    assert town.clock.now() == START_AT + DAY
