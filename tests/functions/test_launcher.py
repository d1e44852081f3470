"""The launcher begins launches and enrolls them lane by lane."""

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.launch import launch
from penguinmails.queues.port import Body, Queue
from tests.functions.outage import without
from tests.functions.running import Functions
from tests.simulation.steps import email, wait
from tests.simulation.taps import flow
from tests.world import TENANT, World


def opened(world: World, people: int = 5) -> tuple[Campaign, Body]:
    """Launch a campaign; give it with the message that the launch left."""
    world.people(people)
    campaign = world.campaign([email("a")])
    launch(TENANT, campaign.id, world.launching())
    return campaign, taken(world)[0]


def taken(world: World) -> list[Body]:
    """Empty the queues; give what was for the launcher."""
    bodies = [message.body for message in world.lines.waiting if message.queue is Queue.LAUNCH]
    world.lines.waiting.clear()
    return bodies


def test_a_launch_begins_with_a_message_for_each_lane(world: World, functions: Functions) -> None:
    campaign, body = opened(world)
    assert functions.read(Queue.LAUNCH, body) == []
    assert taken(world) == [{**body, "lane": 0}, {**body, "lane": 1}]
    ((event, begun),) = functions.logged()
    assert (event, begun["campaign"], begun["lanes"]) == ("launch_begun", campaign.id, 2)


def test_each_lane_enrolls_its_people(world: World, functions: Functions) -> None:
    campaign, body = opened(world)
    lanes = [{**body, "lane": lane} for lane in range(2)]
    assert functions.read(Queue.LAUNCH, *lanes) == []
    assert len(world.rows(campaign)) == 5
    assert functions.happened() == ["enrolled", "enrolled"]
    assert sum(line["added"] for _, line in functions.logged()) == 5
    (measured,) = functions.measured()
    assert sum(measured["Enrolled"]) == 5


def test_a_lane_of_a_migration_moves_its_people(world: World, functions: Functions) -> None:
    world.people(5)
    campaign = world.launched([email("a"), wait("1 day"), email("b")])
    world.revise(campaign, [email("a"), wait("2 days"), email("b")])
    named = {"tenant": TENANT, "campaign": campaign.id, "revision": 2}
    assert functions.read(Queue.LAUNCH, *({**named, "lane": lane} for lane in range(2))) == []
    assert {row.revision for row in world.rows(campaign)} == {2}
    assert functions.happened() == ["migrated", "migrated"]
    assert sum(line["moved"] for _, line in functions.logged()) == 5


def test_i_19_a_second_launch_enrolls_nobody_twice(world: World, functions: Functions) -> None:
    campaign, body = opened(world)
    lanes = [{**body, "lane": lane} for lane in range(2)]
    functions.read(Queue.LAUNCH, *lanes, *lanes, body)
    functions.read(Queue.LAUNCH, *lanes)
    assert len(world.rows(campaign)) == 5
    assert sum(line.get("added", 0) for _, line in functions.logged()) == 5


def test_i_19_a_lane_that_failed_half_way_is_finished_the_next_time(
    world: World, functions: Functions
) -> None:
    campaign, body = opened(world)
    lane = {**body, "lane": 0}
    world.main.tap = without("core.")
    assert functions.read(Queue.LAUNCH, lane) == ["m0"]
    world.main.tap = flow
    assert functions.read(Queue.LAUNCH, lane, {**body, "lane": 1}) == []
    assert len(world.rows(campaign)) == 5
    assert functions.happened() == ["message_failed", "enrolled", "enrolled"]


def test_a_lane_without_time_is_another_message(world: World, functions: Functions) -> None:
    campaign, body = opened(world)
    taken(world)
    assert functions.read(Queue.LAUNCH, {**body, "lane": 1}, left_s=4) == []
    assert taken(world) == [{**body, "lane": 1}]
    assert world.rows(campaign) == []
