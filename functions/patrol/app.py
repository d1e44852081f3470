"""Patrols all enrollments: triggered by a schedule, every five minutes."""

from penguinmails import bootstrap
from penguinmails.enrollments.patrol import patrol
from penguinmails.invocation import Context, Event, time_left
from penguinmails.observability import count, log, observed

house = bootstrap.house()
ports = house.patrol()


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> dict[str, int]:  # noqa: ARG001 - the trigger's
    """Enqueue whoever is overdue though nothing holds them."""
    found = patrol(time_left(context), ports)
    count("LeftBehind", found["left_behind"])
    log("patrolled", **found)
    return dict(found)
