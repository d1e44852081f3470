"""Dispatches wake-ups, and watches the fence: triggered by a schedule, every minute."""

from penguinmails import bootstrap
from penguinmails.fence.watch import watch
from penguinmails.invocation import Context, Event
from penguinmails.observability import count, log, observed
from penguinmails.timer.dispatch import dispatch

house = bootstrap.house()
ports = house.dispatcher()
watching = house.watching()


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> dict[str, int]:  # noqa: ARG001 - the trigger's
    """Hand what is due soon to its queues, with the delay that is left."""
    try:
        strange = watch(watching)
        count("Fenced", len(strange))
        if strange:
            log("fenced", tables=list(strange))
    finally:
        sent = dispatch(ports)
    count("Dispatched", sent.total())
    log("dispatched", sent=dict(sent))
    return dict(sent)
