"""What every reader of a queue promises: a message that fails comes again, and no other."""

from collections.abc import Callable

import pytest

from penguinmails.queues.port import Body, Queue
from tests.functions.running import Functions
from tests.simulation.steps import email
from tests.world import TENANT, World

BODIES: dict[Queue, Callable[[str], Body]] = {
    Queue.ADVANCE: lambda campaign: {"campaign": campaign, "shards": 2, "refs": []},
    Queue.LAUNCH: lambda campaign: {"campaign": campaign},
    Queue.CLOSE: lambda campaign: {"campaign": campaign},
    Queue.RELEASE: lambda campaign: {"campaign": campaign, "reason": "pause"},
    Queue.RECORD: lambda _: {"source": "sandbox", "heard": 1772442000000, "events": []},
}
POISON = ["", "{", "null", "7", "[]", "{}", '"canary@example.com"', "\x00", "[" * 10_000]


@pytest.mark.parametrize("queue", BODIES)
@pytest.mark.parametrize("poison", POISON)
def test_i_24_a_poison_message_fails_alone(
    world: World, functions: Functions, queue: Queue, poison: str
) -> None:
    campaign = world.launched([email("a")])
    good = {"tenant": TENANT, **BODIES[queue](campaign.id)}
    if queue is Queue.ADVANCE:
        good["refs"] = [world.people(1)[0].id]
    assert functions.read(queue, poison, good, poison) == ["m0", "m2"]
    happened = functions.happened()
    assert happened.count("message_failed") == 2
    assert len(happened) == 3
    (measured,) = functions.measured()
    assert measured["Errors"] == [1.0, 1.0]


@pytest.mark.parametrize("queue", BODIES)
def test_an_empty_batch_is_fine(functions: Functions, queue: Queue) -> None:
    assert functions.read(queue) == []
