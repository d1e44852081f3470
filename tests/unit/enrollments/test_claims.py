"""Claims: whatever two workers, lost answers and dead workers do, one message is sent once."""

from datetime import timedelta

import pytest

from penguinmails.deliveries.fact import FactType
from penguinmails.enrollments.enrollment import Status
from penguinmails.enrollments.messages import unpack
from penguinmails.sends.outcome import TryLater
from tests.simulation.steps import email, wait
from tests.simulation.taps import after, before, die, twice
from tests.world import World

STEPS = [email("a"), wait("1 day"), email("b")]
TO_EVERYBODY = [("person0", "a"), ("person0", "b")]


def test_an_enrollment_is_active_from_the_start_and_mailed_at_once() -> None:
    """I-3, trap 1: nobody is enrolled in a state that nothing looks at."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    assert world.row(campaign, person).status is Status.ACTIVE
    assert world.sent() == [("person0", "a")]


def test_two_workers_at_once_send_one_message() -> None:
    """I-1: the second finds the first one's claim."""
    world = World()
    world.people(1)
    campaign = world.campaign(STEPS)
    before(world.main, "esp", lambda: world.advance(world.rows(campaign)[0].ref))
    world.launch(campaign)
    world.pass_time(days=2)
    assert world.sent() == TO_EVERYBODY


def test_two_workers_that_read_the_same_row_claim_it_once() -> None:
    """I-1: the claim is conditional on the row as it was read."""
    world = World()
    world.people(1)
    campaign = world.campaign(STEPS)
    world.launch(campaign)
    ref = world.rows(campaign)[0].ref
    world.clock.move(days=1)
    before(world.main, "enrollments.update", lambda: world.advance(ref))
    world.advance(ref)
    world.pass_time(days=2)
    assert world.sent() == TO_EVERYBODY


def test_the_same_batch_delivered_many_times_sends_once() -> None:
    """I-1, trap 2: a message has a key, and its delivery is no reason to send it again."""
    world = World()
    world.people(3)
    campaign = world.launched(STEPS)
    refs = [row.ref for row in world.rows(campaign)]
    for _ in range(5):
        world.advance(*refs)
    assert len(world.esp.asked) == 3


def test_a_claim_whose_answer_was_lost_is_found_to_be_ones_own() -> None:
    """I-1: the client asks again, the condition fails, and the item shows this very claim."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    twice(world.main, "enrollments.update")
    world.launch(campaign)
    assert world.sent() == [("person0", "a")]
    assert world.row(campaign, person).claim is None


def test_a_settlement_whose_answer_was_lost_stands() -> None:
    """I-1, I-4: the second writing finds the claim gone and the journal written."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    after(world.main, "esp", lambda: twice(world.main, "enrollments.update"))
    world.launch(campaign)
    world.pass_time(days=2)
    facts = [fact.type for fact in world.row(campaign, person).facts()]
    assert facts.count(FactType.ACCEPTED) == 2
    assert world.sent() == TO_EVERYBODY


def test_a_foreign_young_claim_is_left_alone_and_looked_at_again() -> None:
    """I-1: its holder may be calling the ESP at this moment."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    before(world.main, "esp", die)
    world.launch(campaign)
    world.clock.move(seconds=20)
    done = world.advance(world.ref(campaign, person))
    claim = world.row(campaign, person).claim
    assert done.outcomes["contested"] == 1
    assert claim is not None
    assert not claim.uncertain
    again = [message for message in world.lines.waiting if message.queue == "advance"]
    assert any(m.visible_at == world.clock.now() + timedelta(seconds=40) for m in again)


@pytest.mark.parametrize("by", [-5.0, 5.0])
def test_a_claim_under_a_clock_that_is_off_is_still_left_alone(by: float) -> None:
    """I-21: patience is W and ten seconds."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    before(world.main, "esp", die)
    world.launch(campaign)
    world.clock.move(seconds=30 + by)
    assert world.advance(world.ref(campaign, person)).outcomes["contested"] == 1


