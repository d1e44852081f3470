"""Reads uploaded contacts: triggered by the import queue, one page of a file for each message."""

from penguinmails import bootstrap
from penguinmails.imports.page import read_page
from penguinmails.invocation import BatchResponse, Context, Event, each_message
from penguinmails.observability import log, observed
from penguinmails.queues.port import Body

house = bootstrap.house()
ports = house.importer()


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> BatchResponse:  # noqa: ARG001 - the trigger's
    """Read the next page of each import that the messages name."""

    def handle(body: Body) -> None:
        job = read_page(body["tenant"], body["import"], ports)
        outcomes = {outcome.value: number for outcome, number in job.outcomes.items()}
        log("imported", id=job.id, status=job.status.value, total=job.total, outcomes=outcomes)

    return each_message(event, handle)
