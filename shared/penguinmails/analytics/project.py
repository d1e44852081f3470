"""Projects writes of enrollments into counters: each write counts once, however often it comes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from penguinmails.analytics.counters import CounterRow, Delta, RowKey, nobody_left, summed
from penguinmails.analytics.fold import Counts, change, is_ending
from penguinmails.analytics.records import Record, read_record
from penguinmails.queues.port import Queue, Queues

CLOSE_DELAY_S = 5
"""Lets the last claims of a campaign settle before the closer looks."""


class Counters(Protocol):
    """The rows of counters; the store says what each write requires."""

    def read(self, keys: Sequence[RowKey]) -> dict[RowKey, CounterRow]: ...
    def of_campaign(self, tenant: str, campaign: str) -> list[CounterRow]: ...
    def save(self, old: CounterRow, new: CounterRow) -> None: ...


@dataclass(frozen=True, slots=True)
class ProjectPorts:
    """What projecting touches."""

    counters: Counters
    queues: Queues
    close_delay_s: int = CLOSE_DELAY_S


@dataclass(frozen=True, slots=True)
class Projected:
    """What became of a batch: records that count, rows written, campaigns that may be over."""

    counted: int
    rows: int
    vacant: int


def project(raw: Iterable[Mapping[str, Any]], shard: str, given: ProjectPorts) -> Projected:
    """Add a batch of one shard's records, in its order, to the counters.

    A row drops what it has read, so a batch may come again, whole or cut elsewhere. Any failure
    is raised, for the whole batch to come again: what was saved before it is dropped then.
    """
    records = [record for each in raw if (record := read_record(each)) is not None]
    changes = [(record, change(record.old, record.new)) for record in records]
    written = _save(_deltas(changes, shard), given.counters)
    vacant = [campaign for campaign in _endings(changes) if _vacant(campaign, given.counters)]
    if vacant:
        bodies = [{"tenant": tenant, "campaign": campaign} for tenant, campaign in vacant]
        given.queues.send(Queue.CLOSE, bodies, delay_s=given.close_delay_s)
    return Projected(len(records), written, len(vacant))


def _deltas(
    changes: Iterable[tuple[Record, Counts]], shard: str
) -> Mapping[RowKey, Sequence[Delta]]:
    deltas: dict[RowKey, list[Delta]] = {}
    for record, counts in changes:
        by_row: dict[RowKey, dict[str, int]] = {}
        for (day, name), more in counts.items():
            key = RowKey(record.tenant, record.campaign, day, shard)
            by_row.setdefault(key, {})[name] = more
        for key, numbers in by_row.items():
            deltas.setdefault(key, []).append(Delta(record.sequence, numbers))
    return deltas


def _save(deltas: Mapping[RowKey, Sequence[Delta]], counters: Counters) -> int:
    found = counters.read(list(deltas)) if deltas else {}
    written = 0
    for key, more in deltas.items():
        old = found.get(key, CounterRow(key))
        new = old.plus(more)
        if new is not old:
            counters.save(old, new)
            written += 1
    return written


def _endings(changes: Iterable[tuple[Record, Counts]]) -> list[tuple[str, str]]:
    """The campaigns that somebody ended in, also by records counted before: a hint may be lost."""
    ended: Counter[tuple[str, str]] = Counter()
    for record, counts in changes:
        more = sum(number for (_, name), number in counts.items() if is_ending(name))
        ended[record.tenant, record.campaign] += more
    return [campaign for campaign, number in ended.items() if number > 0]


def _vacant(campaign: tuple[str, str], counters: Counters) -> bool:
    return nobody_left(summed(counters.of_campaign(*campaign)))
