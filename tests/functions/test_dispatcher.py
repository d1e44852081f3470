"""The dispatcher hands what is due to its queue on every tick of its schedule."""

from datetime import timedelta

import pytest

from penguinmails.errors import Unavailable
from penguinmails.queues.port import Queue
from penguinmails.table.memory import MemoryTable
from penguinmails.timer.wakeup import WakeUp
from tests.functions.outage import without
from tests.functions.running import Functions, captured
from tests.simulation.taps import flow
from tests.world import TENANT, World

BODY = {"tenant": TENANT, "campaign": "c", "reason": "pause"}


def plan(world: World, *after_s: int) -> None:
    """Put wake-ups for so many seconds from now."""
    now_at = world.clock.now()
    world.timer.put([WakeUp(now_at + timedelta(seconds=s), Queue.RELEASE, BODY) for s in after_s])


def waiting(world: World) -> list[int]:
    """Give the delays of what is in the queues."""
    now_at = world.clock.now()
    return sorted(int((m.visible_at - now_at).total_seconds()) for m in world.lines.waiting)


def test_a_tick_sends_what_is_due_soon_with_the_delay_that_is_left(
    world: World, functions: Functions
) -> None:
    plan(world, 0, 30, 119, 200)
    assert functions.run("dispatcher", captured("tick")) == {"release": 3}
    assert waiting(world) == [0, 30, 119]
    ((event, dispatched),) = functions.logged()
    assert (event, dispatched["sent"]) == ("dispatched", {"release": 3})
    assert functions.measured()[0]["Dispatched"] == [3.0]


def test_doubled_late_and_lost_ticks_change_nothing(world: World, functions: Functions) -> None:
    plan(world, 10, 100, 400)
    for _ in range(3):
        functions.run("dispatcher", captured("tick"))
    world.clock.move(minutes=30)
    functions.run("dispatcher", captured("tick"))
    functions.run("dispatcher", captured("tick"))
    assert len(world.lines.waiting) == 3


def test_a_queue_that_is_away_fails_the_tick_and_the_next_one_sends(
    world: World, functions: Functions
) -> None:
    plan(world, 10)
    world.main.tap = without("queue")
    with pytest.raises(Unavailable):
        functions.run("dispatcher", captured("tick"))
    assert functions.happened() == []
    world.main.tap = flow
    assert functions.run("dispatcher", captured("tick")) == {"release": 1}


def test_a_tick_with_nothing_to_do_says_so(functions: Functions) -> None:
    assert functions.run("dispatcher", captured("tick")) == {}
    assert functions.happened() == ["dispatched"]


def test_i_28_a_restored_table_is_noticed_on_every_tick(world: World, functions: Functions) -> None:
    functions.run("dispatcher", captured("tick"))
    world.restore(world.backup(), "enrollments", "holds")
    for _ in range(2):
        functions.run("dispatcher", captured("tick"))
    assert [measured["Fenced"] for measured in functions.measured()] == [[0.0], [2.0], [2.0]]
    fenced = [line["tables"] for event, line in functions.logged() if event == "fenced"]
    assert fenced == [["enrollments", "holds"]] * 2


def test_tables_that_cannot_be_looked_at_hold_no_wake_up_back(
    world: World, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(world, 10)
    monkeypatch.setattr(MemoryTable, "identity", _away)
    with pytest.raises(Unavailable):
        functions.run("dispatcher", captured("tick"))
    assert waiting(world) == [10]


def _away(_: MemoryTable) -> str:
    raise Unavailable("it did not answer")
