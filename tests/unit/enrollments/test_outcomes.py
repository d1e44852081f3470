"""What each answer of an ESP, and each failure before the call, makes of an enrollment."""

from collections.abc import Callable

from penguinmails.campaigns.campaign import CampaignStatus, PauseReason
from penguinmails.deliveries.fact import FactType
from penguinmails.enrollments.enrollment import Status
from penguinmails.esp.memory import LostAnswer, accept_all
from penguinmails.holds.hold import HoldReason
from penguinmails.queues.port import Queue
from penguinmails.sends.message import Message
from penguinmails.sends.outcome import Outcome, Refused, Scope, TryLater
from tests.simulation.steps import email, wait
from tests.simulation.taps import after
from tests.world import TENANT, World

STEPS = [email("a"), wait("1 day"), email("b")]


def for_person(number: int, *script: Outcome) -> Callable[[Message], Outcome | LostAnswer]:
    """Answer so to one person's messages, one after the other, and accept the rest."""
    left = list(script)

    def answer(message: Message) -> Outcome | LostAnswer:
        mine = message.to_email.startswith(f"person{number}@")
        return left.pop(0) if mine and left else accept_all(message)

    return answer


def test_a_429_for_one_delays_one() -> None:
    """I-4: the others go on, and the one gets it later."""
    world = World(shards=1)
    people = world.people(3)
    world.esp.script = for_person(1, TryLater(30, "429"))
    campaign = world.launched(STEPS)
    assert sorted(world.sent()) == [("person0", "a"), ("person2", "a")]
    assert world.row(campaign, people[1]).claim is None
    world.pass_time(minutes=1)
    assert ("person1", "a") in world.sent()


def test_an_esp_that_is_away_for_ten_minutes_burns_one_claim_a_batch() -> None:
    """I-4: who has not been tried waits without a claim; nobody is lost or repeated."""
    world = World(shards=1)
    world.people(5)
    back_at = world.clock.now().timestamp() + 600

    def answer(message: Message) -> Outcome | LostAnswer:
        if world.clock.now().timestamp() < back_at:
            return TryLater(60, "503", everyone=True)
        return accept_all(message)

    world.esp.script = answer
    campaign = world.launched(STEPS)
    assert len(world.esp.asked) == 1
    assert all(row.claim is None for row in world.rows(campaign))
    world.pass_time(minutes=9)
    assert len(world.esp.asked) <= 50
    world.pass_time(minutes=5)
    assert sorted(world.sent()) == [(f"person{n}", "a") for n in range(5)]
    world.pass_time(days=2)
    assert len(world.sent()) == 10


def test_an_account_that_is_refused_pauses_the_campaign() -> None:
    """I-3: nobody's message is given up for it; after the resume everybody gets theirs."""
    world = World(shards=1)
    world.people(3)
    refusal = Refused(Scope.ACCOUNT, "sending is paused")
    world.esp.script = lambda _message: refusal
    campaign = world.launched(STEPS)
    stands = world.get(campaign)
    assert (stands.status, stands.pause_reason) == (
        CampaignStatus.PAUSED,
        PauseReason.SENDER_REFUSED,
    )
    assert len(world.esp.asked) == 1
    world.pass_time(days=1)
    world.esp.script = accept_all
    world.resume(campaign)
    assert sorted(world.sent()) == [(f"person{n}", "a") for n in range(3)]


def test_an_account_refused_after_the_campaign_was_cancelled_ends_the_walk() -> None:
    """I-24: a pause that is no longer possible is no poison."""
    world = World(shards=1)
    person = world.people(1)[0]
    world.esp.script = lambda _message: Refused(Scope.ACCOUNT)
    campaign = world.campaign(STEPS)
    after(world.main, "esp", lambda: world.lifecycle.cancel(campaign))
    world.launch(campaign)
    world.pass_time(minutes=5)
    row = world.row(campaign, person)
    assert (row.status, row.exit_reason, row.claim) == (
        Status.EXITED,
        "campaign_cancelled",
        None,
    )


def test_a_recipient_that_is_refused_leaves_with_the_reason() -> None:
    """I-4: the walk ends, and says why."""
    world = World()
    people = world.people(2)
    world.esp.script = for_person(1, Refused(Scope.RECIPIENT, "550"))
    campaign = world.launched(STEPS)
    row = world.row(campaign, people[1])
    assert (row.status, row.exit_reason) == (Status.EXITED, "recipient_refused")
    assert FactType.REFUSED in {fact.type for fact in row.facts()}
    world.pass_time(days=2)
    assert ("person1", "b") not in world.sent()


def test_a_message_that_is_refused_is_left_out_and_the_walk_goes_on() -> None:
    """I-4: with a reason code in the journal."""
    world = World()
    people = world.people(2)
    world.esp.script = for_person(1, Refused(Scope.MESSAGE, "552"))
    campaign = world.launched(STEPS)
    world.pass_time(days=2)
    assert [step for who, step in world.sent() if who == "person1"] == ["b"]
    refused = [f for f in world.row(campaign, people[1]).facts() if f.type is FactType.REFUSED]
    assert [fact.detail for fact in refused] == ["message"]


def test_a_message_that_cannot_be_written_holds_one_person_and_the_rest_go_on() -> None:
    """I-3, I-24: held with the reason, and sent once it is released."""
    world = World(shards=1)
    people = world.people(3)
    world.writer.broken.add(people[1].email)
    campaign = world.launched([email("a")])
    assert sorted(world.sent()) == [("person0", "a"), ("person2", "a")]
    (hold,) = world.holds.some(TENANT, campaign.id, HoldReason.FAILED, 10)
    assert "no such filter" in hold.detail
    assert world.row(campaign, people[1]).held == "failed"
    world.pass_time(hours=9)
    world.writer.broken.clear()
    world.handle(Queue.RELEASE, {"tenant": TENANT, "campaign": campaign.id, "reason": "failed"})
    world.settle()
    assert ("person1", "a") in world.sent()
    assert world.get(campaign).status is not CampaignStatus.PAUSED


def test_who_is_suppressed_is_never_claimed() -> None:
    """I-2, trap 9: suppression is read at every send."""
    world = World()
    people = world.people(2)
    world.unsubscribe(people[0])
    campaign = world.launched(STEPS)
    row = world.row(campaign, people[0])
    assert (row.status, row.exit_reason) == (Status.EXITED, "unsubscribed")
    assert world.sent() == [("person1", "a")]


def test_lateness_is_measured_from_the_due_time() -> None:
    """I-8: claim minus due, for every send, and kept in the journal."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched([wait("1 hour"), email("a")])
    world.clock.move(minutes=61)
    done = world.advance(world.ref(campaign, person))
    assert done.late_s == [60.0]
    accepted = [f for f in world.row(campaign, person).facts() if f.type is FactType.ACCEPTED]
    assert [fact.detail for fact in accepted] == ["60"]
