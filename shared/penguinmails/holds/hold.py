"""A hold: a message for a queue that waits until somebody releases its kind."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from penguinmails.queues.port import Body, Queue


class HoldReason(StrEnum):
    """Why it waits. Experiments, priorities and blocks will add theirs.

    What waits for a resume or for the fence to fall is untouched itself: its rows are as they were.
    """

    PAUSE = "pause"
    FENCE = "fence"
    FAILED = "failed"
    DEAD_LETTER = "dead_letter"


@dataclass(frozen=True, slots=True)
class Hold:
    """What waits, since when, and for how many enrollments it stands."""

    tenant: str
    campaign: str
    reason: HoldReason
    queue: Queue
    body: Body
    since_at: datetime
    detail: str = ""
    id: str = ""
