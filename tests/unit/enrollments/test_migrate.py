"""Migrations: an edit touches nobody who is enrolled, and moving them loses and doubles nobody."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from penguinmails.campaigns.campaign import Campaign, CampaignStatus, OnUncertain
from penguinmails.deliveries.fact import FactType
from penguinmails.enrollments import migrate as module
from penguinmails.enrollments.enrollment import Status
from penguinmails.enrollments.landing import MIGRATED_AWAY
from penguinmails.enrollments.migrate import Forecast, forecast, go_on, migrate
from penguinmails.errors import Conflict, InvalidInput, NotFound
from penguinmails.holds.hold import HoldReason
from penguinmails.queues.port import Queue
from penguinmails.sends.outcome import Uncertain
from penguinmails.table.port import Key
from tests.simulation.steps import email, wait
from tests.simulation.taps import Main, after, before, die, twice
from tests.world import TENANT, World, plenty

Meddle = Callable[[Main, str, Callable[[], object]], None]
STEPS = [email("a"), wait("3 days"), email("b")]
SHORTER = [email("a"), wait("1 day"), email("b")]
LONGER = [email("a"), wait("5 days"), email("b")]
WITHOUT = [email("a")]


def foreseen(world: World, campaign: Campaign) -> Forecast:
    """Give the forecast for all of a campaign."""
    number = world.get(campaign).revision
    parts = [forecast(TENANT, campaign.id, number, None, world.migrating())]
    while (place := parts[-1].after) is not None:
        parts.append(forecast(TENANT, campaign.id, number, place, world.migrating()))
    return Forecast(
        *(
            sum(getattr(part, name) for part in parts)
            for name in ("stay", "move", "become_due", "complete", "busy")
        )
    )


def of_person(world: World, who: str = "person0") -> list[str]:
    return [step for name, step in world.sent() if name == who]


def test_i_25_only_new_people_get_a_new_revision() -> None:
    world = World()
    world.people(2)
    campaign = world.launched(STEPS)
    world.revise(campaign, SHORTER)
    assert {row.revision for row in world.rows(campaign)} == {1}
    world.pass_time(days=2)
    assert len(world.sent()) == 2
    world.pass_time(days=2)
    assert len(world.sent()) == 4


def test_a_dry_run_says_who_stays_who_moves_and_who_becomes_due() -> None:
    """And does nothing."""
    world = World()
    people = world.people(6)
    campaign = world.launched(STEPS)
    world.exit_one(campaign, people[0])
    world.pause_one(campaign, people[1])
    world.pass_time(days=2)
    world.revise(campaign, SHORTER)
    before_it = world.rows(campaign)
    assert foreseen(world, campaign) == Forecast(stay=1, move=5, become_due=4)
    assert world.rows(campaign) == before_it
    world.revise(campaign, WITHOUT)
    assert foreseen(world, campaign) == Forecast(stay=1, move=5, complete=5)


def test_a_dry_run_of_many_comes_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(shards=3)
    world.people(30)
    campaign = world.launched(STEPS)
    world.revise(campaign, LONGER)
    monkeypatch.setattr(module, "PAGE", 4)
    monkeypatch.setattr(module, "FORECAST_PAGES", 2)
    part = forecast(TENANT, campaign.id, 2, None, world.migrating())
    assert part.move <= 8
    assert part.after is not None
    assert foreseen(world, campaign) == Forecast(move=30)


def test_i_7_a_wait_that_became_longer_is_waited_out() -> None:
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    begun_at = world.clock.now()
    world.pass_time(days=1)
    world.revise(campaign, LONGER)
    world.migrate(campaign)
    row = world.row(campaign, person)
    assert row.revision == 2
    assert row.due_at - begun_at == timedelta(days=5)
    world.pass_time(days=3)
    assert of_person(world) == ["a"]
    world.pass_time(days=2)
    assert of_person(world) == ["a", "b"]


def test_a_wait_that_became_shorter_ends_sooner_and_who_is_overdue_is_not_late() -> None:
    """I-8, I-27: due at the move; the late guard of four hours stays quiet."""
    world = World()
    world.people(3)
    campaign = world.launched(STEPS)
    world.pass_time(days=2)
    world.revise(campaign, SHORTER)
    world.migrate(campaign)
    assert len(world.sent()) == 6
    assert world.get(campaign).status is not CampaignStatus.PAUSED
    late = {
        f.detail for row in world.rows(campaign) for f in row.facts() if f.type is FactType.ACCEPTED
    }
    assert late == {"0"}


def test_a_wait_that_became_shorter_wakes_who_is_not_due_yet_in_time() -> None:
    """I-3, I-7: by a wake-up of their own."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.pass_time(hours=2)
    world.revise(campaign, SHORTER)
    world.migrate(campaign)
    due_at = world.row(campaign, person).due_at
    world.pass_time(days=1)
    assert [message.date for message in world.esp.accepted[1:]] == [due_at]


