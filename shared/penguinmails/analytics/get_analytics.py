"""Gets the report of a campaign over some days."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from penguinmails.analytics.counters import CounterRow
from penguinmails.analytics.report import Report, report
from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.revision import Revision
from penguinmails.errors import InvalidInput, Problem


class Campaigns(Protocol):
    """The campaign as it stands, and its revisions."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...


class Counters(Protocol):
    """The counters of a campaign."""

    def of_campaign(self, tenant: str, campaign: str) -> list[CounterRow]: ...


@dataclass(frozen=True, slots=True)
class AnalyticsPorts:
    """What a report is read from."""

    campaigns: Campaigns
    counters: Counters


def get_analytics(
    tenant: str,
    campaign: str,
    start_day: date | None,
    end_day: date | None,
    given: AnalyticsPorts,
) -> Report:
    """Report on the days from `start_day` to `end_day`, both included, or on all that are.

    Days are UTC. Steps are named as in the campaign's latest revision. Raises InvalidInput,
    NotFound.
    """
    if start_day is not None and end_day is not None and end_day < start_day:
        detail = f"the end ({end_day}) is before the start ({start_day}); give a later day"
        raise InvalidInput(Problem("/endDate", "end_before_start", detail))
    stands = given.campaigns.get(tenant, campaign)
    revision = given.campaigns.revision(tenant, campaign, stands.revision)
    rows = given.counters.of_campaign(tenant, campaign)
    return report(rows, revision.sequence, start_day, end_day)
