"""The advancer gives everybody whom a message names what they need now."""

from penguinmails.campaigns.campaign import Campaign
from penguinmails.enrollments.messages import pack
from penguinmails.holds.hold import HoldReason
from penguinmails.queues.port import Body, Queue
from penguinmails.sends.message import Message
from penguinmails.sends.outcome import Outcome, TryLater
from tests.functions.outage import without
from tests.functions.running import Functions
from tests.simulation.steps import email, wait
from tests.simulation.taps import flow
from tests.world import TENANT, World

STEPS = [email("a"), wait("1 day"), email("b")]


def due(world: World, people: int = 3) -> tuple[Campaign, Body]:
    """Have people wait for the second mail until it is due; give the message that names them."""
    world.people(people)
    campaign = world.launched(STEPS)
    world.clock.move(days=1)
    world.esp.accepted.clear()
    (body,) = pack(row.ref for row in world.rows(campaign))
    return campaign, body


def test_everybody_named_gets_their_mail(world: World, functions: Functions) -> None:
    campaign, body = due(world)
    assert functions.read(Queue.ADVANCE, body) == []
    assert sorted(world.sent()) == [(f"person{number}", "b") for number in range(3)]
    (advanced,) = functions.logged()
    assert advanced[0] == "advanced"
    assert advanced[1]["campaign"] == campaign.id
    assert advanced[1]["outcomes"]["accepted"] == 3


def test_sends_and_their_lateness_are_measured(world: World, functions: Functions) -> None:
    _, body = due(world)
    world.clock.move(seconds=2)
    functions.read(Queue.ADVANCE, body)
    (measured,) = functions.measured()
    assert measured["Sends"] == [3.0]
    assert measured["Lateness"] == [2.0, 2.0, 2.0]


def test_i_1_the_same_message_twice_sends_once(world: World, functions: Functions) -> None:
    _, body = due(world)
    assert functions.read(Queue.ADVANCE, body, body) == []
    assert functions.read(Queue.ADVANCE, body) == []
    assert len(world.sent()) == 3


def test_i_28_whoever_is_kept_back_by_the_fence_is_measured(
    world: World, functions: Functions
) -> None:
    campaign, body = due(world)
    world.restore(world.backup())
    assert functions.read(Queue.ADVANCE, body) == []
    assert world.sent() == []
    assert len(world.holds.some(TENANT, campaign.id, HoldReason.FENCE, 10)) == 1
    (measured,) = functions.measured()
    assert measured["Fenced"] == [3.0]


def test_the_claim_bears_the_name_of_its_invocation(world: World, functions: Functions) -> None:
    campaign, body = due(world, people=1)
    owners: list[str] = []

    def watch(_: Message) -> Outcome:
        (row,) = world.rows(campaign)
        owners.append(row.claim.owner if row.claim else "nobody")
        return TryLater(60, "busy")

    world.esp.script = watch
    functions.read(Queue.ADVANCE, body)
    assert owners == ["request-1"]


def test_what_time_does_not_allow_goes_back_to_the_queue(
    world: World, functions: Functions
) -> None:
    _, body = due(world)
    world.lines.waiting.clear()
    assert functions.read(Queue.ADVANCE, body, left_s=5) == []
    assert world.sent() == []
    ((_, advanced),) = functions.logged()
    assert advanced["outcomes"] == {"gone": 0, "out_of_time": 3}
    (again,) = world.lines.waiting
    assert (again.queue, sorted(again.body["refs"])) == (Queue.ADVANCE, sorted(body["refs"]))


def test_a_table_that_is_away_loses_nobody(world: World, functions: Functions) -> None:
    _, body = due(world)
    world.main.tap = without("enrollments.update")
    assert functions.read(Queue.ADVANCE, body) == []
    assert world.sent() == []
    assert functions.logged()[0][1]["outcomes"]["unavailable"] == 3
    world.main.tap = flow
    world.pass_time(minutes=1)
    assert len(world.sent()) == 3


def test_a_queue_that_is_away_has_the_message_come_again(
    world: World, functions: Functions
) -> None:
    _, body = due(world)
    world.main.tap = without("queue")
    assert functions.read(Queue.ADVANCE, body, left_s=5) == ["m0"]
    assert functions.happened() == ["message_failed"]
    world.main.tap = flow
    assert functions.read(Queue.ADVANCE, body) == []
    assert len(world.sent()) == 3


def test_one_persons_refusal_stops_nobody_else(world: World, functions: Functions) -> None:
    _, body = due(world)
    world.writer.broken.add("person1@example.com")
    functions.read(Queue.ADVANCE, body)
    assert sorted(world.sent()) == [("person0", "b"), ("person2", "b")]
    (measured,) = functions.measured()
    assert measured["Held"] == [1.0]


def test_an_error_that_quotes_an_address_is_logged_without_it(
    world: World, functions: Functions
) -> None:
    _, body = due(world)

    def choke(message: Message) -> Outcome:
        quoted = f"cannot deliver to <{message.to_email}>, or {message.to_email!r}"
        raise LookupError(quoted)

    world.esp.script = choke
    assert functions.read(Queue.ADVANCE, body) == ["m0"]
    ((event, failed),) = functions.logged()
    assert (event, failed["message_id"], failed["error"]) == ("message_failed", "m0", "LookupError")
    assert "cannot deliver to <<address>>, or '<address>'" in failed["trace"]
