"""Stragglers: the patrol finds who was lost, and the salvager keeps what was given up."""

import json

import pytest

from penguinmails.campaigns.campaign import CampaignStatus
from penguinmails.enrollments.enrollment import Status
from penguinmails.holds.hold import HoldReason
from penguinmails.queues.port import Queue
from tests.simulation.steps import email, wait
from tests.simulation.taps import before, die
from tests.world import TENANT, World

STEPS = [email("a"), wait("1 day"), email("b")]
DEAD = HoldReason.DEAD_LETTER


def lose_every_hint(world: World) -> None:
    """Forget all messages and wake-ups."""
    world.lines.waiting.clear()
    world.tables["wakeups"].rows.clear()


def test_the_patrol_finds_who_was_left_behind() -> None:
    """I-3: nothing but the rows themselves is needed."""
    world = World()
    world.people(4)
    campaign = world.launched(STEPS)
    lose_every_hint(world)
    world.pass_time(days=1, minutes=20)
    assert len(world.sent()) == 4
    world.patrol_round()
    assert len(world.sent()) == 8
    world.pass_time(hours=1)
    assert world.get(campaign).status is CampaignStatus.COMPLETED


def test_the_patrol_finds_people_whose_launch_message_was_lost() -> None:
    """I-3, trap 1: enrolled is not enough."""
    world = World()
    world.people(2)
    campaign = world.campaign([email("a")])
    before(world.main, "queue.advance", die)
    world.launch(campaign)
    lose_every_hint(world)
    world.pass_time(minutes=16)
    world.patrol_round()
    assert sorted(world.sent()) == [("person0", "a"), ("person1", "a")]


@pytest.mark.parametrize("why", ["paused campaign", "held", "paused person", "not due"])
def test_the_patrol_leaves_alone_who_waits_for_a_reason(why: str) -> None:
    """I-3, I-6: a reason is a reason."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(STEPS)
    ref = world.ref(campaign, person)
    lose_every_hint(world)
    if why == "paused campaign":
        world.pause(campaign)
    if why == "held":
        world.enrollments.hold(ref, "failed")
    if why == "paused person":
        world.pause_one(campaign, person)
    world.clock.move(hours=1 if why == "not due" else 30)
    world.patrol_round()
    assert world.invocations == 1
    assert len(world.sent()) == 1


def test_the_patrol_visits_ended_walks_that_hold_a_claim() -> None:
    """I-4: evidence or skip, never a repeat."""
    world = World()
    person = world.people(1)[0]
    campaign = world.campaign(STEPS)
    before(world.main, "esp", die)
    world.launch(campaign)
    world.unsubscribe(person)
    lose_every_hint(world)
    for _ in range(4):
        world.pass_time(minutes=20)
        world.patrol_round()
    row = world.row(campaign, person)
    assert (row.status, row.claim) == (Status.EXITED, None)
    assert any(fact.detail == "uncertain" for fact in row.facts())
    assert world.sent() == []


def test_a_patrol_that_dies_goes_on_where_it_was() -> None:
    """I-3: its place is kept after the page, so that a page is walked twice, never skipped."""
    world = World()
    world.people(2)
    world.launched(STEPS)
    lose_every_hint(world)
    world.clock.move(days=1, hours=1)
    before(world.main, "core.put", die)
    world.patrol_round()
    world.patrol_round()
    assert len(world.sent()) == 4


def dead_letter(world: World, campaign: str) -> str:
    """Write the advance message that names everybody."""
    refs = [row.ref.contact for row in world.rows(world.campaigns.get(TENANT, campaign))]
    return json.dumps(
        {"tenant": TENANT, "campaign": campaign, "shards": world.shards, "refs": refs}
    )


def test_a_dead_letter_sets_aside_whom_it_names_with_the_reason() -> None:
    """I-24, I-3: poison blocks nobody else, and no patrol brings it back."""
    world = World()
    world.people(3)
    campaign = world.launched(STEPS)
    assert world.salvage(Queue.ADVANCE, "m-1", dead_letter(world, campaign.id)) == 3
    assert {row.held for row in world.rows(campaign)} == {"dead_letter"}
    world.pass_time(days=2)
    world.patrol_round()
    assert len(world.sent()) == 3


def test_salvaging_a_letter_again_keeps_it_once() -> None:
    """I-24: the hold's id is the message's."""
    world = World()
    world.people(1)
    campaign = world.launched(STEPS)
    letter = dead_letter(world, campaign.id)
    for _ in range(3):
        world.salvage(Queue.ADVANCE, "m-1", letter)
    assert len(world.holds.some(TENANT, campaign.id, DEAD, 10)) == 1


def test_redriving_a_dead_letter_any_number_of_times_sends_nothing_twice() -> None:
    """I-24, I-1: released much later, it is no reason to call the campaign late."""
    world = World()
    world.people(3)
    campaign = world.launched(STEPS)
    world.salvage(Queue.ADVANCE, "m-1", dead_letter(world, campaign.id))
    world.pass_time(days=3)
    for _ in range(3):
        body = {"tenant": TENANT, "campaign": campaign.id, "reason": "dead_letter"}
        world.handle(Queue.RELEASE, body)
        world.settle()
    assert len(world.sent()) == 6
    world.pass_time(days=1)
    assert world.get(campaign).status is CampaignStatus.COMPLETED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[1, 2]",
        "{}",
        '{"tenant": 5, "campaign": null, "shards": 2, "refs": []}',
        f'{{"tenant": "{TENANT}", "campaign": "a#b", "shards": 2, "refs": ["x"]}}',
        f'{{"tenant": "{TENANT}", "campaign": "{TENANT}", "shards": 0, "refs": ["{TENANT}"]}}',
        f'{{"tenant": "{TENANT}", "campaign": "{TENANT}", "shards": 2, "refs": 7}}',
        f'{{"tenant": "{TENANT}", "campaign": "{TENANT}", "shards": 2, "refs": [null, "x"]}}',
    ],
)
def test_a_letter_that_nobody_can_read_is_kept_too(text: str) -> None:
    """I-24: the salvager itself is never poisoned."""
    world = World()
    assert world.salvage(Queue.ADVANCE, "m-1", text) == 0
    kept = [row for rows in world.tables["holds"].rows.values() for row in rows.values()]
    assert len(kept) == 1
