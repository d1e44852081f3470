"""What we rely on of queues: delays, messages hidden and shown again, batches, dead letters."""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conformance.ground import Ground, refused

pytestmark = pytest.mark.emulator

RECEIVES, HIDDEN_S = 5, 1
SOON_S = 10.0


@dataclass(frozen=True)
class Line:
    """A queue of a test's own, and its dead letters."""

    ground: Ground
    url: str
    dead_url: str

    def send(self, body: str, delay_s: int = 0) -> str:
        sent = self.ground.queues.send_message(
            QueueUrl=self.url, MessageBody=body, DelaySeconds=delay_s
        )
        return str(sent["MessageId"])

    def send_batch(self, bodies: list[str]) -> int:
        entries = [{"Id": f"{n}", "MessageBody": body} for n, body in enumerate(bodies)]
        sent = self.ground.queues.send_message_batch(QueueUrl=self.url, Entries=entries)
        return len(sent["Successful"])

    def received(self, seconds: float = SOON_S) -> list[dict[str, Any]]:
        return self.ground.received(self.url, seconds)


def create(ground: Ground, **attributes: str) -> str:
    name = f"conformance-{uuid.uuid4()}"
    return str(ground.queues.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


@pytest.fixture
def line(ground: Ground) -> Iterator[Line]:
    dead_url = create(ground)
    shown = ground.queues.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])
    redrive = {"deadLetterTargetArn": shown["Attributes"]["QueueArn"], "maxReceiveCount": RECEIVES}
    url = create(ground, VisibilityTimeout=f"{HIDDEN_S}", RedrivePolicy=json.dumps(redrive))
    yield Line(ground, url, dead_url)
    for each in (url, dead_url):
        ground.queues.delete_queue(QueueUrl=each)


def test_a_delayed_message_comes_when_its_delay_is_over_and_not_before(line: Line) -> None:
    sent_s = time.monotonic()
    line.send("later", delay_s=2)
    (message,) = line.received()
    assert message["Body"] == "later"
    assert time.monotonic() - sent_s >= 1.9


def test_a_queue_tells_how_much_is_delayed(line: Line) -> None:
    line.send("later", delay_s=60)
    wanted = "ApproximateNumberOfMessagesDelayed"

    def delayed() -> bool:
        answer = line.ground.queues.get_queue_attributes(QueueUrl=line.url, AttributeNames=[wanted])
        return int(answer["Attributes"][wanted]) == 1

    assert line.ground.until(delayed)


def test_a_message_that_was_taken_is_hidden_and_comes_again_counted(line: Line) -> None:
    line.send("x")
    (first,) = line.received()
    taken_s = time.monotonic()
    (second,) = line.received()
    assert time.monotonic() - taken_s >= 0.8 * HIDDEN_S
    assert first["MessageId"] == second["MessageId"]
    assert [m["Attributes"]["ApproximateReceiveCount"] for m in (first, second)] == ["1", "2"]


def test_a_message_that_was_deleted_does_not_come_again(line: Line) -> None:
    line.send("x")
    (message,) = line.received()
    line.ground.queues.delete_message(QueueUrl=line.url, ReceiptHandle=message["ReceiptHandle"])
    assert line.received(2 * HIDDEN_S) == []


def test_a_message_may_be_hidden_for_longer(line: Line) -> None:
    line.send("x")
    (message,) = line.received()
    line.ground.queues.change_message_visibility(
        QueueUrl=line.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=3
    )
    assert line.received(1.5 * HIDDEN_S) == []
    assert len(line.received()) == 1


def test_a_message_is_a_dead_letter_after_five_receives_and_not_before(line: Line) -> None:
    sent = line.send("Zoë 🐧")
    for time_received in range(1, RECEIVES + 1):
        (message,) = line.received()
        assert message["Attributes"]["ApproximateReceiveCount"] == f"{time_received}"
    assert line.received(2 * HIDDEN_S) == []
    (dead,) = line.ground.received(line.dead_url, SOON_S)
    assert (dead["MessageId"], dead["Body"]) == (sent, "Zoë 🐧")


def test_a_batch_takes_ten_messages_and_no_more(line: Line) -> None:
    assert line.send_batch(["x"] * 10) == 10
    with pytest.raises(ClientError) as refusal:
        line.send_batch(["x"] * 11)
    assert refused(refusal).endswith("TooManyEntriesInBatchRequest")


def test_a_batch_takes_250_000_bytes_and_not_more_than_a_mebibyte(line: Line) -> None:
    assert line.send_batch(["x" * 125_000] * 2) == 2
    with pytest.raises(ClientError):
        line.send_batch(["x" * 600_000] * 2)
