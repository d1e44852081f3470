"""What handlers share: the batch of a queue, the time that is left, one message at a time."""

import json
from collections.abc import Callable
from typing import Any, Protocol

from penguinmails.observability import count, log_failure
from penguinmails.queues.port import Body

Event = dict[str, Any]
BatchResponse = dict[str, list[dict[str, str]]]


class Context(Protocol):
    """The part of the Lambda context that is used."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Tell how long the invocation may still run."""
        ...


def time_left(context: Context) -> Callable[[], float]:
    """Give a function that tells the seconds that are left."""
    return lambda: context.get_remaining_time_in_millis() / 1000


def each_message(event: Event, handle: Callable[[Body], None]) -> BatchResponse:
    """Handle each message for itself; those that fail are delivered again, the others are not."""
    failed = []
    for record in event["Records"]:
        try:
            handle(json.loads(record["body"]))
        except Exception as error:  # noqa: BLE001 - whatever it is, only this is tried again
            log_failure("message_failed", error, message_id=record["messageId"])
            count("Errors", 1)
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
