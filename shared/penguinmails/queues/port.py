"""The queue port: named queues that take JSON messages, delayed by up to fifteen minutes."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

Body = Mapping[str, Any]
LONGEST_DELAY_S = 900
LARGEST_BATCH = 10


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
        """Hand over all of the messages, or raise Unavailable (some may have gone)."""
        ...
