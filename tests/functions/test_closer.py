"""The closer takes a campaign to its end once nobody is left in it, and no sooner."""

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.launch import launch
from penguinmails.queues.port import Body, Queue
from tests.functions.outage import without
from tests.functions.running import Functions
from tests.simulation.steps import email, wait
from tests.simulation.taps import flow
from tests.world import TENANT, World


def walked(world: World) -> tuple[Campaign, Body]:
    """Walk everybody to the end of a campaign, handling no hint that it is over."""
    world.people(3)
    campaign = world.campaign([email("a")])
    launch(TENANT, campaign.id, world.launching())
    while message := world.lines.receive():
        if message.queue is not Queue.CLOSE:
            world.handle(message.queue, message.body)
    return campaign, {"tenant": TENANT, "campaign": campaign.id}


def test_a_campaign_without_anybody_left_closes_and_then_completes(
    world: World, functions: Functions
) -> None:
    campaign, body = walked(world)
    assert functions.read(Queue.CLOSE, body) == []
    assert world.get(campaign).status is CampaignStatus.CLOSING
    world.clock.move(seconds=41)
    assert functions.read(Queue.CLOSE, body) == []
    assert world.get(campaign).status is CampaignStatus.COMPLETED
    found = [(event, line["found"]) for event, line in functions.logged()]
    assert found == [("closing_looked", "closing"), ("closing_looked", "completed")]


def test_a_doubled_hint_changes_nothing(world: World, functions: Functions) -> None:
    campaign, body = walked(world)
    functions.read(Queue.CLOSE, body, body, body)
    assert world.get(campaign).status is CampaignStatus.CLOSING
    world.clock.move(seconds=41)
    functions.read(Queue.CLOSE, body, body)
    assert [line["found"] for _, line in functions.logged()][-1] == "left_completed"


def test_i_26_a_campaign_with_somebody_in_it_stays_open(world: World, functions: Functions) -> None:
    world.people(3)
    campaign = world.launched([email("a"), wait("1 day"), email("b")])
    assert functions.read(Queue.CLOSE, {"tenant": TENANT, "campaign": campaign.id}) == []
    assert functions.logged()[0][1]["found"] == "occupied"
    assert world.get(campaign).status is CampaignStatus.ACTIVE


def test_a_table_that_is_away_has_the_hint_come_again(world: World, functions: Functions) -> None:
    campaign, body = walked(world)
    world.main.tap = without("core.")
    assert functions.read(Queue.CLOSE, body) == ["m0"]
    world.main.tap = flow
    assert functions.read(Queue.CLOSE, body) == []
    assert functions.happened() == ["message_failed", "closing_looked"]
    assert world.get(campaign).status is CampaignStatus.CLOSING


def test_a_campaign_that_is_gone_is_nothing_to_close(functions: Functions) -> None:
    missing = "01890000-0000-7000-8000-00000000dead"
    assert functions.read(Queue.CLOSE, {"tenant": TENANT, "campaign": missing}) == []
    assert functions.logged()[0][1]["found"] == "gone"
