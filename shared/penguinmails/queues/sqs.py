"""Queues in SQS: batches of ten, and no message left behind silently."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from penguinmails.errors import Unavailable
from penguinmails.meter import Meter
from penguinmails.queues.port import LARGEST_BATCH, LARGEST_CALL, Body, Queue, written

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef


class SqsQueues:
    """The queues whose URLs a function was given."""

    def __init__(self, client: "SQSClient", urls: Mapping[Queue, str], meter: Meter) -> None:
        self._client = client
        self._urls = urls
        self._meter = meter

    def send(self, queue: Queue, bodies: Sequence[Body], *, delay_s: int = 0) -> None:
        for batch in _batches(written(bodies, delay_s)):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(number), "MessageBody": text, "DelaySeconds": delay_s}
                for number, text in enumerate(batch)
            ]
            self._send_batch(self._urls[queue], entries)

    def _send_batch(self, url: str, entries: "list[SendMessageBatchRequestEntryTypeDef]") -> None:
        self._meter.count()
        try:
            answer = self._client.send_message_batch(QueueUrl=url, Entries=entries)
        except (BotoCoreError, ClientError) as error:
            message = "the queue did not answer"
            raise Unavailable(message) from error
        if answer.get("Failed"):
            message = f"the queue refused {len(answer['Failed'])} of {len(entries)} messages"
            raise Unavailable(message)


def _batches(texts: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) == LARGEST_BATCH or size + len(text) > LARGEST_CALL):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch
