"""Finds a campaign's enrollments, page by page: all, or those of one status or at one step."""

from dataclasses import dataclass
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.revision import Revision
from penguinmails.enrollments.enrollment import Enrollment, Status
from penguinmails.enrollments.page import Pages, RowPage, place_in, read_on
from penguinmails.enrollments.rows import key_of
from penguinmails.errors import InvalidInput, Problem
from penguinmails.table.port import Key

QUERIES = 8
ROWS = 125
"""A page costs at most this many queries of so many rows: 1,000 rows, about 250 read units."""


class Campaigns(Protocol):
    """The campaign as it stands, and its revisions."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...


@dataclass(frozen=True, slots=True)
class FindPorts:
    """What finding reads."""

    campaigns: Campaigns
    enrollments: Pages


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to find. `step` is the slug of the step where they stand, in any revision."""

    status: Status | None = None
    step: str = ""


def find(
    tenant: str, campaign: str, wanted: Wanted, after: Key | None, limit: int, given: FindPorts
) -> RowPage:
    """Give up to `limit` enrollments, and where to go on; raises InvalidInput and NotFound.

    A page may be short, or even empty, and yet have a next one: where few are wanted of many,
    the reads of a page are used up first. How many there are is in the campaign's report.
    """
    stands = given.campaigns.get(tenant, campaign)
    number = _number(stands, wanted.step, given.campaigns) if wanted.step else None
    found: list[Enrollment] = []
    place = place_in(stands, after)
    for _ in range(QUERIES):
        if place is None:
            break
        page = read_on(
            stands, place, min(ROWS, _room(wanted, limit - len(found))), given.enrollments
        )
        found += [row for row in page.rows if _is_wanted(row, wanted.status, number)]
        place = page.after
        if len(found) > limit:
            return RowPage(found[:limit], key_of(found[limit - 1].ref))
    return RowPage(found, place)


def _number(campaign: Campaign, slug: str, campaigns: Campaigns) -> int:
    revision = campaigns.revision(campaign.tenant, campaign.id, campaign.revision)
    number = revision.sequence.numbers.get(slug)
    if number is None:
        known = ", ".join(sorted(revision.sequence.numbers)) or "none"
        detail = f"the campaign has no step {slug[:64]}; its steps are: {known}"
        raise InvalidInput(Problem("/step", "unknown_step", detail))
    return number


def _room(wanted: Wanted, left: int) -> int:
    """One more than is shown, so that there is a next page only if somebody is on it."""
    return left + 1 if wanted == Wanted() else ROWS


def _is_wanted(row: Enrollment, status: Status | None, step: int | None) -> bool:
    return (status is None or row.status is status) and (step is None or row.step == step)
