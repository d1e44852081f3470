"""The patrol finds whoever a lost hint left behind."""

import pytest

from penguinmails.errors import Unavailable
from penguinmails.queues.port import Queue
from tests.functions.outage import without
from tests.functions.running import Functions, captured
from tests.simulation.steps import email, wait
from tests.simulation.taps import flow
from tests.world import World

STEPS = [email("a"), wait("1 hour"), email("b")]


def forget_everybody(world: World) -> None:
    """Let people be due for a while, with every message and wake-up lost."""
    world.people(3)
    world.launched(STEPS)
    world.lines.waiting.clear()
    world.tables["wakeups"].rows.clear()
    world.clock.move(minutes=80)


def test_i_3_who_was_left_behind_is_found_and_goes_on(world: World, functions: Functions) -> None:
    forget_everybody(world)
    found = functions.run("patrol", captured("tick"))
    assert found == {"seen": 3, "left_behind": 3}
    assert {message.queue for message in world.lines.waiting} == {Queue.ADVANCE}
    ((event, patrolled),) = functions.logged()
    assert (event, patrolled["left_behind"]) == ("patrolled", 3)
    assert functions.measured()[0]["LeftBehind"] == [3.0]
    world.settle()
    assert [step for _, step in world.sent()].count("b") == 3


def test_who_is_on_time_is_left_alone(world: World, functions: Functions) -> None:
    world.people(3)
    world.launched(STEPS)
    assert functions.run("patrol", captured("tick")) == {"seen": 3, "left_behind": 0}


def test_a_queue_that_is_away_fails_the_round_and_the_next_one_finds_them(
    world: World, functions: Functions
) -> None:
    forget_everybody(world)
    world.main.tap = without("queue")
    with pytest.raises(Unavailable):
        functions.run("patrol", captured("tick"))
    world.main.tap = flow
    assert functions.run("patrol", captured("tick"))["left_behind"] == 3


def test_without_time_it_goes_no_further(world: World, functions: Functions) -> None:
    forget_everybody(world)
    assert functions.run("patrol", captured("tick"), left_s=4) == {}
    assert functions.happened() == ["patrolled"]
