"""Launches: now or at a time, twice or at once or interrupted, everybody is enrolled once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from penguinmails.campaigns.campaign import Campaign, CampaignStatus, PauseReason
from penguinmails.campaigns.launch import begin, launch
from penguinmails.enrollments.enroll import enroll_lane
from penguinmails.errors import Conflict, NotFound
from penguinmails.queues.port import Queue
from tests.simulation.steps import email, wait
from tests.simulation.taps import Crash, Main, after, before, die, twice
from tests.world import START_AT, TENANT, World, plenty

Meddle = Callable[[Main, str, Callable[[], object]], None]
STEPS = [email("a"), wait("1 day"), email("b")]


def start(world: World, campaign: Campaign) -> None:
    launch(TENANT, campaign.id, world.launching())


def everybody(world: World, campaign: Campaign, count: int) -> bool:
    """Tell whether all were enrolled, and mailed once."""
    rows = world.rows(campaign)
    mailed = sorted(who for who, _ in world.sent())
    return len(rows) == count and mailed == sorted(f"person{n}" for n in range(count))


def test_everybody_in_the_segment_is_enrolled_and_nobody_else() -> None:
    """I-19: and the lanes know how many were meant."""
    world = World(shards=3)
    people = world.people(7)
    outsider = people[0]
    for rows in world.tables["contacts"].rows.values():
        if outsider.id in rows:
            rows[outsider.id]["segments"] = frozenset({"other"})
    campaign = world.launched(STEPS)
    assert {row.ref.contact for row in world.rows(campaign)} == {p.id for p in people[1:]}
    assert sum(lane.targeted for lane in world.lanes.lanes(TENANT, campaign.id)) == 6


def test_an_empty_segment_completes_the_campaign() -> None:
    """I-26: there is nobody to wait for."""
    world = World()
    campaign = world.launched(STEPS)
    world.pass_time(hours=1)
    assert world.get(campaign).status is CampaignStatus.COMPLETED


def test_a_second_launch_enrolls_nobody_twice() -> None:
    """I-19."""
    world = World()
    world.people(5)
    campaign = world.launched(STEPS)
    with pytest.raises(Conflict):
        start(world, campaign)
    world.pass_time(hours=1)
    assert everybody(world, campaign, 5)


def test_two_launches_at_once_are_one() -> None:
    """I-19: the second one's write finds another version."""
    world = World()
    world.people(5)
    campaign = world.campaign(STEPS)

    def another() -> None:
        world.clock.move(seconds=1)
        start(world, campaign)

    before(world.main, "core.put", another)
    with pytest.raises(Conflict):
        start(world, campaign)
    world.pass_time(hours=1)
    assert everybody(world, campaign, 5)


def test_a_launch_whose_answer_is_lost_and_that_is_asked_again_is_no_conflict() -> None:
    """What stands to the letter as it was to be written was written by nobody else."""
    world = World()
    world.people(5)
    campaign = world.campaign(STEPS)
    twice(world.main, "core.put")
    start(world, campaign)
    assert world.get(campaign).status is CampaignStatus.ACTIVE


def test_a_launch_that_dies_after_its_write_is_begun_by_its_wake_up() -> None:
    """I-19, I-3: a minute later."""
    world = World()
    world.people(5)
    campaign = world.campaign(STEPS)
    before(world.main, "queue.launch", die)
    with pytest.raises(Crash):
        start(world, campaign)
    world.pass_time(minutes=2)
    assert everybody(world, campaign, 5)


def test_a_wake_up_that_comes_before_the_launch_is_written_does_not_use_it_up() -> None:
    """I-3: the backstop comes after whoever put it has written or died."""
    world = World()
    world.people(5)
    campaign = world.campaign(STEPS)

    def tick_and_die_later() -> None:
        world.dispatch()
        world.settle()
        before(world.main, "queue.launch", die)

    before(world.main, "core.put", tick_and_die_later)
    with pytest.raises(Crash):
        start(world, campaign)
    world.pass_time(minutes=2)
    assert everybody(world, campaign, 5)


@pytest.mark.parametrize(
    "effect", ["contacts.put", "enrollments.insert", "queue.advance", "core.update", "queue.close"]
)
@pytest.mark.parametrize("meddle", [before, after])
def test_a_crash_in_mid_launch_resumes(effect: str, meddle: Meddle) -> None:
    """I-19: whoever is there already is left as they are."""
    world = World()
    world.people(9)
    campaign = world.campaign(STEPS)
    start(world, campaign)
    meddle(world.main, effect, die)
    world.pass_time(hours=1)
    assert everybody(world, campaign, 9)
    assert sum(lane.targeted for lane in world.lanes.lanes(TENANT, campaign.id)) == 9


def test_a_lane_whose_step_was_written_unheard_goes_on() -> None:
    """I-19, I-3: the answer was lost; the lane stands where it was moved to."""
    world = World(shards=1)
    world.people(450)
    campaign = world.campaign([wait("1 day"), email("a")])
    start(world, campaign)
    twice(world.main, "core.update")
    world.settle()
    assert len(world.rows(campaign)) == 450


