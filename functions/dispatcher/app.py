"""Dispatches wake-ups: triggered by a schedule, every minute."""

from penguinmails import bootstrap
from penguinmails.invocation import Context, Event
from penguinmails.observability import count, log, observed
from penguinmails.timer.dispatch import dispatch

house = bootstrap.house()
ports = house.dispatcher()


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> dict[str, int]:  # noqa: ARG001 - the trigger's
    """Hand what is due soon to its queues, with the delay that is left."""
    sent = dispatch(ports)
    count("Dispatched", sent.total())
    log("dispatched", sent=dict(sent))
    return dict(sent)
