"""Deletes a campaign that never began."""

from dataclasses import replace
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.clock import Clock
from penguinmails.errors import Conflict


class Campaigns(Protocol):
    """The campaigns as they stand."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def save(self, old: Campaign, new: Campaign) -> Campaign: ...
    def remove(self, campaign: Campaign) -> None: ...


def delete(tenant: str, campaign: str, campaigns: Campaigns, clock: Clock) -> None:
    """Delete a campaign that nobody was ever enrolled in; raises NotFound and Conflict.

    It is archived first: nobody can launch it then, so that it may be removed without a look.
    """
    stands = campaigns.get(tenant, campaign)
    if stands.launched_at is not None:
        message = f"cannot delete a campaign that was launched (it is {stands.status}); archive it"
        raise Conflict(message)
    if stands.status is not CampaignStatus.ARCHIVED:
        stands.require(CampaignStatus.ARCHIVED, "delete")
        closed = replace(stands, status=CampaignStatus.ARCHIVED, updated_at=clock.now())
        stands = campaigns.save(stands, closed)
    campaigns.remove(stands)
