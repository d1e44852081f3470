"""Closing: a campaign ends when nobody is left in it, and never before."""

from datetime import timedelta

from penguinmails.campaigns.campaign import CampaignStatus
from penguinmails.campaigns.launch import next_check
from penguinmails.enrollments.close import close
from penguinmails.queues.port import Queue
from tests.simulation.steps import email, wait
from tests.simulation.taps import before, die
from tests.world import TENANT, World, plenty

STEPS = [email("a"), wait("1 day"), email("b")]


def test_a_campaign_completes_when_the_last_one_is_through() -> None:
    """I-26: and says when."""
    world = World()
    world.people(3)
    campaign = world.launched(STEPS)
    world.pass_time(days=2)
    stands = world.get(campaign)
    assert stands.status is CampaignStatus.COMPLETED
    assert stands.completed_at is not None


def test_a_campaign_with_somebody_left_is_not_closed() -> None:
    """I-26: whatever asks for it, and however often."""
    world = World()
    world.people(3)
    campaign = world.launched(STEPS)
    for _ in range(3):
        world.handle(Queue.CLOSE, {"tenant": TENANT, "campaign": campaign.id})
        world.settle()
    assert world.get(campaign).status is CampaignStatus.ACTIVE


def test_a_person_who_is_paused_or_held_keeps_the_campaign_open() -> None:
    """I-26: neither is an end."""
    world = World()
    people = world.people(2)
    campaign = world.launched(STEPS)
    world.pause_one(campaign, people[0])
    world.enrollments.hold(world.ref(campaign, people[1]), "failed")
    world.pass_time(days=3)
    assert world.get(campaign).status is CampaignStatus.ACTIVE


def test_a_claim_that_is_open_keeps_the_campaign_open() -> None:
    """I-26: also where the walk has ended."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    before(world.main, "esp", die)
    world.launch(campaign)
    world.unsubscribe(person)
    world.pass_time(minutes=20)
    assert world.get(campaign).status is CampaignStatus.ACTIVE
    world.pass_time(days=2)
    assert world.get(campaign).status is CampaignStatus.COMPLETED


def closing(world: World) -> tuple[str, dict[str, str]]:
    """Bring a campaign to closing, and no further."""
    world.people(1)
    campaign = world.launched([email("a")])
    body = {"tenant": TENANT, "campaign": campaign.id}
    world.pass_time(seconds=10)
    assert world.get(campaign).status is CampaignStatus.CLOSING
    return campaign.id, body


def test_closing_lasts_until_w_has_passed_whoever_asks_meanwhile() -> None:
    """I-26: a second hint is no second look; somebody may still be working on the older state."""
    world = World()
    campaign, body = closing(world)
    for _ in range(3):
        assert close(body, plenty, world.closer()) == "settles"
    assert world.campaigns.get(TENANT, campaign).status is CampaignStatus.CLOSING
    world.pass_time(minutes=2)
    assert world.campaigns.get(TENANT, campaign).status is CampaignStatus.COMPLETED


def test_whoever_turns_up_in_the_closing_reopens_the_campaign() -> None:
    """I-26, I-23: a soft bounce that comes between the two looks."""
    world = World()
    campaign, _ = closing(world)
    world.report(world.esp.accepted[0], "bounced", **{"class": "soft"})
    world.pass_time(minutes=5)
    assert world.campaigns.get(TENANT, campaign).status is CampaignStatus.ACTIVE
    world.pass_time(days=2)
    assert world.campaigns.get(TENANT, campaign).status is CampaignStatus.COMPLETED
    assert len(world.sent()) == 2


def test_a_campaign_whose_hints_were_all_lost_is_closed_within_a_day() -> None:
    """I-26, I-3: it is checked daily, also after a pause and after it was reopened."""
    world = World()
    world.people(2)
    campaign = world.launched(STEPS)
    world.pause(campaign)
    world.pass_time(days=3)
    world.resume(campaign)
    world.stream.clear()
    world.lines.waiting.clear()
    assert all(row.ended for row in world.rows(campaign))
    world.pass_time(days=1, hours=1)
    assert world.get(campaign).status is CampaignStatus.COMPLETED


def test_a_reopened_campaign_is_checked_daily_again() -> None:
    """I-26: the check that ended with its completion goes on."""
    world = World()
    world.people(1)
    campaign = world.launched([email("a")])
    world.pass_time(days=3)
    assert world.get(campaign).status is CampaignStatus.COMPLETED
    world.report(world.esp.accepted[0], "bounced", **{"class": "soft"})
    world.settle()
    world.lifecycle.reopen(world.get(campaign))
    checks = [w for w in world.wake_ups() if w.queue == "close" and w.body.get("daily")]
    assert len(checks) == 1


def test_two_closers_at_once_complete_a_campaign_once() -> None:
    """I-26: each change of state is conditional on the state that was read."""
    world = World()
    campaign, body = closing(world)
    world.clock.move(seconds=50)

    def another() -> None:
        world.clock.move(seconds=1)
        close(body, plenty, world.closer())

    before(world.main, "core.put", another)
    assert close(body, plenty, world.closer()) == "moved"
    assert world.campaigns.get(TENANT, campaign).status is CampaignStatus.COMPLETED


def test_a_look_that_runs_out_of_time_goes_on_in_another_message() -> None:
    """I-26: where it stopped, and anew if the campaign changed meanwhile."""
    world = World()
    campaign, body = closing(world)
    world.lines.waiting.clear()
    world.clock.move(seconds=50)
    left = iter([10.0, 1.0])
    assert close(body, lambda: next(left), world.closer()) == "goes_on_looking"
    (rest,) = world.lines.waiting
    assert rest.body["shard"] == 1
    assert close({**rest.body, "version": 99}, plenty, world.closer()) == "completed"
    assert world.campaigns.get(TENANT, campaign).status is CampaignStatus.COMPLETED


def test_a_daily_check_that_comes_early_asks_for_the_next_day() -> None:
    """I-21, I-26: a clock that is off by seconds does not end the checks."""
    world = World()
    campaign = world.launched([wait("9 days"), email("a")])
    at = campaign.created_at + timedelta(days=3)
    for off_s in (-5, 0, 5):
        check = next_check(campaign, at + timedelta(seconds=off_s))
        assert check.at == at + timedelta(days=1)
