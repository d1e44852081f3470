"""A bucket: the wake-ups of one minute and shard."""

from collections.abc import Sequence
from dataclasses import dataclass

from penguinmails.timer.wakeup import WakeUp

SHARDS = 4


@dataclass(frozen=True, slots=True)
class Bucket:
    """A minute's wake-ups of one shard, and the ids of those that were sent already."""

    wake_ups: Sequence[WakeUp]
    sent: frozenset[str]
