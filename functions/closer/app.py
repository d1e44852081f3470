"""Closes campaigns: triggered by the close queue, when a hint says that nobody may be left."""

from penguinmails import bootstrap
from penguinmails.enrollments.close import close
from penguinmails.invocation import BatchResponse, Context, Event, each_message, time_left
from penguinmails.observability import log, observed
from penguinmails.queues.port import Body

house = bootstrap.house()
ports = house.closer()


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> BatchResponse:
    """Look whether anybody is left, and take the campaign a step towards its end if not."""

    def handle(body: Body) -> None:
        log(
            "closing_looked",
            campaign=body["campaign"],
            found=close(body, time_left(context), ports),
        )

    return each_message(event, handle)
