"""Releases: onto the queue first, then out of the holds; twice is harmless."""

from penguinmails.enrollments.release import release
from penguinmails.holds.hold import Hold, HoldReason
from penguinmails.queues.port import Queue
from tests.simulation.steps import email, wait
from tests.simulation.taps import Crash, before
from tests.world import TENANT, World, plenty

STEPS = [email("a"), wait("1 day"), email("b")]


def hold(world: World, campaign: str, number: int) -> Hold:
    body = {"tenant": TENANT, "campaign": campaign, "shards": 2, "refs": [], "number": number}
    return Hold(
        TENANT, campaign, HoldReason.PAUSE, Queue.ADVANCE, body, world.clock.now(), "a reason"
    )


def test_a_hold_is_read_back_as_it_was_parked() -> None:
    """I-3: with its reason, its time and its message."""
    world = World()
    campaign = world.campaign(STEPS).id
    parked = hold(world, campaign, 1)
    world.holds.park([parked])
    (found,) = world.holds.some(TENANT, campaign, HoldReason.PAUSE, 10)
    assert (found.body, found.since_at, found.detail) == (
        parked.body,
        parked.since_at,
        "a reason",
    )


def test_the_oldest_is_released_first_and_all_are_released() -> None:
    """I-6: page after page."""
    world = World()
    campaign = world.launched(STEPS).id
    world.lines.waiting.clear()
    world.holds.park([hold(world, campaign, number) for number in range(60)])
    body = {"tenant": TENANT, "campaign": campaign, "reason": "pause"}
    assert release(body, plenty, world.releaser()) == 60
    assert [message.body["number"] for message in world.lines.waiting] == list(range(60))
    assert world.holds.some(TENANT, campaign, HoldReason.PAUSE, 10) == []


def test_a_release_that_dies_keeps_what_it_had_not_sent() -> None:
    """I-6: a hold is dropped after its message is on its queue."""
    world = World()
    campaign = world.launched(STEPS).id
    world.lines.waiting.clear()
    world.holds.park([hold(world, campaign, number) for number in range(3)])
    body = {"tenant": TENANT, "campaign": campaign, "reason": "pause"}

    def die_now() -> None:
        raise Crash

    before(world.main, "holds.delete", die_now)
    world.handle(Queue.RELEASE, body)
    assert len(world.holds.some(TENANT, campaign, HoldReason.PAUSE, 10)) == 3
    assert release(body, plenty, world.releaser()) == 3


def test_a_release_out_of_time_leaves_the_rest_to_another_message() -> None:
    """I-6."""
    world = World()
    campaign = world.launched(STEPS).id
    world.lines.waiting.clear()
    world.holds.park([hold(world, campaign, number) for number in range(4)])
    left = iter([9.0, 9.0, 1.0])
    body = {"tenant": TENANT, "campaign": campaign, "reason": "pause"}
    assert release(body, lambda: next(left), world.releaser()) == 2
    assert world.lines.waiting[-1].queue is Queue.RELEASE


def test_nothing_is_released_while_the_campaign_is_paused() -> None:
    """I-5: a release that comes late finds the next pause."""
    world = World()
    campaign = world.launched(STEPS)
    world.pause(campaign)
    world.holds.park([hold(world, campaign.id, 1)])
    body = {"tenant": TENANT, "campaign": campaign.id, "reason": "pause"}
    assert release(body, plenty, world.releaser()) == 0


def test_holds_of_another_reason_or_campaign_stay() -> None:
    """I-6."""
    world = World()
    mine, other = world.launched(STEPS).id, world.launched(STEPS).id
    world.holds.park([hold(world, mine, 1), hold(world, other, 2)])
    body = {"tenant": TENANT, "campaign": mine, "reason": "failed"}
    assert release(body, plenty, world.releaser()) == 0
    assert release({**body, "reason": "pause"}, plenty, world.releaser()) == 1
    assert len(world.holds.some(TENANT, other, HoldReason.PAUSE, 10)) == 1
