"""Projects enrollments into counters: triggered by the stream of the Enrollments table."""

from typing import Any

from penguinmails import bootstrap
from penguinmails.analytics.project import project
from penguinmails.invocation import Context, Event
from penguinmails.observability import count, log, observed

house = bootstrap.house()
ports = house.projector()

_ONLY_SHARD = "local"
"""A stream without a tumbling window does not tell its shard; the local runtime has just one."""


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> dict[str, dict[str, Any]]:  # noqa: ARG001 - the trigger's
    """Count a batch, or raise: then all of it comes again. The window's state stays empty."""
    records = event.get("Records", [])
    shard = event.get("shardId", _ONLY_SHARD)
    done = project(records, shard, ports)
    count("Counted", done.counted)
    log("projected", records=len(records), counted=done.counted, rows=done.rows, vacant=done.vacant)
    return {"state": {}}
