"""The dispatcher hands what is due to its queue on every tick of its schedule."""

from datetime import timedelta

import pytest

from penguinmails.errors import Unavailable
from penguinmails.queues.port import Queue
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
