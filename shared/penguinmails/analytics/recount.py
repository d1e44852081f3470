"""Recounts a campaign from its enrollments themselves, to compare with its counters."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from penguinmails.analytics.counters import CounterRow
from penguinmails.analytics.fold import Counts, Image, ending_of, fold, visits
from penguinmails.analytics.tally import Cell, lateness_of
from penguinmails.campaigns.campaign import Campaign
from penguinmails.enrollments.enrollment import Enrollment
from penguinmails.table.port import Key

PAGE = 500


class Page(Protocol):
    """Some enrollments, and where the next page starts."""

    @property
    def rows(self) -> Sequence[Enrollment]: ...
    @property
    def after(self) -> Key | None: ...


class Enrollments(Protocol):
    """The rows of a campaign."""

    def page(
        self, tenant: str, campaign: str, shard: int, after: Key | None, limit: int
    ) -> Page: ...


@dataclass(frozen=True, slots=True)
class Recount:
    """The fold of all journals, and the lateness in seconds of every message, in order."""

    counts: Counts
    late_s: Sequence[int]


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that the counters and the journals do not agree about."""

    day: date
    name: str
    counted: int
    recounted: int


def recount(campaign: Campaign, enrollments: Enrollments) -> Recount:
    """Fold every enrollment of a campaign; at a quiet moment the counters say the same.

    Rows that were erased since are in the counters and not here.
    """
    counts: Counter[Cell] = Counter()
    late_s: list[int] = []
    for row in _rows(campaign, enrollments):
        counts.update(fold(image_of(row)))
        late_s += _late_s(row)
    return Recount(counts, sorted(late_s))


def differences(rows: Iterable[CounterRow], recounted: Counts) -> list[Difference]:
    """List what the counters say otherwise than the journals, by day."""
    counted: Counter[Cell] = Counter()
    for row in rows:
        counted.update({(row.key.day, name): number for name, number in row.counts.items()})
    return [
        Difference(*cell, counted[cell], recounted.get(cell, 0))
        for cell in sorted({*counted, *recounted})
        if counted[cell] != recounted.get(cell, 0)
    ]


def image_of(row: Enrollment) -> Image:
    """What a fold looks at of an enrollment."""
    ended_at = row.ended_at if row.ended else None
    return Image(
        enrolled_on=row.enrolled_at.date(),
        journal=row.journal,
        ended_on=ended_at.date() if ended_at else None,
        ending=ending_of(row.status, row.exit_reason),
    )


def _rows(campaign: Campaign, enrollments: Enrollments) -> Iterator[Enrollment]:
    for shard in range(campaign.shards):
        after: Key | None = None
        while True:
            page = enrollments.page(campaign.tenant, campaign.id, shard, after, PAGE)
            yield from page.rows
            after = page.after
            if after is None:
                break


def _late_s(row: Enrollment) -> Iterator[int]:
    for visit in visits(row.journal):
        for attempt in {fact.attempt for fact in visit}:
            late_s = lateness_of(fact for fact in visit if fact.attempt == attempt)
            if late_s is not None:
                yield late_s
