"""Copies a campaign: a draft of its own, with nothing of what the original went through."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.slug import claimed
from penguinmails.campaigns.steps import Sequence
from penguinmails.clock import Clock

_COPY = " (Copy)"
_LONGEST_NAME = 255


class Campaigns(Protocol):
    """Where campaigns and their revisions are read and saved."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...
    def claim_slug(self, tenant: str, slug: str, campaign: str, now_at: datetime) -> bool: ...
    def add(self, campaign: Campaign) -> bool: ...
    def add_revision(self, tenant: str, revision: Revision) -> None: ...


def clone(
    tenant: str, campaign: str, copy: str, campaigns: Campaigns, clock: Clock, by: str = ""
) -> Campaign:
    """Copy a campaign to the id `copy`; doing it twice does it once. Raises NotFound.

    The copy has a slug of its own. `by` names the key that is used.
    """
    original = campaigns.get(tenant, campaign)
    revision = campaigns.revision(tenant, campaign, original.revision)
    now_at = clock.now()
    made = copied(original, copy, now_at)
    slug = claimed(tenant, copy, "", made.name, campaigns, now_at)
    first = replace(_revision(revision, copy), saved_at=now_at, saved_by=by)
    campaigns.add_revision(tenant, first)
    campaigns.add(replace(made, slug=slug))
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
