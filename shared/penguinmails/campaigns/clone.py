"""Copies a campaign: a draft of its own, with nothing of what the original went through."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.steps import Sequence
from penguinmails.clock import Clock

_COPY = " (Copy)"
_LONGEST_NAME = 255


class Campaigns(Protocol):
    """Where campaigns and their revisions are read and saved."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...
    def add(self, campaign: Campaign) -> bool: ...
    def add_revision(self, tenant: str, revision: Revision) -> None: ...


def clone(tenant: str, campaign: str, copy: str, campaigns: Campaigns, clock: Clock) -> Campaign:
    """Copy a campaign to the id `copy`; doing it twice does it once. Raises NotFound."""
    original = campaigns.get(tenant, campaign)
    revision = campaigns.revision(tenant, campaign, original.revision)
    campaigns.add_revision(tenant, _revision(revision, copy))
    campaigns.add(copied(original, copy, clock.now()))
    return campaigns.get(tenant, copy)


def copied(original: Campaign, copy: str, now_at: datetime) -> Campaign:
    """Give the copy: settings as they are, but a date that has passed is left out."""
    return Campaign(
        tenant=original.tenant,
        id=copy,
        name=original.name[: _LONGEST_NAME - len(_COPY)] + _COPY,
        type=original.type,
        status=CampaignStatus.DRAFT,
        revision=1,
        segment=original.segment,
        created_at=now_at,
        updated_at=now_at,
        description=original.description,
        time_zone=original.time_zone,
        start_at=_ahead(original.start_at, now_at),
        end_at=_ahead(original.end_at, now_at),
        late_guard=original.late_guard,
    )


def _revision(revision: Revision, copy: str) -> Revision:
    """The numbers of steps that the original no longer has mean nothing in the copy."""
    sequence = Sequence(revision.sequence.steps, revision.sequence.first)
    return replace(revision, campaign=copy, number=1, sequence=sequence)


def _ahead(date_at: datetime | None, now_at: datetime) -> datetime | None:
    return date_at if date_at is not None and date_at > now_at else None