def test_an_old_claim_becomes_uncertain_and_says_until_when() -> None:
    """I-3: its holder is gone; for half an hour evidence may come."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    before(world.main, "esp", die)
    world.launch(campaign)
    claimed_at = world.clock.now()
    world.pass_time(minutes=4)
    row = world.row(campaign, person)
    assert row.claim is not None
    assert row.claim.uncertain
    assert row.due_at == claimed_at + timedelta(minutes=30)


def test_who_marks_a_claim_uncertain_must_have_read_that_very_claim() -> None:
    """I-1: a compare-and-swap, so that a claim taken anew is not doubted for the old one."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    before(world.main, "esp", die)
    world.launch(campaign)
    world.clock.move(minutes=5)
    ref = world.ref(campaign, person)
    before(world.main, "enrollments.update", lambda: world.advance(ref))
    assert world.advance(ref).outcomes["moved"] == 1


def test_an_exit_between_claim_and_settle_keeps_both() -> None:
    """I-2, I-4: the journal has the message, and the walk stays ended."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    after(world.main, "esp", lambda: world.unsubscribe(person))
    world.launch(campaign)
    world.pass_time(days=3)
    row = world.row(campaign, person)
    assert (row.status, row.exit_reason, row.claim) == (Status.EXITED, "unsubscribed", None)
    assert FactType.ACCEPTED in {fact.type for fact in row.facts()}
    assert world.sent() == [("person0", "a")]


def test_an_exit_between_read_and_claim_stops_the_send() -> None:
    """I-2: a claim needs an active enrollment."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    before(world.main, "enrollments.update", lambda: world.unsubscribe(person))
    world.launch(campaign)
    world.pass_time(days=3)
    assert world.sent() == []


def test_a_person_paused_between_claim_and_settle_goes_on_from_there_later() -> None:
    """I-6, trap 5: the walk moves past what was sent, and stays paused."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    after(world.main, "esp", lambda: world.pause_one(campaign, person))
    world.launch(campaign)
    world.pass_time(hours=25)
    row = world.row(campaign, person)
    assert (row.status, row.claim) == (Status.PAUSED, None)
    world.resume_one(campaign, person)
    world.settle()
    assert world.sent() == TO_EVERYBODY


def test_a_person_paused_during_a_retry_is_not_sent_it_again() -> None:
    """I-1: settling a retry for a paused row takes the retry away."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched([email("a"), wait("2 days"), email("b")])
    world.report(world.esp.accepted[0], "bounced", **{"class": "soft"})
    world.settle()
    after(world.main, "esp", lambda: world.pause_one(campaign, person))
    world.pass_time(hours=2)
    world.resume_one(campaign, person)
    world.pass_time(hours=2)
    assert world.sent() == [("person0", "a"), ("person0", "a")]
    assert len({message.send_key for message in world.esp.accepted}) == 2


def test_out_of_time_leaves_the_rest_to_the_queue() -> None:
    """I-4: nothing is claimed that cannot be settled; nobody is forgotten."""
    world = World()
    world.people(6)
    campaign = world.launched([wait("1 day"), email("a")])
    world.clock.move(days=1)
    refs = [row.ref for row in world.rows(campaign)]
    left = iter([30.0, 20.0, *[3.0] * 4])
    done = world.advance(*refs, time_left_s=lambda: next(left))
    assert (done.outcomes["accepted"], done.outcomes["out_of_time"]) == (2, 4)
    assert all(row.claim is None for row in world.rows(campaign))
    world.settle()
    assert sorted(world.sent()) == [(f"person{n}", "a") for n in range(6)]


def test_a_message_postponed_keeps_its_key() -> None:
    """I-1: an attempt that surely did not leave is the same attempt later."""
    world = World()
    person = world.people(1)[0]
    answers = iter([TryLater(30)])
    accept = world.esp.script
    world.esp.script = lambda message: next(answers, None) or accept(message)
    campaign = world.launched([email("a")])
    world.pass_time(hours=1)
    assert len({message.send_key for message in world.esp.asked}) == 1
    assert world.row(campaign, person).status is Status.COMPLETED


def test_a_message_names_each_enrollment_once() -> None:
    """I-1: a reference that is packed twice is advanced once."""
    body = {"tenant": "t", "campaign": "c", "shards": 2, "refs": ["x", "x"]}
    assert len(unpack(body)) == 1
