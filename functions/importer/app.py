"""Reads uploaded contacts, erases and exports people: triggered by the import queue."""

from penguinmails import bootstrap
from penguinmails.imports.page import read_page
from penguinmails.invocation import BatchResponse, Context, Event, each_message
from penguinmails.observability import log, observed
from penguinmails.privacy.run import run
from penguinmails.queues.port import Body

house = bootstrap.house()
ports = house.importer()
privacy = house.privacy()


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> BatchResponse:  # noqa: ARG001 - the trigger's
    """Do what each message asks for: the next page of an import, or a job."""

    def handle(body: Body) -> None:
        if "job" in body:
            done = run(body["tenant"], body["job"], privacy)
            log("job_done", id=done.id, kind=done.kind.value, status=done.status.value)
            return
        job = read_page(body["tenant"], body["import"], ports)
        outcomes = {outcome.value: number for outcome, number in job.outcomes.items()}
        log("imported", id=job.id, status=job.status.value, total=job.total, outcomes=outcomes)

    return each_message(event, handle)
