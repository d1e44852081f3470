"""Salvages dead letters: triggered by every queue's dead letters."""

from penguinmails import bootstrap
from penguinmails.enrollments.salvage import salvage
from penguinmails.invocation import Context, Event
from penguinmails.observability import count, log, observed
from penguinmails.queues.port import Queue

house = bootstrap.house()
ports = house.salvager()


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> dict[str, list[str]]:  # noqa: ARG001 - the trigger's
    """Keep each dead letter among the holds, with its reason."""
    for record in event["Records"]:
        queue = queue_of(record["eventSourceARN"])
        held = salvage(queue, record["messageId"], record["body"], ports)
        log("salvaged", queue=queue.value, held=held)
    count("DeadLetters", len(event["Records"]))
    return {"batchItemFailures": []}


def queue_of(arn: str) -> Queue:
    """Tell the queue whose dead letters an ARN names, such as …-AdvanceDeadLetters."""
    name = arn.rpartition(":")[2].lower()
    return next(queue for queue in Queue if f"{queue}deadletters" in name.replace("-", ""))
