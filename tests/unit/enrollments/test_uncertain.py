"""Uncertain sends: evidence settles them; without it they are skipped or sent again, and told."""

import pytest

from penguinmails.campaigns.campaign import Campaign, OnUncertain
from penguinmails.contacts.contact import Contact
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments.enrollment import Status
from penguinmails.esp.memory import LostAnswer, accept_all
from penguinmails.sends.message import Message
from penguinmails.sends.outcome import Outcome, TryLater, Uncertain
from tests.simulation.steps import email, wait
from tests.simulation.taps import before, die
from tests.world import World

STEPS = [email("a"), wait("1 day"), email("b")]


def uncertain(
    answer: Outcome | LostAnswer, *, honours_key: bool = False, choice: str = "skip"
) -> tuple[World, Campaign, Contact]:
    """Launch to one person, whose first send gets this answer."""
    world = World(honours_key=honours_key)
    person = world.people(1)[0]
    left = [answer]
    world.esp.script = lambda message: left.pop() if left else accept_all(message)
    campaign = world.launched(STEPS, on_uncertain=OnUncertain(choice))
    return world, campaign, person


def of_kind(world: World, campaign: Campaign, person: Contact, kind: FactType) -> list[Fact]:
    return [fact for fact in world.row(campaign, person).facts() if fact.type is kind]


def test_nothing_happens_to_an_uncertain_send_before_its_half_hour() -> None:
    """I-1: evidence has time to come."""
    world, campaign, person = uncertain(LostAnswer())
    for _ in range(5):
        world.pass_time(minutes=5)
        world.advance(world.ref(campaign, person))
    assert len(world.esp.asked) == 1
    claim = world.row(campaign, person).claim
    assert claim is not None
    assert claim.uncertain


@pytest.mark.parametrize("kind", ["delivered", "opened", "accepted"])
def test_evidence_settles_an_uncertain_send(kind: str) -> None:
    """I-1, I-4: the ESP speaks of the message, so it has it."""
    world, campaign, person = uncertain(LostAnswer())
    world.pass_time(minutes=5)
    world.report(world.esp.accepted[0], kind)
    world.settle()
    row = world.row(campaign, person)
    assert row.claim is None
    assert of_kind(world, campaign, person, FactType.ACCEPTED)
    world.pass_time(days=2)
    assert world.sent() == [("person0", "a"), ("person0", "b")]


def test_evidence_that_comes_before_the_doubt_settles_at_once() -> None:
    """I-4: whoever marks a claim uncertain looks at the row as they left it."""
    world = World()
    person = world.people(1)[0]

    def answer(message: Message) -> Outcome:
        world.esp.accepted.append(message)
        world.report(message, "delivered")
        world.settle()
        return Uncertain("no answer")

    world.esp.script = answer
    campaign = world.launched([email("a")])
    world.pass_time(minutes=1)
    assert world.row(campaign, person).status is Status.COMPLETED
    assert len(world.sent()) == 1


def test_without_evidence_it_is_skipped_by_default_and_the_record_says_so() -> None:
    """I-1, I-4: not sent twice silently, not dropped silently."""
    world, campaign, person = uncertain(LostAnswer())
    world.pass_time(days=2)
    assert world.sent() == [("person0", "a"), ("person0", "b")]
    skipped = of_kind(world, campaign, person, FactType.SKIPPED)
    assert [fact.detail for fact in skipped] == ["uncertain"]


def test_a_send_that_timed_out_and_never_left_is_skipped_alike() -> None:
    """I-4: nobody can tell the difference, and the reason is on record."""
    world, campaign, person = uncertain(Uncertain("timeout"))
    world.pass_time(days=2)
    assert world.sent() == [("person0", "b")]
    assert of_kind(world, campaign, person, FactType.SKIPPED)


def test_with_resend_it_is_sent_again_as_a_new_attempt() -> None:
    """I-1: where the campaign chose so, and the record says so."""
    world, campaign, person = uncertain(LostAnswer(), choice="resend")
    world.pass_time(hours=1)
    assert world.sent() == [("person0", "a"), ("person0", "a")]
    assert len({message.send_key for message in world.esp.accepted}) == 2
    said = of_kind(world, campaign, person, FactType.UNCERTAIN)
    assert [(fact.attempt, fact.detail) for fact in said] == [(1, "resent")]


