"""A campaign as the API shows it."""

from typing_extensions import TypedDict

from penguinmails.api.types import Id, Instant, instant, instant_or_none
from penguinmails.campaigns.campaign import (
    Campaign,
    CampaignStatus,
    CampaignType,
    OnUncertain,
)
from penguinmails.campaigns.revision import Revision


class CampaignView(TypedDict):
    """A campaign; what is not set is null.

    `fenced` tells that the installation was restored from a backup: whatever its status, nothing
    is sent until an operator lifts the fence.
    """

    id: Id
    slug: str | None
    name: str
    description: str | None
    campaignType: CampaignType
    status: CampaignStatus
    pauseReason: str | None
    fenced: bool
    segmentId: Id | None
    fromEmail: str | None
    fromName: str | None
    replyTo: str | None
    sendStrategy: str
    startDate: Instant | None
    endDate: Instant | None
    timezone: str
    trackOpens: bool
    trackClicks: bool
    onUncertain: OnUncertain
    revision: int
    createdAt: Instant
    updatedAt: Instant
    launchedAt: Instant | None
    completedAt: Instant | None


class CountedCampaignView(CampaignView):
    """A campaign, and how many people it was launched to."""

    totalContacts: int


def campaign_view(campaign: Campaign, revision: Revision, *, fenced: bool) -> CampaignView:
    """Give a campaign under the names of the API; an empty value is null."""
    return {
        "id": campaign.id,
        "slug": campaign.slug or None,
        "name": campaign.name,
        "description": campaign.description or None,
        "campaignType": campaign.type,
        "status": campaign.status,
        "pauseReason": campaign.pause_reason or None,
        "fenced": fenced,
        "segmentId": campaign.segment or None,
        "fromEmail": revision.sender.email or None,
        "fromName": revision.sender.name or None,
        "replyTo": revision.sender.reply_to or None,
        "sendStrategy": "scheduled" if campaign.start_at else "immediate",
        "startDate": instant_or_none(campaign.start_at),
        "endDate": instant_or_none(campaign.end_at),
        "timezone": campaign.time_zone,
        "trackOpens": revision.track_opens,
        "trackClicks": revision.track_clicks,
        "onUncertain": revision.on_uncertain,
        "revision": campaign.revision,
        "createdAt": instant(campaign.created_at),
        "updatedAt": instant(campaign.updated_at),
        "launchedAt": instant_or_none(campaign.launched_at),
        "completedAt": instant_or_none(campaign.completed_at),
    }
