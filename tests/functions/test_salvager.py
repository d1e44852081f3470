"""The salvager keeps every dead letter among the holds, and says why."""

import json

import pytest

from penguinmails.campaigns.campaign import Campaign
from penguinmails.enrollments.messages import pack
from penguinmails.enrollments.salvage import NOBODY
from penguinmails.errors import Unavailable
from penguinmails.holds.hold import HoldReason
from penguinmails.queues.port import Body, Queue
from tests.functions.outage import without
from tests.functions.running import Functions, dead_letters
from tests.simulation.steps import email, wait
from tests.simulation.taps import flow
from tests.world import TENANT, World


def waiting(world: World) -> tuple[Campaign, Body]:
    """Have people wait for a mail; give the message that names them."""
    world.people(3)
    campaign = world.launched([email("a"), wait("1 hour"), email("b")])
    (body,) = pack(row.ref for row in world.rows(campaign))
    return campaign, body


def held(world: World, tenant: str, campaign: str) -> list[tuple[Queue, str]]:
    """Give the queue and the reason of each dead letter that is kept."""
    holds = world.holds.some(tenant, campaign, HoldReason.DEAD_LETTER, 100)
    return [(hold.queue, hold.detail) for hold in holds]


def test_i_24_whom_a_dead_letter_names_is_set_aside_with_a_reason(
    world: World, functions: Functions
) -> None:
    campaign, body = waiting(world)
    answer = functions.run("salvager", dead_letters(Queue.ADVANCE, body))
    assert answer == {"batchItemFailures": []}
    assert held(world, TENANT, campaign.id) == [
        (Queue.ADVANCE, "was given up by the advance queue")
    ]
    assert {row.held for row in world.rows(campaign)} == {"dead_letter"}
    ((event, salvaged),) = functions.logged()
    assert (event, salvaged["queue"], salvaged["held"]) == ("salvaged", "advance", 3)
    assert functions.measured()[0]["DeadLetters"] == [1.0]


def test_i_31_a_test_send_that_was_given_up_leaves_no_address(
    world: World, functions: Functions
) -> None:
    call = {"tenant": TENANT, "testSend": "01890000-0000-7000-8000-0000000000aa"}
    body = {**call, "order": {"to": ["canary@example.com"]}}
    functions.run("salvager", dead_letters(Queue.ADVANCE, body))
    (hold,) = world.holds.some(TENANT, NOBODY, HoldReason.DEAD_LETTER, 100)
    assert hold.body == call


@pytest.mark.parametrize("queue", list(Queue))
def test_each_queues_dead_letters_are_told_apart(
    world: World, functions: Functions, queue: Queue
) -> None:
    campaign = "01890000-0000-7000-8000-00000000c0de"
    functions.run("salvager", dead_letters(queue, {"tenant": TENANT, "campaign": campaign}))
    assert [found for found, _ in held(world, TENANT, campaign)] == [queue]


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '"canary@example.com"', "\ud800", "{}"])
def test_i_24_poison_is_kept_as_it_came(world: World, functions: Functions, text: str) -> None:
    functions.run("salvager", dead_letters(Queue.RECORD, text))
    (hold,) = world.holds.some(NOBODY, NOBODY, HoldReason.DEAD_LETTER, 10)
    assert hold.body == ({} if text == "{}" else {"text": text})
    assert functions.happened() == ["salvaged"]


def test_i_24_a_released_dead_letter_goes_on_where_it_stopped(
    world: World, functions: Functions
) -> None:
    campaign, body = waiting(world)
    functions.run("salvager", dead_letters(Queue.ADVANCE, body))
    functions.run("salvager", dead_letters(Queue.ADVANCE, body))
    world.pass_time(hours=2)
    assert [step for _, step in world.sent()].count("b") == 0
    release = {"tenant": TENANT, "campaign": campaign.id, "reason": "dead_letter"}
    functions.read(Queue.RELEASE, release, release)
    world.settle()
    assert [step for _, step in world.sent()].count("b") == 3


def test_holds_that_are_away_leave_the_dead_letters_where_they_are(
    world: World, functions: Functions
) -> None:
    campaign, body = waiting(world)
    world.main.tap = without("holds")
    with pytest.raises(Unavailable):
        functions.run("salvager", dead_letters(Queue.ADVANCE, body))
    world.main.tap = flow
    functions.run("salvager", dead_letters(Queue.ADVANCE, json.dumps(body)))
    assert len(held(world, TENANT, campaign.id)) == 1
