"""One person is paused, resumed or ended: nobody else is touched, and nothing is lost or doubled."""

from datetime import timedelta

import pytest

from penguinmails.campaigns.campaign import CampaignStatus
from penguinmails.deliveries.fact import FactType
from penguinmails.enrollments.enrollment import Status
from penguinmails.enrollments.errand import SOON_ENOUGH
from penguinmails.errors import Conflict, InvalidInput, NotFound
from tests.simulation.steps import email, wait
from tests.simulation.taps import Crash, after, before, die, twice
from tests.world import TENANT, World

STEPS = [email("a"), wait("1 day"), email("b")]
BOTH = [("person0", "a"), ("person0", "b")]
OTHER = "01890000-0000-7000-8000-00000000000f"


def test_who_is_paused_gets_nothing_until_they_are_resumed() -> None:
    """I-3, I-6: timers find them paused, and the rest of the campaign goes on."""
    world = World()
    person, _ = world.people(2)
    campaign = world.launched(STEPS)
    world.pause_one(campaign, person)
    world.pass_time(days=3)
    assert world.sent()[2:] == [("person1", "b")]
    assert world.row(campaign, person).status is Status.PAUSED
    world.resume_one(campaign, person)
    world.settle()
    assert world.sent()[3:] == [("person0", "b")]
    assert world.row(campaign, person).status is Status.COMPLETED


def test_what_came_due_in_a_persons_pause_is_not_late() -> None:
    """I-8, I-27: it is due at the resume, and the campaign's late guard stays quiet."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.pause_one(campaign, person)
    world.pass_time(days=9)
    row = world.resume_one(campaign, person)
    assert row.released_at == world.clock.now()
    assert world.advance(world.ref(campaign, person)).late_s == [0.0]
    assert world.get(campaign).status is CampaignStatus.ACTIVE


def test_a_pause_that_is_over_in_time_changes_nothing() -> None:
    """I-7: the wait went on, and its wake-up is still there."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    due_at = world.row(campaign, person).due_at
    world.pause_one(campaign, person)
    world.pass_time(hours=3)
    world.resume_one(campaign, person)
    world.pass_time(hours=20)
    assert len(world.sent()) == 1
    world.pass_time(hours=2)
    (message,) = world.esp.accepted[1:]
    assert due_at <= message.date <= due_at + SOON_ENOUGH


def test_doing_it_twice_does_it_once() -> None:
    """I-1, I-6: also if the answer to its write is lost."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    twice(world.main, "enrollments.update")
    once = world.pause_one(campaign, person)
    assert world.pause_one(campaign, person) == once
    world.pass_time(days=2)
    twice(world.main, "enrollments.update")
    for _ in range(3):
        assert world.resume_one(campaign, person).status is Status.ACTIVE
    world.settle()
    assert world.sent() == BOTH
    with pytest.raises(Conflict, match="completed"):
        world.pause_one(campaign, person)


def test_a_pause_between_read_and_claim_stops_the_send() -> None:
    """I-5: a claim needs an active enrollment."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    before(world.main, "enrollments.update", lambda: world.pause_one(campaign, person))
    world.launch(campaign)
    world.pass_time(days=3)
    assert world.sent() == []
    world.resume_one(campaign, person)
    world.pass_time(days=2)
    assert world.sent() == BOTH


def test_a_resume_whose_message_is_lost_is_done_by_its_wake_up() -> None:
    """I-3, I-6: a minute later."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.pause_one(campaign, person)
    world.pass_time(days=2)
    before(world.main, "queue.advance", die)
    with pytest.raises(Crash):
        world.resume_one(campaign, person)
    world.pass_time(minutes=2)
    assert world.sent() == BOTH


def test_who_is_resumed_in_a_paused_campaign_waits_for_it() -> None:
    """I-5, I-6: one's own pause and the campaign's are two."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.pause_one(campaign, person)
    world.pause(campaign)
    world.pass_time(days=2)
    world.resume_one(campaign, person)
    world.pass_time(hours=1)
    assert len(world.sent()) == 1
    world.resume(campaign)
    assert world.sent() == BOTH


def test_who_was_parked_by_the_campaign_and_then_paused_is_not_woken_by_its_resume() -> None:
    """I-6."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.pause(campaign)
    world.pass_time(days=2)
    world.pause_one(campaign, person)
    world.resume(campaign)
    world.pass_time(days=1)
    assert len(world.sent()) == 1
    world.resume_one(campaign, person)
    world.settle()
    assert world.sent() == BOTH


def test_who_unsubscribes_while_paused_is_gone() -> None:
    """I-2: a resume does not bring them back."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.pause_one(campaign, person)
    world.unsubscribe(person)
    with pytest.raises(Conflict, match="exited"):
        world.resume_one(campaign, person)
    world.pass_time(days=3)
    assert world.row(campaign, person).exit_reason == "unsubscribed"
    assert len(world.sent()) == 1


def test_an_unsubscribe_between_the_look_and_the_resume_wins() -> None:
    """I-2: the resume's write needs a paused row."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.pause_one(campaign, person)
    before(world.main, "enrollments.update", lambda: world.unsubscribe(person))
    with pytest.raises(Conflict, match="exited"):
        world.resume_one(campaign, person)
    world.pass_time(days=3)
    assert len(world.sent()) == 1


def test_a_retry_waits_for_the_end_of_a_persons_pause() -> None:
    """I-23: set before the pause, it is sent after it, once."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.report(world.esp.accepted[0], "bounced", **{"class": "soft"})
    world.settle()
    world.pause_one(campaign, person)
    world.pass_time(hours=3)
    assert len(world.sent()) == 1
    world.resume_one(campaign, person)
    world.pass_time(days=2)
    assert world.sent() == [("person0", "a"), *BOTH]