def test_who_has_no_step_left_completes_with_a_reason() -> None:
    """I-4, I-26: and the campaign with them."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.revise(campaign, WITHOUT)
    world.migrate(campaign)
    row = world.row(campaign, person)
    assert (row.status, row.exit_reason) == (Status.COMPLETED, MIGRATED_AWAY)
    world.pass_time(hours=1)
    assert world.get(campaign).status is CampaignStatus.COMPLETED


def test_i_1_an_email_that_somebody_has_had_is_not_sent_again_further_on() -> None:
    """It comes after their step in the new order; they pass it."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.revise(
        campaign, [wait("1 hour"), {"wait": "3 days", "id": "a_wait"}, email("a"), email("b")]
    )
    world.migrate(campaign)
    world.pass_time(days=4)
    assert of_person(world) == ["a", "b"]
    assert world.row(campaign, person).status is Status.COMPLETED


def test_i_25_who_read_the_old_revision_claims_nothing_once_the_person_has_moved() -> None:
    """The claim is conditional on the revision that the message was written from."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched([wait("1 day"), email("a"), wait("1 day"), email("b")])
    world.revise(campaign, [wait("1 day"), {"email": "a", "template": "new"}, email("b")])
    world.clock.move(days=1)

    def move() -> None:
        migrate(TENANT, campaign.id, 2, world.migrating())
        for shard in range(2):
            body = {"tenant": TENANT, "campaign": campaign.id, "revision": 2, "lane": shard}
            go_on(body, plenty, world.migrating())

    before(world.main, "enrollments.update", move)
    assert world.advance(world.ref(campaign, person)).outcomes["moved"] == 1
    assert world.sent() == []
    world.pass_time(hours=1)
    assert of_person(world) == ["a", "b"]
    assert {row.revision for row in world.rows(campaign)} == {2}


def test_i_25_a_message_in_hand_is_settled_in_its_revision_and_its_person_moved_later() -> None:
    """I-1: a claim is never moved."""
    world = World()
    person = world.people(1)[0]
    world.esp.script = lambda _message: Uncertain("timeout")
    campaign = world.launched(STEPS)
    world.revise(campaign, LONGER)
    assert foreseen(world, campaign) == Forecast(move=1, busy=1)
    world.migrate(campaign)
    row = world.row(campaign, person)
    assert (row.revision, row.claim is not None) == (1, True)
    world.pass_time(hours=3)
    row = world.row(campaign, person)
    assert (row.revision, row.claim) == (2, None)
    world.pass_time(days=6)
    assert len(world.esp.asked) == 2


def test_i_6_nobody_is_woken_who_is_paused() -> None:
    """They move, and go on from there."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.pause_one(campaign, person)
    world.pass_time(days=2)
    world.revise(campaign, SHORTER)
    world.migrate(campaign)
    world.pass_time(days=2)
    row = world.row(campaign, person)
    assert (row.revision, row.status, of_person(world)) == (2, Status.PAUSED, ["a"])
    world.resume_one(campaign, person)
    world.settle()
    assert of_person(world) == ["a", "b"]


