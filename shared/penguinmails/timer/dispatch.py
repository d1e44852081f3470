"""Dispatches what is due: reads the minutes around now and hands their wake-ups to the queues."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.queues.port import Body, Queue, Queues
from penguinmails.timer.bucket import SHARDS, Bucket
from penguinmails.timer.wakeup import WakeUp

MINUTE = timedelta(minutes=1)
LOOK_AHEAD_S = 120
"""What is due sooner than this goes to its queue now, so that a late tick delays nobody."""
LATE_WRITERS = timedelta(minutes=3)
"""A wake-up may be written this long after its time; its bucket is read again until then."""
LONG_GAP = timedelta(hours=1)
"""After a longer absence one walk over the table is cheaper than reading every minute."""
_NEVER = datetime.min.replace(tzinfo=UTC)


class Timer(Protocol):
    """The buckets of wake-ups."""

    def bucket(self, minute_at: datetime, shard: int) -> Bucket: ...
    def mark_sent(self, minute_at: datetime, shard: int, ids: Sequence[str]) -> None: ...
    def minutes(self, until_at: datetime) -> list[datetime]: ...


class Cursor(Protocol):
    """How far the buckets have been read."""

    def read(self) -> datetime | None: ...
    def save(self, minute_at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class DispatchPorts:
    """What dispatching touches. `look_ahead_s` is 0 where the clock is virtual."""

    clock: Clock
    timer: Timer
    cursor: Cursor
    queues: Queues
    look_ahead_s: int = LOOK_AHEAD_S


def dispatch(given: DispatchPorts) -> Counter[str]:
    """Send what is due until the look-ahead, and only then move the cursor.

    A doubled, late or lost tick changes nothing: what was sent is remembered in its bucket, and
    what was not is still after the cursor.
    """
    now_at = given.clock.now()
    until_at = now_at + timedelta(seconds=given.look_ahead_s)
    settled_at = _minute(now_at - LATE_WRITERS)
    start_at = min(given.cursor.read() or _NEVER, settled_at)
    sent: Counter[str] = Counter()
    for minute_at in _minutes(given.timer, start_at, until_at):
        for shard in range(SHARDS):
            sent.update(_dispatch_bucket(given, minute_at, shard, now_at, until_at))
    given.cursor.save(settled_at)
    return sent


def _minutes(timer: Timer, start_at: datetime, until_at: datetime) -> Iterable[datetime]:
    if until_at - start_at > LONG_GAP:
        return [minute_at for minute_at in timer.minutes(until_at) if minute_at >= start_at]
    count = (_minute(until_at) - start_at) // MINUTE
    return [start_at + number * MINUTE for number in range(count + 1)]


def _dispatch_bucket(
    given: DispatchPorts, minute_at: datetime, shard: int, now_at: datetime, until_at: datetime
) -> list[str]:
    bucket = given.timer.bucket(minute_at, shard)
    due = [w for w in bucket.wake_ups if w.at <= until_at and w.id not in bucket.sent]
    for (queue, delay_s), bodies in _by_delay(due, now_at).items():
        given.queues.send(queue, bodies, delay_s=delay_s)
    if due:
        given.timer.mark_sent(minute_at, shard, [wake_up.id for wake_up in due])
    return [wake_up.queue.value for wake_up in due]


def _by_delay(wake_ups: Sequence[WakeUp], now_at: datetime) -> dict[tuple[Queue, int], list[Body]]:
    groups: dict[tuple[Queue, int], list[Body]] = defaultdict(list)
    for wake_up in wake_ups:
        delay_s = max(0, ceil((wake_up.at - now_at).total_seconds()))
        groups[wake_up.queue, delay_s].append(wake_up.body)
    return groups


def _minute(instant_at: datetime) -> datetime:
    return instant_at.replace(second=0, microsecond=0)
