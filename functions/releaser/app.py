"""Releases holds: triggered by the release queue, after a resume or by an operator."""

from penguinmails import bootstrap
from penguinmails.enrollments.release import release
from penguinmails.invocation import BatchResponse, Context, Event, each_message, time_left
from penguinmails.observability import log, observed
from penguinmails.queues.port import Body

house = bootstrap.house()
ports = house.releaser()


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> BatchResponse:
    """Put what a campaign's holds keep for one reason back onto its queue."""

    def handle(body: Body) -> None:
        released = release(body, time_left(context), ports)
        log("released", campaign=body["campaign"], reason=body["reason"], holds=released)

    return each_message(event, handle)