def test_a_soft_bounce_that_is_told_in_a_pause_is_retried_after_it() -> None:
    """I-23: the resume looks at the row, and finds it."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.pause_one(campaign, person)
    world.report(world.esp.accepted[0], "bounced", **{"class": "soft"})
    world.pass_time(hours=3)
    assert world.row(campaign, person).retry is None
    world.resume_one(campaign, person)
    world.pass_time(hours=2)
    assert world.sent() == [("person0", "a"), ("person0", "a")]


def test_an_uncertain_send_of_who_is_paused_is_settled_all_the_same() -> None:
    """I-1, I-4: evidence or skip, never a repeat."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    before(world.main, "esp", die)
    world.launch(campaign)
    world.pause_one(campaign, person)
    world.pass_time(hours=2)
    row = world.row(campaign, person)
    assert (row.status, row.claim) == (Status.PAUSED, None)
    assert FactType.SKIPPED in {fact.type for fact in row.facts()}
    world.resume_one(campaign, person)
    world.pass_time(days=2)
    assert world.sent() == [("person0", "b")]


@pytest.mark.parametrize("paused", [False, True])
def test_who_is_ended_by_a_person_gets_nothing_more_and_keeps_the_reason(*, paused: bool) -> None:
    """I-4: the reason code is the caller's word; a second one changes nothing."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    if paused:
        world.pause_one(campaign, person)
    row = world.exit_one(campaign, person, "moved_to_sales")
    assert (row.status, row.exit_reason) == (Status.EXITED, "moved_to_sales")
    assert world.exit_one(campaign, person, "again") == row
    world.pass_time(days=3)
    assert len(world.sent()) == 1
    assert world.get(campaign).status is CampaignStatus.COMPLETED


def test_an_exit_with_a_message_in_hand_lets_it_be_settled() -> None:
    """I-2, I-4: the journal has it, and the walk stays ended."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    after(world.main, "esp", lambda: world.exit_one(campaign, person))
    world.launch(campaign)
    world.pass_time(days=3)
    row = world.row(campaign, person)
    assert (row.status, row.exit_reason, row.claim) == (Status.EXITED, "won", None)
    assert FactType.ACCEPTED in {fact.type for fact in row.facts()}
    assert len(world.sent()) == 1


def test_a_soft_bounce_brings_nobody_back_who_was_ended() -> None:
    """I-23: an exit is for good."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.exit_one(campaign, person)
    world.report(world.esp.accepted[0], "bounced", **{"class": "soft"})
    world.pass_time(days=2)
    assert len(world.sent()) == 1


def test_a_walk_that_is_complete_is_not_ended_once_more() -> None:
    world = World()
    person = world.people(1)[0]
    campaign = world.launched([email("a")])
    with pytest.raises(Conflict, match="completed"):
        world.exit_one(campaign, person)
    assert world.row(campaign, person).status is Status.COMPLETED


@pytest.mark.parametrize("reason", ["", "Won", "deal_4711", "two words", "w" * 33, "won\n"])
def test_a_reason_is_a_word_without_digits(reason: str) -> None:
    """Each reason is a counter: an id would make one for each person."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    with pytest.raises(InvalidInput) as refused:
        world.exit_one(campaign, person, reason)
    (problem,) = refused.value.problems
    assert (problem.pointer, problem.code) == ("/reason", "invalid_reason")
    assert "moved_to_sales" in problem.detail


def test_i_16_an_enrollment_of_nobody_of_another_tenant_or_of_a_draft_is_not_there() -> None:
    world = World()
    person = world.people(1)[0]
    campaign, draft = world.launched(STEPS), world.campaign(STEPS)
    deeds = world.interventions
    before(world.main, "wakeups.put", die)
    for tenant, named, contact in (
        (TENANT, campaign.id, OTHER),
        (TENANT, draft.id, person.id),
        (OTHER, campaign.id, person.id),
        (TENANT, OTHER, person.id),
    ):
        with pytest.raises(NotFound):
            deeds.pause(tenant, named, contact)
        with pytest.raises(NotFound):
            deeds.resume(tenant, named, contact)
        with pytest.raises(NotFound):
            deeds.exit(tenant, named, contact, "won")
    assert world.row(campaign, person).status is Status.ACTIVE


def test_a_paused_person_keeps_the_campaign_open() -> None:
    """I-26: it completes when they have gone on."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched([email("a"), wait("1 hour"), email("b")])
    world.pause_one(campaign, person)
    world.pass_time(days=3)
    assert world.get(campaign).status is CampaignStatus.ACTIVE
    world.resume_one(campaign, person)
    world.pass_time(hours=1)
    assert world.get(campaign).status is CampaignStatus.COMPLETED


def test_a_resume_comes_to_who_is_due_within_minutes_too() -> None:
    """I-7: the queue brings what no wake-up does."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched([wait("8 minutes"), email("a")])
    due_at = world.row(campaign, person).due_at
    world.pause_one(campaign, person)
    world.lines.waiting.clear()
    world.clock.move(minutes=2)
    world.resume_one(campaign, person)
    world.pass_time(minutes=7)
    assert [message.date for message in world.esp.accepted] == [due_at]
    assert due_at - world.clock.now() < timedelta(0)
