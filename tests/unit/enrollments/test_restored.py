"""After a restore nothing is sent until the fence is lifted; then all go on (I-28)."""

import pytest

from penguinmails.campaigns.campaign import Campaign, CampaignStatus, OnUncertain
from penguinmails.campaigns.launch import begin, launch
from penguinmails.enrollments.enroll import enroll_lane
from penguinmails.enrollments.enrollment import Status
from penguinmails.enrollments.lift_fence import Lifted, lift_fence
from penguinmails.enrollments.release import release
from penguinmails.errors import Unavailable
from penguinmails.esp.memory import accept_all
from penguinmails.fence.fence import Noted
from penguinmails.holds.hold import HoldReason
from penguinmails.queues.port import Queue
from penguinmails.sends.outcome import Uncertain
from penguinmails.settings import TABLES
from tests.simulation.steps import email, wait
from tests.simulation.taps import after, before
from tests.world import TENANT, World, plenty

STEPS = [email("a"), wait("1 day"), email("b")]


def lift(world: World) -> Lifted:
    """Lift the fence, and let everything happen that is due now."""
    lifted = lift_fence(world.lifting())
    world.settle()
    return lifted


def fall(world: World) -> None:
    """Have the fence fall, and nothing else."""
    noted = world.fence_notes.read()
    assert noted is not None
    world.fence_notes.save(noted, Noted(world.identities(), world.clock.now()))


def parked(world: World, campaign: Campaign) -> int:
    return len(world.holds.some(TENANT, campaign.id, HoldReason.FENCE, 100))


@pytest.mark.parametrize("table", TABLES)
def test_i_28_nothing_is_sent_after_any_table_was_restored(table: str) -> None:
    world = World()
    world.people(2)
    campaign = world.launched(STEPS)
    world.restore(world.backup(), table)
    world.pass_time(days=3)
    assert len(world.sent()) == 2
    assert parked(world, campaign) > 0
    assert lift(world).strange == (table,)
    assert sorted(world.sent()[2:]) == [("person0", "b"), ("person1", "b")]
    world.pass_time(days=2)
    assert world.get(campaign).status is CampaignStatus.COMPLETED


def test_i_28_a_container_that_is_new_claims_nothing_from_the_first_message() -> None:
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.clock.move(days=1)
    world.restore(world.backup())
    world.start_anew()
    assert world.advance(world.ref(campaign, person)).outcomes == {"fenced": 1}
    assert world.row(campaign, person).claim is None
    assert len(world.sent()) == 1


def test_what_the_backup_knows_is_sent_is_not_sent_again() -> None:
    """I-1, I-28: only what left after the backup leaves again, and nobody is lost."""
    world = World()
    world.people(3)
    campaign = world.launched(STEPS)
    backup = world.backup()
    world.pass_time(days=1, minutes=1)
    assert len(world.sent()) == 6
    world.restore(backup)
    world.pass_time(hours=1)
    lift(world)
    world.pass_time(days=3)
    again = sorted(world.sent()[6:])
    assert again == [("person0", "b"), ("person1", "b"), ("person2", "b")]
    assert {row.status for row in world.rows(campaign)} == {Status.COMPLETED}


def test_whose_only_hint_was_a_message_that_is_used_up_is_brought_up_by_the_lift() -> None:
    """I-3: what is due within ten minutes is only on a queue, of which there is no backup."""
    world = World()
    world.people(1)
    world.launched([email("a"), wait("5 minutes"), email("b")])
    assert world.wake_ups() == [w for w in world.wake_ups() if w.queue is not Queue.ADVANCE]
    backup = world.backup()
    world.pass_time(minutes=5)
    assert len(world.sent()) == 2
    world.restore(backup)
    assert not any(message.queue is Queue.ADVANCE for message in world.lines.waiting)
    assert lift(world).people == 1
    assert len(world.sent()) == 3


