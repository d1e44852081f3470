"""Queues as SQS: at least once, in any order, with a time out of sight, and dead letters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any, Final

from penguinmails.errors import Unavailable
from penguinmails.queues.port import LARGEST_BATCH, Body, Queue, written
from tests.simulator.effects import Effects
from tests.simulator.faults import Fault
from tests.simulator.schedule import MICROS
from tests.simulator.workers import Workers, timeout_s

READERS: Final = {
    Queue.ADVANCE: "advancer",
    Queue.RECORD: "recorder",
    Queue.IMPORT: "importer",
    Queue.LAUNCH: "launcher",
    Queue.RELEASE: "releaser",
    Queue.CLOSE: "closer",
}
VISIBILITY: Final = 6
"""How many times a function's timeout a message is out of sight."""
MOST_RECEIVES: Final = 5
AT_ONCE: Final = 3


@dataclass(slots=True, eq=False)
class Message:
    """A message of a queue, or of its dead letters."""

    id: str
    queue: Queue
    text: str
    visible: int
    receives: int = 0


class SimulatedQueues:
    """The port of the queues, and the pollers that hand their messages to functions.

    `waiting` holds what is not deleted yet, `dead` what was given up, `sent` counts what came in.
    """

    def __init__(self, effects: Effects, workers: Workers) -> None:
        self._effects = effects
        self._workers = workers
        self._made = count()
        self.waiting: dict[Queue, list[Message]] = {queue: [] for queue in Queue}
        self.dead: list[Message] = []

    def send(self, queue: Queue, bodies: Sequence[Body], *, delay_s: int = 0) -> None:
        texts = written(bodies, delay_s)
        for start in range(0, len(texts), LARGEST_BATCH):
            part = texts[start : start + LARGEST_BATCH]
            self._effects.effect(f"queue.{queue}", partial(self._sent, queue, part, delay_s))

    def take(self, queue: Queue, text: str, delay_s: float) -> None:
        """Take a message; it may be seen after its delay."""
        effects = self._effects
        visible = effects.schedule.now + round(delay_s * MICROS)
        message = Message(f"m{next(self._made)}", queue, text, visible)
        self.waiting[queue].append(message)
        if effects.faults.happens(Fault.DELAYED, 0.005):
            message.visible += round(effects.random.uniform(1, 120) * MICROS)
        if effects.faults.happens(Fault.DUPLICATED, 0.03):
            twin = replace(message, id=f"{message.id}-twin")
            self.waiting[queue].append(twin)
            self._look(queue, twin.visible)
        self._look(queue, message.visible)

    def redrive(self) -> None:
        """Put what is among the dead letters back into its queue, as an operator does."""
        for message in self.dead:
            self.take(message.queue, message.text, 0)
        self.dead.clear()

    def _sent(self, queue: Queue, texts: Sequence[str], delay_s: int) -> None:
        breaks = len(texts) > 1 and self._effects.faults.happens(Fault.HALF_BATCH, 0.02)
        for text in texts[: len(texts) // 2] if breaks else texts:
            self.take(queue, text, delay_s)
        if breaks:
            raise Unavailable("a part of the batch was not taken")

    def _look(self, queue: Queue, at: int) -> None:
        later = round(self._effects.random.uniform(0.0, 0.2) * MICROS)
        self._effects.schedule.start(f"poll {queue}", lambda: self._poll(queue), at=at + later)

    def _poll(self, queue: Queue) -> None:
        effects, workers, function = self._effects, self._workers, READERS[queue]
        now, faults = effects.schedule.now, effects.faults
        if now < workers.still_until:
            self._look(queue, workers.still_until)
            return
        ready = [m for m in self.waiting[queue] if m.visible <= now]
        if not ready or workers.running[function] >= AT_ONCE:
            return
        effects.random.shuffle(ready)
        few = effects.random.random() < 0.3
        batch = ready[: effects.random.randint(1, LARGEST_BATCH) if few else LARGEST_BATCH]
        if faults.on and batch[0] is not min(ready, key=lambda m: m.visible):
            faults.note(Fault.REORDERED)
        for message in batch:
            message.receives += 1
            message.visible = now + timeout_s(function) * VISIBILITY * MICROS
            if faults.happens(Fault.LAPSED, 0.02):
                message.visible = now + round(effects.random.uniform(0.005, 20) * MICROS)
                self._look(queue, message.visible)
        kept = [message for message in batch if message.receives <= MOST_RECEIVES]
        for message in batch:
            if message.receives > MOST_RECEIVES:
                self._give_up(message)
        if kept:
            event = {"Records": [_record(message) for message in kept]}
            workers.call(function, event, partial(self._received, queue, kept))
        if len(ready) > len(batch):
            self._look(queue, now)

    def _received(self, queue: Queue, batch: Sequence[Message], answer: Any) -> None:  # noqa: ANN401
        failed = (
            {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            if answer is not None
            else {message.id for message in batch}
        )
        for message in batch:
            if message.id in failed or self._effects.faults.happens(Fault.ACK_LOST, 0.005):
                self._look(queue, message.visible)
            elif message in self.waiting[queue]:
                self.waiting[queue].remove(message)
        self._look(queue, self._effects.schedule.now)

    def _give_up(self, message: Message) -> None:
        """Move a message to its dead letters, whose reader never gives up."""
        if message in self.waiting[message.queue]:
            self.waiting[message.queue].remove(message)
            self.dead.append(message)
            self._effects.schedule.start("salvage", lambda: self._salvage(message))

    def _salvage(self, message: Message) -> None:
        def ended(answer: Any) -> None:  # noqa: ANN401
            if answer is None:
                self._effects.schedule.start("salvage", lambda: self._salvage(message), after_s=360)

        arn = f"arn:aws:sqs:eu-central-1:1:sim-{message.queue.capitalize()}DeadLetters"
        event = {"Records": [_record(message) | {"eventSourceARN": arn}]}
        self._workers.call("salvager", event, ended)


def _record(message: Message) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": f"{message.id}-{message.receives}",
        "body": message.text,
        "attributes": {"ApproximateReceiveCount": str(message.receives)},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:eu-central-1:1:sim-{message.queue}",
    }
