"""The messages that carry what was heard to its recorder, as raw as it came."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from penguinmails.clock import to_millis
from penguinmails.queues.port import Body

MOST_EVENTS: Final = 100
MOST_BYTES: Final = 200_000
_FRAME_BYTES: Final = 500


def heard(tenant: str, source: str, events: Sequence[Any], heard_at: datetime) -> Iterator[Body]:
    """Split events over messages, none of them larger than a queue takes."""
    part: list[Any] = []
    size = _FRAME_BYTES
    for event in events:
        more = size_of(event)
        if part and (len(part) == MOST_EVENTS or size + more > MOST_BYTES):
            yield _message(tenant, source, part, heard_at)
            part, size = [], _FRAME_BYTES
        part.append(event)
        size += more
    if part:
        yield _message(tenant, source, part, heard_at)


def size_of(event: object) -> int:
    """Tell how many bytes an event adds to a message."""
    return len(json.dumps(event, separators=(",", ":"))) + 1


def _message(tenant: str, source: str, events: list[Any], heard_at: datetime) -> Body:
    return {
        "tenant": tenant,
        "source": source,
        "heard": to_millis(heard_at),
        "events": events,
    }
