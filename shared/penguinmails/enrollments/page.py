"""Pages of a campaign's enrollments: of one shard, or from shard to shard."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign
from penguinmails.enrollments.enrollment import Enrollment
from penguinmails.enrollments.rows import partition
from penguinmails.errors import InvalidInput, Problem
from penguinmails.table.port import Key


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some enrollments, and where the next page starts."""

    rows: Sequence[Enrollment]
    after: Key | None


class Pages(Protocol):
    """The rows of a campaign, shard by shard."""

    def page(
        self, tenant: str, campaign: str, shard: int, after: Key | None, limit: int
    ) -> RowPage: ...


def place_in(campaign: Campaign, after: Key | None) -> Key | None:
    """Give where to read on, or the beginning; None if nobody is enrolled. Raises InvalidInput."""
    if after is None:
        return next(_shards(campaign, 0), None)
    if after.pk not in {key.pk for key in _shards(campaign, 0)}:
        detail = "take the cursor from the page before"
        raise InvalidInput(Problem("/cursor", "invalid_cursor", detail))
    return after


def read_on(campaign: Campaign, place: Key, limit: int, enrollments: Pages) -> RowPage:
    """Read on from a place, in its shard; one without a row is the shard's beginning."""
    shard = int(place.pk.rpartition("#")[2])
    after = place if place.sk else None
    page = enrollments.page(campaign.tenant, campaign.id, shard, after, limit)
    return RowPage(page.rows, page.after or next(_shards(campaign, shard + 1), None))


def _shards(campaign: Campaign, first: int) -> Iterator[Key]:
    for shard in range(first, campaign.shards):
        yield Key(partition(campaign.tenant, campaign.id, shard), "")
