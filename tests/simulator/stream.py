"""The enrollments' stream: shards in order, read at least once, in other batches when again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import count
from typing import Any, Final, Optional

from penguinmails.ids import shard_of
from penguinmails.table.coding import encode_item
from penguinmails.table.port import Item, key_of
from tests.simulator.effects import Effects
from tests.simulator.faults import Fault
from tests.simulator.workers import Workers

SHARDS: Final = 2
BATCH: Final = 100


@dataclass(slots=True)
class Shard:
    """A stream's shard: its records in order, and how far they are read."""

    name: str
    records: list[dict[str, Any]] = field(default_factory=list)
    read: int = 0
    parent: Optional["Shard"] = None
    closed: bool = False
    busy: bool = False

    @property
    def behind(self) -> bool:
        """Whether there is something left to read."""
        return self.read < len(self.records)


class Stream:
    """Takes each change of the table, and has the projector read it."""

    def __init__(self, effects: Effects, workers: Workers) -> None:
        self._effects = effects
        self._workers = workers
        self._shards = [Shard(f"shard-{number}") for number in range(SHARDS)]
        self._written = count(1)

    def take(self, old: Item | None, new: Item | None) -> None:
        """Take a change of a row."""
        key = key_of(new or old or {})
        live = [shard for shard in self._shards if not shard.closed]
        shard = live[shard_of(sha256(key.sk.encode()).hexdigest(), len(live))]
        written: dict[str, Any] = {
            "Keys": {"pk": {"S": key.pk}, "sk": {"S": key.sk}},
            "SequenceNumber": str(next(self._written)),
        }
        images = {"OldImage": old, "NewImage": new}
        written |= {name: encode_item(image) for name, image in images.items() if image}
        shard.records.append({"eventSource": "aws:dynamodb", "dynamodb": written})
        self._read_later(shard, 1.0)
        if self._effects.faults.happens(Fault.STREAM_SPLIT, 0.0005):
            self._split(live)

    def _split(self, live: Sequence[Shard]) -> None:
        """Close every shard; its children are read once it is read to its end."""
        for shard in live:
            shard.closed = True
            self._shards.append(Shard(f"{shard.name}'", parent=shard))

    def _read_later(self, shard: Shard, after_s: float) -> None:
        self._effects.schedule.start("stream", lambda: self._read(shard), after_s=after_s)

    def _read(self, shard: Shard) -> None:
        if shard.busy or not shard.behind:
            return
        if shard.parent is not None and (shard.parent.behind or shard.parent.busy):
            self._read_later(shard, 1.0)
            return
        shard.busy = True
        size = self._effects.random.randint(1, BATCH)
        batch = shard.records[shard.read : shard.read + size]
        event = {"Records": batch, "shardId": shard.name}
        self._workers.call("projector", event, partial(self._projected, shard, len(batch)))

    def _projected(self, shard: Shard, size: int, answer: Any) -> None:  # noqa: ANN401
        shard.busy = False
        if answer is not None and not self._effects.faults.happens(Fault.STREAM_AGAIN, 0.02):
            shard.read += size
        if shard.behind:
            self._read_later(shard, 0.5)
