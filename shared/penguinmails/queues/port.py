"""The queue port: named queues that take JSON messages, delayed by up to fifteen minutes."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

Body = Mapping[str, Any]
LONGEST_DELAY_S = 900
LARGEST_BATCH = 10
LARGEST_CALL = 250_000
"""Characters that one call may carry, so also the longest message."""


class Queue(StrEnum):
    """Each queue has one reader: the function of the same stem."""

    ADVANCE = "advance"
    RECORD = "record"
    IMPORT = "import"
    LAUNCH = "launch"
    RELEASE = "release"
    CLOSE = "close"


class Queues(Protocol):
    """Where work for another invocation goes. Delivery is at least once, in any order."""

    def send(self, queue: Queue, bodies: Sequence[Body], *, delay_s: int = 0) -> None:
        """Hand over all of the messages, or raise Unavailable (some may have gone).

        Raises ValueError, and nothing has gone, for a delay or a message that no queue takes.
        """
        ...


def written(bodies: Sequence[Body], delay_s: int) -> list[str]:
    """Write messages as they travel; raises ValueError for what no queue takes."""
    if not 0 <= delay_s <= LONGEST_DELAY_S:
        raise ValueError(f"delay_s is {delay_s}; a queue delays by 0 to {LONGEST_DELAY_S} seconds")
    texts = [json.dumps(body, separators=(",", ":")) for body in bodies]
    longest = max(map(len, texts), default=0)
    if longest > LARGEST_CALL:
        raise ValueError(f"a message has {longest} characters; a queue takes {LARGEST_CALL}")
    return texts