def test_two_workers_on_one_lane_enroll_everybody_once() -> None:
    """I-19: whoever moves the lane second stops."""
    world = World(shards=1)
    world.people(450)
    campaign = world.campaign([wait("1 day"), email("a")])
    start(world, campaign)
    world.lines.waiting.clear()

    def other() -> None:
        enroll_lane(TENANT, campaign.id, 0, plenty, world.enrolling())

    before(world.main, "enrollments.insert", other)
    other()
    assert len(world.rows(campaign)) == 450
    assert world.lanes.lane(TENANT, campaign.id, 0).targeted == 450


def test_a_lane_out_of_time_goes_on_in_another_message() -> None:
    """I-19: where it stopped."""
    world = World(shards=1)
    world.people(450)
    campaign = world.campaign([wait("1 day"), email("a")])
    start(world, campaign)
    world.lines.waiting.clear()
    left = iter([100.0, 1.0])
    done = enroll_lane(TENANT, campaign.id, 0, lambda: next(left), world.enrolling())
    assert (done.added, done.done) == (200, False)
    world.settle()
    assert len(world.rows(campaign)) == 450


def test_a_launch_that_is_paused_before_it_begins_enrolls_all_the_same() -> None:
    """I-6, I-19: and the resume mails them; nobody is left out for good."""
    world = World()
    world.people(5)
    campaign = world.campaign(STEPS)
    start(world, campaign)
    world.pause(campaign)
    world.settle()
    world.pass_time(hours=1)
    assert world.sent() == []
    world.resume(campaign)
    assert everybody(world, campaign, 5)


def test_a_campaign_for_later_starts_at_its_time() -> None:
    """I-7: to the second."""
    world = World()
    world.people(3)
    start_at = START_AT + timedelta(days=3, minutes=30)
    campaign = world.launched(STEPS, start_at=start_at)
    assert campaign.status is CampaignStatus.SCHEDULED
    world.pass_time(days=3, minutes=29)
    assert world.get(campaign).status is CampaignStatus.SCHEDULED
    world.pass_time(minutes=2)
    assert everybody(world, campaign, 3)
    assert {message.date for message in world.esp.accepted} == {start_at}


def test_a_start_that_comes_early_by_a_skewed_clock_comes_back() -> None:
    """I-21: the one message that starts a campaign is not used up."""
    world = World()
    world.people(3)
    campaign = world.launched(STEPS, start_at=START_AT + timedelta(seconds=4))
    world.tables["wakeups"].rows.clear()
    world.handle(Queue.LAUNCH, {"tenant": TENANT, "campaign": campaign.id})
    assert world.sent() == []
    world.pass_time(seconds=5)
    assert everybody(world, campaign, 3)


def test_a_start_in_the_past_is_now() -> None:
    """A person who launches it means it."""
    world = World()
    world.people(2)
    campaign = world.launched(STEPS, start_at=START_AT - timedelta(days=1))
    assert campaign.status is CampaignStatus.ACTIVE
    assert everybody(world, campaign, 2)


def test_a_start_that_is_missed_by_more_than_the_guard_waits_for_a_word() -> None:
    """I-27: it never bursts; people are enrolled, and the resume mails them."""
    world = World()
    world.people(3)
    campaign = world.launched(STEPS, start_at=START_AT + timedelta(hours=1))
    world.clock.move(hours=6)
    world.pass_time(minutes=5)
    stands = world.get(campaign)
    assert (stands.status, stands.pause_reason) == (CampaignStatus.PAUSED, PauseReason.LATE)
    assert len(world.rows(campaign)) == 3
    assert world.sent() == []
    world.resume(campaign)
    assert everybody(world, campaign, 3)


def test_a_scheduled_campaign_that_was_cancelled_does_not_start() -> None:
    """M-CAMP: its wake-up finds nothing to do."""
    world = World()
    world.people(2)
    campaign = world.launched(STEPS, start_at=START_AT + timedelta(hours=1))
    world.lifecycle.cancel(campaign)
    world.pass_time(hours=3)
    assert world.sent() == []
    assert world.rows(campaign) == []


def test_a_start_before_the_next_tick_is_on_time() -> None:
    """M-SCHED: the queue brings it, as the timer may be read only after it."""
    world = World()
    world.people(2)
    campaign = world.launched(STEPS, start_at=START_AT + timedelta(seconds=20))
    world.clock.move(seconds=20)
    world.settle()
    assert everybody(world, campaign, 2)


def test_beginning_again_and_again_is_harmless() -> None:
    """I-19."""
    world = World()
    world.people(4)
    campaign = world.launched(STEPS)
    for _ in range(3):
        begin(TENANT, campaign.id, world.launching())
        world.settle()
    assert everybody(world, campaign, 4)


def test_a_campaign_that_does_not_exist_cannot_be_launched() -> None:
    """I-16: the same answer as for another tenant's."""
    world = World()
    campaign = world.campaign(STEPS)
    with pytest.raises(NotFound):
        launch("01890000-0000-7000-8000-00000000000f", campaign.id, world.launching())