def test_i_6_in_a_paused_campaign_people_move_and_wait_for_its_resume() -> None:
    world = World()
    world.people(3)
    campaign = world.launched(STEPS)
    world.pass_time(days=2)
    world.pause(campaign)
    world.revise(campaign, SHORTER)
    world.migrate(campaign)
    world.pass_time(hours=1)
    assert len(world.sent()) == 3
    world.resume(campaign)
    assert sorted(world.sent()[3:]) == [(f"person{n}", "b") for n in range(3)]


def test_who_is_held_for_a_broken_message_moves_and_is_released_into_the_new_one() -> None:
    """I-3: that is how a broken template is mended."""
    world = World()
    person = world.people(1)[0]
    world.writer.broken.add(person.email)
    campaign = world.launched(STEPS)
    world.revise(campaign, LONGER)
    world.migrate(campaign)
    assert (world.row(campaign, person).revision, world.row(campaign, person).held) == (2, "failed")
    world.writer.broken.clear()
    body = {"tenant": TENANT, "campaign": campaign.id, "reason": HoldReason.FAILED.value}
    world.handle(Queue.RELEASE, body)
    world.settle()
    assert of_person(world) == ["a"]


def test_i_23_a_soft_bounce_of_an_email_that_is_gone_is_not_retried() -> None:
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.revise(campaign, [{"wait": "3 days", "id": "a_wait"}, email("b")])
    world.migrate(campaign)
    world.report(world.esp.accepted[0], "bounced", **{"class": "soft"})
    world.pass_time(days=1)
    assert world.row(campaign, person).retry is None
    world.pass_time(days=3)
    assert of_person(world) == ["a", "b"]


def test_i_23_a_retry_that_is_set_while_its_person_moves_is_set_in_the_new_revision() -> None:
    world = World()
    world.people(1)
    campaign = world.launched(STEPS)
    world.revise(campaign, [{"wait": "3 days", "id": "a_wait"}, email("b")])
    world.report(world.esp.accepted[0], "bounced", **{"class": "soft"})

    def move() -> None:
        for shard in range(2):
            body = {"tenant": TENANT, "campaign": campaign.id, "revision": 2, "lane": shard}
            go_on(body, plenty, world.migrating())

    after(world.main, "queue.advance", lambda: before(world.main, "enrollments.update", move))
    world.pass_time(days=4)
    assert of_person(world) == ["a", "b"]


def test_moving_twice_moves_once() -> None:
    """And nobody is moved back by an older message."""
    world = World()
    world.people(5)
    campaign = world.launched(STEPS)
    world.revise(campaign, LONGER)
    world.migrate(campaign)
    once = world.rows(campaign)
    world.migrate(campaign)
    assert world.rows(campaign) == once
    world.revise(campaign, SHORTER)
    world.migrate(campaign)
    world.handle(
        Queue.LAUNCH, {"tenant": TENANT, "campaign": campaign.id, "revision": 2, "lane": 0}
    )
    assert {row.revision for row in world.rows(campaign)} == {3}
    facts = [
        f.detail for row in world.rows(campaign) for f in row.facts() if f.type is FactType.MIGRATED
    ]
    assert sorted(facts) == ["2"] * 5 + ["3"] * 5


