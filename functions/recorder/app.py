"""Records what ESPs and readers report: triggered by the record queue, up to ten messages a time."""

from penguinmails import bootstrap
from penguinmails.enrollments.record import record
from penguinmails.invocation import BatchResponse, Context, Event, each_message
from penguinmails.observability import count, log, observed
from penguinmails.queues.port import Body

house = bootstrap.house()
ports = house.recorder()


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> BatchResponse:  # noqa: ARG001 - the trigger's
    """Record each message; one that could not be finished comes again, alone."""

    def handle(body: Body) -> None:
        done = record(body, ports)
        count("Events", done.outcomes.total())
        count("UnknownEvents", done.unknown.total())
        log("recorded", source=body["source"], outcomes=dict(done.outcomes))

    return each_message(event, handle)