def test_a_resend_that_is_postponed_never_goes_back_to_the_first_attempt() -> None:
    """I-1: the first attempt may have left; its key is spent."""
    world = World()
    world.people(1)
    left: list[Outcome | LostAnswer] = [TryLater(60), LostAnswer()]
    world.esp.script = lambda message: left.pop() if left else accept_all(message)
    world.launched(STEPS, on_uncertain=OnUncertain.RESEND)
    world.pass_time(hours=2)
    keys = [message.send_key for message in world.esp.asked]
    assert keys[1] == keys[2]
    assert keys[0] != keys[1]
    assert len({message.send_key for message in world.esp.accepted}) == 2


def test_an_esp_that_honours_keys_is_asked_again_with_the_same_one() -> None:
    """I-1: the second call sends nothing if the first one did."""
    world, campaign, person = uncertain(LostAnswer(), honours_key=True)
    world.pass_time(hours=1)
    assert len(world.esp.asked) == 2
    assert world.sent() == [("person0", "a")]
    assert of_kind(world, campaign, person, FactType.ACCEPTED)


def test_nobody_who_left_meanwhile_is_sent_it_again() -> None:
    """I-2: every repeat is preceded by fresh reads, and needs an active enrollment."""
    world, campaign, person = uncertain(Uncertain("timeout"), choice="resend")
    world.unsubscribe(person)
    world.pass_time(days=2)
    row = world.row(campaign, person)
    assert world.sent() == []
    assert (row.status, row.claim) == (Status.EXITED, None)
    assert of_kind(world, campaign, person, FactType.SKIPPED)


def test_an_exit_between_read_and_repeat_stops_the_repeat() -> None:
    """I-2: taking a claim over needs an active enrollment."""
    world, campaign, person = uncertain(Uncertain("timeout"), choice="resend")
    world.clock.move(minutes=31)
    before(world.main, "enrollments.update", lambda: world.unsubscribe(person))
    world.advance(world.ref(campaign, person))
    world.pass_time(days=1)
    assert world.sent() == []


def test_two_workers_repeat_an_uncertain_send_once() -> None:
    """I-1: a compare-and-swap on the claim's owner and time."""
    world, campaign, person = uncertain(Uncertain("timeout"), choice="resend")
    world.clock.move(minutes=31)
    ref = world.ref(campaign, person)
    before(world.main, "enrollments.update", lambda: world.advance(ref))
    world.advance(ref)
    world.pass_time(hours=1)
    assert world.sent() == [("person0", "a")]


def test_a_worker_that_dies_in_a_repeat_leaves_it_uncertain_once_more() -> None:
    """I-1, I-4: then it is the second attempt that nobody can tell."""
    world, campaign, person = uncertain(Uncertain("timeout"), choice="resend")
    before(world.main, "esp", die)
    world.pass_time(hours=3)
    attempts = {fact.attempt for fact in of_kind(world, campaign, person, FactType.UNCERTAIN)}
    assert attempts == {1, 2}
    assert world.sent() == [("person0", "a")]


def test_a_repeat_that_cannot_be_written_is_held_and_the_batch_goes_on() -> None:
    """I-3, I-24: one person's message is no poison to the others'."""
    world = World()
    people = world.people(2)
    left: list[Outcome] = [Uncertain("timeout"), Uncertain("timeout")]
    world.esp.script = lambda message: left.pop() if left else accept_all(message)
    campaign = world.launched([email("a")], on_uncertain=OnUncertain.RESEND)
    world.writer.broken.add(people[0].email)
    world.clock.move(minutes=31)
    world.advance(*[world.ref(campaign, person) for person in people])
    assert world.row(campaign, people[0]).held == "failed"
    assert world.sent() == [("person1", "a")]


@pytest.mark.parametrize("horizon_s", [600, 0], ids=["real time", "virtual time"])
@pytest.mark.parametrize(
    "steps", [[email("a"), wait("15 minutes"), email("b")], [email("a")]], ids=["wait", "last"]
)
def test_an_uncertain_send_is_decided_after_half_an_hour_whatever_comes_sooner(
    horizon_s: int, steps: list[dict[str, object]]
) -> None:
    """I-3: the wake-up for what would have come next is no wake-up for the half hour."""
    world = World()
    world._horizon_s = horizon_s
    person = world.people(1)[0]
    world.esp.script = lambda message: (
        Uncertain("no answer") if message.subject == "a" else accept_all(message)
    )
    campaign = world.launched(steps)
    world.pass_time(minutes=32)
    assert of_kind(world, campaign, person, FactType.SKIPPED)