@pytest.mark.parametrize(
    "effect", ["enrollments.update", "core.update", "wakeups.put", "queue.advance"]
)
@pytest.mark.parametrize("meddle", [before, after])
def test_a_crash_in_mid_migration_strands_nobody(effect: str, meddle: Meddle) -> None:
    """I-3, I-4: whoever was moved without a message is looked at when the page comes again."""
    world = World()
    world.people(9)
    campaign = world.launched(STEPS)
    world.pass_time(days=2)
    world.revise(campaign, SHORTER)
    migrate(TENANT, campaign.id, 2, world.migrating())
    world.clock.move(seconds=40)
    meddle(world.main, effect, die)
    world.settle()
    world.pass_time(hours=1)
    assert {row.revision for row in world.rows(campaign)} == {2}
    assert sorted(world.sent()) == sorted((f"person{n}", step) for n in range(9) for step in "ab")


def test_a_move_whose_answer_was_lost_stands() -> None:
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    world.pass_time(days=2)
    world.revise(campaign, SHORTER)
    migrate(TENANT, campaign.id, 2, world.migrating())
    twice(world.main, "enrollments.update")
    world.pass_time(minutes=3)
    assert world.row(campaign, person).revision == 2
    assert of_person(world) == ["a", "b"]


def test_a_lane_out_of_time_goes_on_in_another_message(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(shards=1)
    world.people(30)
    campaign = world.launched(STEPS)
    world.revise(campaign, LONGER)
    monkeypatch.setattr(module, "PAGE", 10)
    left = iter([100.0, 100.0, 1.0])
    body = {"tenant": TENANT, "campaign": campaign.id, "revision": 2, "lane": 0}
    done = go_on(body, lambda: next(left), world.migrating())
    assert (done.moved, done.done) == (20, False)
    lane = world.migrations.lane(TENANT, f"{campaign.id}#000002", 0)
    assert (lane.targeted, lane.done) == (20, False)
    world.settle()
    assert {row.revision for row in world.rows(campaign)} == {2}


def test_nobody_enters_by_the_old_revision_behind_the_back_of_a_migration() -> None:
    """I-25: it waits until whoever read the campaign before its change has ended."""
    world = World(shards=1)
    world.people(3)
    campaign = world.campaign(STEPS)

    def revise_and_migrate() -> None:
        world.revise(campaign, LONGER)
        migrate(TENANT, campaign.id, 2, world.migrating())

    before(world.main, "enrollments.insert", revise_and_migrate)
    world.launch(campaign)
    assert {row.revision for row in world.rows(campaign)} == {1}
    world.pass_time(minutes=1)
    assert {row.revision for row in world.rows(campaign)} == {2}


def test_a_migration_ends_with_its_campaign() -> None:
    world = World()
    world.people(2)
    world.esp.script = lambda _message: Uncertain("timeout")
    campaign = world.launched(STEPS, on_uncertain=OnUncertain.RESEND)
    world.revise(campaign, LONGER)
    world.migrate(campaign)
    world.lifecycle.cancel(campaign)
    world.pass_time(days=5)
    assert world.wake_ups() == []
    assert [m for m in world.lines.waiting if m.queue is Queue.LAUNCH] == []


def test_people_move_to_the_revision_that_new_people_get_and_to_no_other() -> None:
    world = World()
    world.people(1)
    campaign = world.launched(STEPS)
    for number in (0, 2):
        with pytest.raises(Conflict, match="which is 1"):
            migrate(TENANT, campaign.id, number, world.migrating())
        with pytest.raises(Conflict, match="which is 1"):
            forecast(TENANT, campaign.id, number, None, world.migrating())
    draft = world.campaign(STEPS)
    with pytest.raises(Conflict, match="active or paused"):
        migrate(TENANT, draft.id, 1, world.migrating())


def test_i_16_a_campaign_of_another_tenant_is_not_there() -> None:
    world = World()
    world.people(1)
    campaign = world.launched(STEPS)
    with pytest.raises(NotFound):
        migrate("another", campaign.id, 1, world.migrating())
    with pytest.raises(NotFound):
        forecast("another", campaign.id, 1, None, world.migrating())
    with pytest.raises(InvalidInput, match="cursor"):
        forecast(TENANT, campaign.id, 1, Key(f"another#{campaign.id}#0", ""), world.migrating())
