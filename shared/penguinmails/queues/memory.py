"""Queues in memory, with the delays that SQS would keep."""

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from penguinmails.clock import Clock
from penguinmails.queues.port import Body, Queue, written


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message and when it may be received."""

    queue: Queue
    body: Body
    visible_at: datetime


class MemoryQueues:
    """All queues in one line; `receive` takes what is visible, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.waiting: deque[Waiting] = deque()

    def send(self, queue: Queue, bodies: Sequence[Body], *, delay_s: int = 0) -> None:
        visible_at = self._clock.now() + timedelta(seconds=delay_s)
        for text in written(bodies, delay_s):
            self.waiting.append(Waiting(queue, json.loads(text), visible_at))

    def receive(self) -> Waiting | None:
        """Take the next visible message off its queue; None if there is none."""
        now = self._clock.now()
        for number, message in enumerate(self.waiting):
            if message.visible_at <= now:
                del self.waiting[number]
                return message
        return None

    def next_at(self) -> datetime | None:
        """Tell when the next message can be received; None if all queues are empty."""
        return min((message.visible_at for message in self.waiting), default=None)
