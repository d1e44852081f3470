"""The releaser puts back onto its queue what a campaign's holds keep."""

from penguinmails.campaigns.campaign import Campaign
from penguinmails.queues.port import Body, Queue
from tests.functions.outage import without
from tests.functions.running import Functions
from tests.simulation.steps import email, wait
from tests.simulation.taps import flow
from tests.world import TENANT, World


def held(world: World) -> tuple[Campaign, Body]:
    """Pause a campaign until people are due, and resume it; give the message that releases them."""
    world.people(3)
    campaign = world.launched([email("a"), wait("1 hour"), email("b")])
    world.pause(campaign)
    world.pass_time(hours=2)
    world.lifecycle.resume(campaign)
    world.lines.waiting.clear()
    return campaign, {"tenant": TENANT, "campaign": campaign.id, "reason": "pause"}


def test_i_6_what_a_pause_held_back_goes_on(world: World, functions: Functions) -> None:
    campaign, body = held(world)
    assert functions.read(Queue.RELEASE, body) == []
    ((event, released),) = functions.logged()
    assert (event, released["campaign"], released["reason"]) == ("released", campaign.id, "pause")
    assert released["holds"] >= 1
    world.settle()
    assert [step for _, step in world.sent()].count("b") == 3


def test_i_6_releasing_twice_repeats_nobody(world: World, functions: Functions) -> None:
    _, body = held(world)
    assert functions.read(Queue.RELEASE, body, body) == []
    world.settle()
    assert [step for _, step in world.sent()].count("b") == 3


def test_a_queue_that_is_away_leaves_the_holds_where_they_are(
    world: World, functions: Functions
) -> None:
    _, body = held(world)
    world.main.tap = without("queue.advance")
    assert functions.read(Queue.RELEASE, body) == ["m0"]
    world.main.tap = flow
    assert functions.read(Queue.RELEASE, body) == []
    assert functions.happened() == ["message_failed", "released"]
    world.settle()
    assert [step for _, step in world.sent()].count("b") == 3


def test_i_5_nothing_is_released_while_the_campaign_is_paused_again(
    world: World, functions: Functions
) -> None:
    campaign, body = held(world)
    world.pause(campaign)
    assert functions.read(Queue.RELEASE, body) == []
    assert functions.logged()[0][1]["holds"] == 0
    assert not world.lines.waiting
