"""A campaign as the API shows it."""

from datetime import datetime
from typing import Any

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.revision import Revision


def campaign_view(campaign: Campaign, revision: Revision) -> dict[str, Any]:
    """Give a campaign under the names of the API; an empty value is null."""
    return {
        "id": campaign.id,
        "name": campaign.name,
        "description": campaign.description or None,
        "campaignType": campaign.type.value,
        "status": campaign.status.value,
        "pauseReason": campaign.pause_reason or None,
        "segmentId": campaign.segment or None,
        "fromEmail": revision.sender.email or None,
        "fromName": revision.sender.name or None,
        "replyTo": revision.sender.reply_to or None,
        "sendStrategy": "scheduled" if campaign.start_at else "immediate",
        "startDate": instant_text(campaign.start_at),
        "endDate": instant_text(campaign.end_at),
        "timezone": campaign.time_zone,
        "trackOpens": revision.track_opens,
        "trackClicks": revision.track_clicks,
        "revision": campaign.revision,
        "createdAt": instant_text(campaign.created_at),
        "updatedAt": instant_text(campaign.updated_at),
        "launchedAt": instant_text(campaign.launched_at),
        "completedAt": instant_text(campaign.completed_at),
    }


def instant_text(instant_at: datetime | None) -> str | None:
    """Write an instant as the API does: RFC 3339, in UTC, to the second or finer."""
    if instant_at is None:
        return None
    spec = "milliseconds" if instant_at.microsecond else "seconds"
    return instant_at.isoformat(timespec=spec).replace("+00:00", "Z")
