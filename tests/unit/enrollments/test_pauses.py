"""Pauses: nothing is claimed meanwhile, nobody is lost or repeated, nobody bursts."""

from datetime import timedelta

from penguinmails.campaigns.campaign import CampaignStatus, PauseReason
from penguinmails.enrollments.enrollment import Status
from penguinmails.holds.hold import HoldReason
from penguinmails.sends.outcome import Uncertain
from tests.simulation.steps import email, wait
from tests.simulation.taps import before
from tests.world import TENANT, World

STEPS = [email("a"), wait("1 day"), email("b")]


def parked(world: World, campaign: str) -> int:
    return len(world.holds.some(TENANT, campaign, HoldReason.PAUSE, 100))


def test_what_comes_due_in_a_pause_is_parked_and_released_by_the_resume() -> None:
    """I-5, I-6: and everybody gets each step once."""
    world = World()
    world.people(4)
    campaign = world.launched(STEPS)
    world.pause(campaign)
    world.pass_time(days=2)
    assert len(world.sent()) == 4
    assert parked(world, campaign.id) > 0
    world.resume(campaign)
    assert sorted(world.sent()[4:]) == [(f"person{n}", "b") for n in range(4)]
    assert parked(world, campaign.id) == 0


def test_a_pause_is_one_write_and_touches_no_enrollment() -> None:
    """I-6, trap 5: whatever the size of the campaign."""
    world = World()
    world.people(20)
    campaign = world.launched(STEPS)
    seen: list[str] = []
    before(world.main, "core.put", lambda: seen.append("core.put"))
    rows = world.rows(campaign)
    world.pause(campaign)
    assert seen == ["core.put"]
    assert world.rows(campaign) == rows


def test_resume_does_not_wake_who_was_paused_for_another_reason() -> None:
    """I-6, trap 5: one person's pause is not the campaign's."""
    world = World()
    people = world.people(2)
    campaign = world.launched(STEPS)
    world.pause_one(campaign, people[0])
    world.pause(campaign)
    world.pass_time(days=2)
    world.resume(campaign)
    world.pass_time(days=1)
    assert world.row(campaign, people[0]).status is Status.PAUSED
    assert [step for who, step in world.sent() if who == "person0"] == ["a"]


def test_who_is_not_due_yet_keeps_their_time_over_a_pause() -> None:
    """I-7: a pause shortens no wait, and a resume rewrites no time."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    due_at = world.row(campaign, person).due_at
    world.pause(campaign)
    world.pass_time(hours=3)
    world.resume(campaign)
    assert world.row(campaign, person).due_at == due_at
    world.pass_time(hours=20)
    assert len(world.sent()) == 1
    world.pass_time(hours=2)
    assert len(world.sent()) == 2


def test_a_pause_that_ends_while_somebody_parks_strands_nobody() -> None:
    """I-6: whoever parks looks at the campaign again afterwards."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.pause(campaign)
    world.clock.move(days=1)
    before(world.main, "holds.put", lambda: world.lifecycle.resume(campaign))
    world.advance(world.ref(campaign, person))
    world.settle()
    assert world.sent() == [("person0", "a"), ("person0", "b")]


def test_what_was_parked_after_the_drain_is_released_a_minute_later() -> None:
    """I-6: the resume's wake-up comes after W, when nobody works on the pause any more."""
    world = World()
    world.people(1)
    campaign = world.launched(STEPS)
    world.pause(campaign)
    world.pass_time(days=2)
    (hold,) = world.holds.some(TENANT, campaign.id, HoldReason.PAUSE, 10)
    world.holds.drop(hold)
    world.resume(campaign)
    world.holds.park([hold])
    world.pass_time(minutes=2)
    assert world.sent() == [("person0", "a"), ("person0", "b")]


def test_a_pause_between_read_and_call_lets_the_batch_finish_within_w() -> None:
    """I-5: claims of a batch that had read the campaign before may still come, for W."""
    world = World()
    world.people(1)
    campaign = world.campaign(STEPS)
    before(world.main, "enrollments.update", lambda: world.pause(campaign))
    world.launch(campaign)
    assert len(world.sent()) == 1
    world.pass_time(days=3)
    assert len(world.sent()) == 1


def test_pausing_while_people_are_enrolled_loses_nobody() -> None:
    """I-6, I-19: the launch goes on under the pause, and everybody is parked."""
    world = World()
    world.people(10)
    campaign = world.campaign(STEPS)
    before(world.main, "enrollments.insert", lambda: world.pause(campaign))
    world.launch(campaign)
    world.pass_time(days=2)
    assert len(world.rows(campaign)) == 10
    assert world.sent() == []
    world.resume(campaign)
    assert sorted(world.sent()) == sorted((f"person{n}", "a") for n in range(10))


def test_an_uncertain_send_waits_for_the_end_of_the_pause() -> None:
    """I-5, I-6: its repeat is a claim like any other."""
    world = World()
    world.people(1)
    world.esp.script = lambda _message: Uncertain("timeout")
    campaign = world.launched(STEPS)
    world.pause(campaign)
    world.pass_time(hours=2)
    assert len(world.esp.asked) == 1
    assert parked(world, campaign.id) == 1
    world.resume(campaign)
    assert world.rows(campaign)[0].claim is None


def test_a_campaign_overdue_by_more_than_its_guard_is_paused_as_late() -> None:
    """I-27: it does not burst; the resume confirms, and then it sends."""
    world = World()
    world.people(3)
    campaign = world.launched(STEPS)
    world.clock.move(days=1, hours=5)
    world.pass_time(minutes=1)
    stands = world.get(campaign)
    assert (stands.status, stands.pause_reason) == (CampaignStatus.PAUSED, PauseReason.LATE)
    assert len(world.sent()) == 3
    world.resume(campaign)
    assert len(world.sent()) == 6


def test_a_campaign_overdue_by_less_than_its_guard_goes_on() -> None:
    """I-27: four hours are the campaign's own choice."""
    world = World()
    world.people(3)
    world.launched(STEPS)
    world.clock.move(days=1, hours=3)
    world.pass_time(minutes=1)
    assert len(world.sent()) == 6


def test_a_resume_after_a_long_pause_is_not_late() -> None:
    """I-27, I-8: what came due before the resume is due at the resume."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.pause(campaign)
    world.pass_time(days=9)
    world.lifecycle.resume(campaign)
    done = world.advance(world.ref(campaign, person))
    assert done.late_s == [0.0]
    assert world.get(campaign).released_at == world.clock.now()


def test_a_message_that_comes_early_comes_back_in_time() -> None:
    """I-7: due within the horizon it goes back to the queue; further off its wake-up exists."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched([wait("8 minutes"), email("a")])
    world.lines.waiting.clear()
    world.clock.move(minutes=7)
    world.advance(world.ref(campaign, person))
    assert world.sent() == []
    (again,) = [m for m in world.lines.waiting if m.queue == "advance"]
    assert again.visible_at == world.clock.now() + timedelta(minutes=1)


def test_an_early_message_for_far_off_is_dropped_and_the_wake_up_does_it() -> None:
    """I-7, I-3."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched([wait("8 hours"), email("a")])
    world.advance(world.ref(campaign, person))
    assert [m for m in world.lines.waiting if m.queue == "advance"] == []
    world.pass_time(hours=9)
    assert world.sent() == [("person0", "a")]