def test_a_fence_that_falls_while_somebody_parks_strands_nobody() -> None:
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.clock.move(days=1)
    world.restore(world.backup())
    after(world.main, "holds.put", lambda: fall(world))
    world.advance(world.ref(campaign, person))
    world.settle()
    assert world.sent() == [("person0", "a"), ("person0", "b")]


def test_letting_go_of_those_behind_the_fence_writes_no_row() -> None:
    """They are as they were: nothing was set aside."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.clock.move(days=1)
    world.restore(world.backup())
    world.advance(world.ref(campaign, person))
    fall(world)
    written: list[str] = []
    before(world.main, "enrollments.update", lambda: written.append("enrollments.update"))
    world.lines.waiting.clear()
    body = {"tenant": TENANT, "campaign": campaign.id, "reason": "fence"}
    assert release(body, plenty, world.releaser()) == 1
    assert written == []
    assert parked(world, campaign) == 0


def test_an_uncertain_message_is_not_repeated_behind_the_fence() -> None:
    world = World()
    world.people(1)
    world.esp.script = lambda _: Uncertain("no answer")
    world.launched([email("a")], on_uncertain=OnUncertain.RESEND)
    world.esp.script = accept_all
    world.restore(world.backup())
    world.pass_time(hours=2)
    assert len(world.esp.asked) == 1
    lift(world)
    assert len(world.esp.asked) == 2


def test_a_long_fence_makes_nobody_late() -> None:
    """I-8, I-27: its fall is a release, as an operator has looked."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.restore(world.backup())
    world.pass_time(days=4)
    lift_fence(world.lifting())
    done = world.advance(world.ref(campaign, person))
    assert done.outcomes["accepted"] == 1
    assert done.late_s == [0.0]


def test_who_is_paused_waits_for_the_resume_after_the_fence_too() -> None:
    """I-6: the fence wakes nobody who is held for another reason."""
    world = World()
    world.people(2)
    campaign = world.launched(STEPS)
    world.pause(campaign)
    world.restore(world.backup())
    world.pass_time(days=2)
    lift(world)
    assert len(world.sent()) == 2
    world.resume(campaign)
    assert len(world.sent()) == 4


def test_who_unsubscribes_behind_the_fence_gets_nothing_when_it_falls() -> None:
    """I-2."""
    world = World()
    gone, _ = world.people(2)
    world.launched(STEPS)
    world.restore(world.backup())
    world.pass_time(days=2)
    world.unsubscribe(gone)
    lift(world)
    assert world.sent()[2:] == [("person1", "b")]


def test_a_fence_is_not_lifted_while_a_table_is_missing() -> None:
    world = World()
    world.restore(world.backup(), "holds")
    world.tables["holds"].table_id = ""
    with pytest.raises(Unavailable, match="no table for holds"):
        lift_fence(world.lifting())


def test_lifting_twice_or_where_no_fence_stands_sends_nothing_twice() -> None:
    world = World()
    world.people(2)
    world.launched(STEPS)
    noted = world.fence_notes.read()
    assert lift(world).strange == ()
    assert world.fence_notes.read() == noted
    world.restore(world.backup())
    world.pass_time(days=1, minutes=1)
    for _ in range(2):
        lift(world)
    world.pass_time(days=2)
    assert len(world.sent()) == 4


def test_i_19_a_launch_that_was_under_way_at_the_backup_goes_on_when_it_is_told_to() -> None:
    """As the runbook says: by a message for the launch queue; who is enrolled is not again."""
    world = World()
    world.people(6)
    campaign = world.campaign([email("a")])
    launch(TENANT, campaign.id, world.launching())
    begin(TENANT, campaign.id, world.launching())
    enroll_lane(TENANT, campaign.id, 0, plenty, world.enrolling())
    backup = world.backup()
    world.lines.waiting.clear()
    world.restore(backup)
    lift(world)
    enrolled = len(world.rows(campaign))
    assert 0 < enrolled < 6
    world.lines.send(Queue.LAUNCH, [{"tenant": TENANT, "campaign": campaign.id}])
    world.settle()
    assert sorted(world.sent()) == [(f"person{number}", "a") for number in range(6)]
