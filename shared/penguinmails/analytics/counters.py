"""A row of counters: flat numbers of one campaign, day and stream shard, and how far it has read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from penguinmails.analytics.fold import ENROLLED, is_ending


@dataclass(frozen=True, slots=True)
class RowKey:
    """Names a row. `shard` is the stream's, which is not an enrollment's."""

    tenant: str
    campaign: str
    day: date
    shard: str


@dataclass(frozen=True, slots=True)
class Delta:
    """What one record of the stream adds to one row."""

    sequence: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CounterRow:
    """Some numbers, and the last record of the shard that is in them (0: none, not saved yet)."""

    key: RowKey
    sequence: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    def plus(self, deltas: Sequence[Delta]) -> "CounterRow":
        """Give the row with what it does not hold yet; the same row if it holds everything."""
        fresh = [delta for delta in deltas if delta.sequence > self.sequence]
        if not fresh:
            return self
        counts = Counter(self.counts)
        for delta in fresh:
            counts.update(delta.counts)
        kept = {name: number for name, number in counts.items() if number}
        return CounterRow(self.key, max(delta.sequence for delta in fresh), kept)


def summed(rows: Iterable[CounterRow]) -> Mapping[str, int]:
    """Add up rows, over days and shards."""
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row.counts)
    return total


def nobody_left(counts: Mapping[str, int]) -> bool:
    """Tell whether as many have ended as were enrolled."""
    ended = sum(number for name, number in counts.items() if is_ending(name))
    return ended == counts.get(ENROLLED, 0)
