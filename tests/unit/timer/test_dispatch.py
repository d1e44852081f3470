"""The dispatcher: a doubled, late or lost tick, a late writer, a long gap: nobody is lost."""

from datetime import datetime, timedelta

from penguinmails.queues.port import Queue
from penguinmails.timer.wakeup import WakeUp
from tests.simulation.steps import email, wait
from tests.simulation.taps import after, before, die
from tests.world import START_AT, World


def put(world: World, at: datetime, name: str = "x") -> None:
    world.timer.put([WakeUp(at, Queue.ADVANCE, {"name": name})])


def sent(world: World) -> list[str]:
    return [message.body["name"] for message in world.lines.waiting]


def tick(world: World, **by: float) -> None:
    """Let time pass, and the schedule tick."""
    world.clock.move(**by)
    world.dispatch()


def test_what_is_due_soon_is_sent_ahead_with_its_delay() -> None:
    """I-8: a late tick delays nobody; the delay is rounded up, so that nothing is early."""
    world = World()
    put(world, START_AT + timedelta(seconds=90.5))
    world.dispatch()
    (message,) = world.lines.waiting
    assert message.visible_at == START_AT + timedelta(seconds=91)


def test_what_is_due_later_is_left_for_a_later_tick() -> None:
    """I-7."""
    world = World()
    put(world, START_AT + timedelta(seconds=121))
    world.dispatch()
    assert sent(world) == []
    tick(world, minutes=1)
    assert sent(world) == ["x"]


def test_a_doubled_tick_sends_once() -> None:
    """I-3: the bucket remembers what was sent."""
    world = World()
    put(world, START_AT + timedelta(seconds=30))
    for _ in range(3):
        world.dispatch()
    assert sent(world) == ["x"]


def test_two_ticks_at_once_send_at_most_twice_and_lose_nothing() -> None:
    """I-3: sending twice is harmless, so sending comes before remembering."""
    world = World()
    put(world, START_AT + timedelta(seconds=30))
    before(world.main, "wakeups.update", lambda: world.dispatch() and None)
    world.dispatch()
    tick(world, minutes=1)
    assert sent(world) == ["x", "x"]


def test_lost_ticks_are_made_up_for() -> None:
    """I-3: the cursor stays where it was."""
    world = World()
    world.dispatch()
    for minute in range(1, 40):
        put(world, START_AT + timedelta(minutes=minute), str(minute))
    tick(world, minutes=41)
    assert sorted(map(int, sent(world))) == list(range(1, 40))


def test_a_tick_that_dies_before_its_cursor_reads_everything_again() -> None:
    """I-3: the cursor is moved last."""
    world = World()
    world.dispatch()
    put(world, START_AT + timedelta(minutes=5))
    world.clock.move(minutes=5)
    before(world.main, "queue.advance", die)
    world.dispatch()
    assert sent(world) == []
    tick(world, minutes=1)
    assert sent(world) == ["x"]


def test_a_tick_that_dies_after_sending_may_send_again() -> None:
    """I-3: twice is harmless, never is not."""
    world = World()
    put(world, START_AT)
    after(world.main, "queue.advance", die)
    world.dispatch()
    tick(world, minutes=1)
    assert sent(world) == ["x", "x"]


def test_a_late_writer_is_read_for_three_minutes() -> None:
    """I-3, I-21: a bucket is read again after its time, for what it did not list."""
    world = World()
    put(world, START_AT + timedelta(minutes=1), "early")
    tick(world, minutes=1)
    tick(world, minutes=2, seconds=30)
    put(world, START_AT + timedelta(minutes=1), "late")
    tick(world, seconds=25)
    assert sent(world) == ["early", "late"]


def test_after_a_long_gap_one_walk_over_the_table_finds_everything() -> None:
    """I-3: a dispatcher that was away for a day and a half."""
    world = World()
    world.dispatch()
    for hour in range(1, 30):
        put(world, START_AT + timedelta(hours=hour), str(hour))
    tick(world, hours=36)
    assert sorted(map(int, sent(world))) == list(range(1, 30))
    tick(world, minutes=1)
    assert len(sent(world)) == 29


def test_the_very_first_tick_finds_what_was_put_before_it() -> None:
    """I-3: without a cursor everything is read once."""
    world = World()
    put(world, START_AT + timedelta(minutes=1))
    tick(world, hours=3)
    assert sent(world) == ["x"]


def test_wake_ups_of_one_instant_are_sent_with_their_own_bodies() -> None:
    """I-4: none stands for another."""
    world = World()
    for number in range(30):
        put(world, START_AT + timedelta(seconds=10), str(number))
    world.dispatch()
    assert sorted(map(int, sent(world))) == list(range(30))


def test_a_wake_up_is_written_before_the_row_it_is_for() -> None:
    """I-3: one without a due enrollment is harmless; the reverse would be a lost person."""
    world = World()
    world.people(1)
    campaign = world.campaign([email("a"), wait("1 day"), email("b")])
    order: list[str] = []

    def note(name: str) -> None:
        order.append(name)

    def waiting() -> None:
        asleep = [w for w in world.wake_ups() if w.queue == "advance"]
        note(f"{len(asleep)} asleep")

    before(world.main, "enrollments.update", waiting)
    world.launch(campaign)
    assert order == ["1 asleep"]


def test_due_within_the_horizon_needs_no_wake_up() -> None:
    """I-8: a queue's delay is as good, and costs no write."""
    world = World()
    world.people(1)
    world.launched([email("a"), wait("9 minutes"), email("b")])
    assert [w for w in world.wake_ups() if w.queue == "advance"] == []
    world.clock.move(minutes=8, seconds=59)
    world.settle()
    assert len(world.sent()) == 1
    world.clock.move(seconds=2)
    world.settle()
    assert len(world.sent()) == 2
