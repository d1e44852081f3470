"""How late messages were claimed, from the buckets in which the counters keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf

from penguinmails.analytics.tally import LATE_UP_TO_S


@dataclass(frozen=True, slots=True)
class Bucket:
    """Messages that were later than the bucket before, by `up_to_s` at most (None: no bound)."""

    up_to_s: int | None
    messages: int


@dataclass(frozen=True, slots=True)
class Lateness:
    """Percentiles as upper bounds in seconds: None without messages, or beyond the last bound."""

    messages: int
    p50: int | None
    p90: int | None
    p99: int | None
    p999: int | None
    buckets: Sequence[Bucket]


def lateness(flat: Mapping[str, int]) -> Lateness:
    """Read the buckets among a campaign's counts."""
    buckets = [Bucket(bound, flat.get(f"late.{bound}", 0)) for bound in LATE_UP_TO_S]
    buckets.append(Bucket(None, flat.get("late.more", 0)))
    messages = sum(bucket.messages for bucket in buckets)
    return Lateness(
        messages=messages,
        p50=_bound(buckets, messages * 0.5),
        p90=_bound(buckets, messages * 0.9),
        p99=_bound(buckets, messages * 0.99),
        p999=_bound(buckets, messages * 0.999),
        buckets=buckets,
    )


def _bound(buckets: Sequence[Bucket], rank: float) -> int | None:
    """The bound of the bucket that holds the message of this rank."""
    seen = 0
    wanted = ceil(rank) or inf
    for bucket in buckets:
        seen += bucket.messages
        if seen >= wanted:
            return bucket.up_to_s
    return None
