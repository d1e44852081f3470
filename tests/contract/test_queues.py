"""What a queue takes, whole or not at all, and when it can be received."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from penguinmails.clock import ManualClock
from penguinmails.errors import Unavailable
from penguinmails.local.clients import Account
from penguinmails.meter import Meter
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import LARGEST_CALL, LONGEST_DELAY_S, Body, Queue, Queues
from tests.contract.places import Place

READ = (Queue.ADVANCE, Queue.RECORD)
CLOSED_PORT = 9


@dataclass(frozen=True, slots=True)
class Line:
    """Queues, what can be received of one now, and how many messages of it are delayed."""

    queues: Queues
    receive: Callable[[Queue], list[Body]]
    delayed: Callable[[Queue], int]


def in_memory() -> Line:
    clock = ManualClock(datetime(2026, 3, 2, tzinfo=UTC))
    queues = MemoryQueues(clock)

    def receive(queue: Queue) -> list[Body]:
        found = [queues.receive() for message in list(queues.waiting)]
        return [message.body for message in found if message and message.queue is queue]

    def delayed(queue: Queue) -> int:
        later = (m for m in queues.waiting if m.visible_at > clock.now())
        return sum(message.queue is queue for message in later)

    return Line(queues, receive, delayed)


def in_sqs(place: Place) -> Line:
    client = place.account.client("sqs")
    urls = {queue: place.new_queue(queue) for queue in READ}

    def receive(queue: Queue) -> list[Body]:
        bodies: list[Body] = []
        while found := client.receive_message(QueueUrl=urls[queue], MaxNumberOfMessages=10).get(
            "Messages"
        ):
            bodies += [json.loads(message["Body"]) for message in found]
        return bodies

    def delayed(queue: Queue) -> int:
        answer = client.get_queue_attributes(QueueUrl=urls[queue], AttributeNames=["All"])
        return int(answer["Attributes"]["ApproximateNumberOfMessagesDelayed"])

    return Line(place.queues(urls), receive, delayed)


@pytest.fixture(params=["memory", pytest.param("sqs", marks=pytest.mark.emulator)])
def line(request: pytest.FixtureRequest) -> Line:
    return in_memory() if request.param == "memory" else in_sqs(request.getfixturevalue("place"))


def numbered(count: int, text: str = "") -> list[Body]:
    return [{"n": n, "text": text} for n in range(count)]


def numbers(bodies: Sequence[Body]) -> list[int]:
    return sorted(body["n"] for body in bodies)


def test_a_message_arrives_as_it_was_on_its_queue_alone(line: Line) -> None:
    body = {"text": "Zoë 🐧", "list": [1, None, True, 0.5], "map": {"a": {"b": []}}}
    line.queues.send(Queue.ADVANCE, [body])
    assert line.receive(Queue.RECORD) == []
    line.queues.send(Queue.ADVANCE, [body])
    assert line.receive(Queue.ADVANCE)[0] == body


@pytest.mark.parametrize("count", [1, 10, 11, 37])
def test_as_many_messages_as_you_like_are_sent_at_once(line: Line, count: int) -> None:
    line.queues.send(Queue.ADVANCE, numbered(count))
    assert numbers(line.receive(Queue.ADVANCE)) == list(range(count))


def test_sending_nothing_sends_nothing(line: Line) -> None:
    line.queues.send(Queue.ADVANCE, [])
    assert line.receive(Queue.ADVANCE) == []


def test_large_messages_arrive_together_and_the_largest_alone(line: Line) -> None:
    line.queues.send(Queue.ADVANCE, numbered(9, "x" * 100_000))
    line.queues.send(
        Queue.ADVANCE, [{"n": 9, "text": "x" * (LARGEST_CALL - len('{"n":9,"text":""}'))}]
    )
    assert numbers(line.receive(Queue.ADVANCE)) == list(range(10))


def test_a_delayed_message_cannot_be_received_yet(line: Line) -> None:
    line.queues.send(Queue.ADVANCE, numbered(12), delay_s=LONGEST_DELAY_S)
    assert line.receive(Queue.ADVANCE) == []
    assert line.delayed(Queue.ADVANCE) == 12


@pytest.mark.parametrize("delay_s", [-1, LONGEST_DELAY_S + 1])
def test_a_delay_that_no_queue_keeps_is_refused_before_anything_is_sent(
    line: Line, delay_s: int
) -> None:
    for bodies in (numbered(3), []):
        with pytest.raises(ValueError, match="0 to 900 seconds"):
            line.queues.send(Queue.ADVANCE, bodies, delay_s=delay_s)
    assert (line.receive(Queue.ADVANCE), line.delayed(Queue.ADVANCE)) == ([], 0)


@pytest.mark.parametrize("text", ["x" * LARGEST_CALL, "é" * (LARGEST_CALL // 6)])
def test_a_message_that_no_queue_takes_is_refused_before_anything_is_sent(
    line: Line, text: str
) -> None:
    with pytest.raises(ValueError, match="a queue takes 250000"):
        line.queues.send(Queue.ADVANCE, [*numbered(20), {"n": 20, "text": text}])
    assert line.receive(Queue.ADVANCE) == []


@pytest.mark.emulator
def test_a_part_that_the_queue_refuses_makes_the_whole_unavailable(place: Place) -> None:
    url = place.new_queue(Queue.ADVANCE, longest=1024)
    queues = place.queues({Queue.ADVANCE: url})
    with pytest.raises(Unavailable, match="refused 2 of 3 messages"):
        queues.send(Queue.ADVANCE, [*numbered(2, "x" * 1024), *numbered(1)])


@pytest.mark.emulator
def test_a_queue_that_is_not_there_is_unavailable(place: Place) -> None:
    url = place.new_queue(Queue.ADVANCE)
    queues = place.queues({Queue.ADVANCE: f"{url}-elsewhere"})
    with pytest.raises(Unavailable, match="did not answer"):
        queues.send(Queue.ADVANCE, numbered(1))


def test_queues_that_do_not_answer_are_unavailable() -> None:
    place = Place(Account(f"http://127.0.0.1:{CLOSED_PORT}", "000000000000"))
    queues = place.queues({Queue.ADVANCE: f"http://127.0.0.1:{CLOSED_PORT}/0/advance"})
    with pytest.raises(Unavailable, match="did not answer"):
        queues.send(Queue.ADVANCE, numbered(1))


@pytest.mark.emulator
def test_every_call_is_counted(place: Place) -> None:
    meter = Meter()
    queues = place.queues({Queue.ADVANCE: place.new_queue(Queue.ADVANCE)}, meter)
    queues.send(Queue.ADVANCE, numbered(25))
    queues.send(Queue.ADVANCE, numbered(4, "x" * 100_000))
    assert meter == Meter(round_trips=5)
