"""A wake-up: an immutable hint that a queue should get a message at an instant."""

from dataclasses import dataclass
from datetime import datetime

from penguinmails.queues.port import Body, Queue

HORIZON_S = 600
"""What is due sooner than this is sent to its queue at once, with a delay."""


@dataclass(frozen=True, slots=True)
class WakeUp:
    """What to send where, and when. Sending it twice, late or for nothing is harmless."""

    at: datetime
    queue: Queue
    body: Body
    id: str = ""
