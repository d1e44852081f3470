"""Types of what the API writes, as its documentation names them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

Id = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Instant = Annotated[
    str,
    Field(
        description="RFC 3339, in UTC.",
        examples=["2026-03-02T09:00:00Z"],
        json_schema_extra={"format": "date-time"},
    ),
]


def instant(at: datetime) -> Instant:
    """Write an instant as the API does: RFC 3339, in UTC, to the second or finer."""
    spec = "milliseconds" if at.microsecond else "seconds"
    return at.isoformat(timespec=spec).replace("+00:00", "Z")


def instant_or_none(at: datetime | None) -> Instant | None:
    """Write an instant that may not have come."""
    return instant(at) if at is not None else None
