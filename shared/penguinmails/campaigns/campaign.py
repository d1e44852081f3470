"""A campaign and its life: draft → scheduled → active ⇄ paused; active → closing → completed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from penguinmails.errors import Conflict

LATE_GUARD = timedelta(hours=4)
WINDOW = timedelta(seconds=30)
"""W: the longest that a batch may run, so the longest that a pause takes to hold."""


class CampaignType(StrEnum):
    """Triggered and A/B test campaigns come with their own capabilities."""

    BROADCAST = "broadcast"
    DRIP = "drip"


class CampaignStatus(StrEnum):
    """Active and closing campaigns may claim sends; closing ones take nobody in."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSING = "closing"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"


class OnUncertain(StrEnum):
    """What to do with a send of which nobody can tell whether it left."""

    SKIP = "skip"
    RESEND = "resend"


class PauseReason(StrEnum):
    """Who paused the campaign: a person, its late guard, or the ESP's refusal of the sender."""

    REQUESTED = "requested"
    LATE = "late"
    SENDER_REFUSED = "sender_refused"


CLAIMING = frozenset({CampaignStatus.ACTIVE, CampaignStatus.CLOSING})

_NEXT = {
    CampaignStatus.DRAFT: {
        CampaignStatus.SCHEDULED,
        CampaignStatus.ACTIVE,
        CampaignStatus.CANCELLED,
        CampaignStatus.ARCHIVED,
    },
    CampaignStatus.SCHEDULED: {
        CampaignStatus.DRAFT,
        CampaignStatus.ACTIVE,
        CampaignStatus.CANCELLED,
    },
    CampaignStatus.ACTIVE: {
        CampaignStatus.PAUSED,
        CampaignStatus.CLOSING,
        CampaignStatus.CANCELLED,
    },
    CampaignStatus.PAUSED: {CampaignStatus.ACTIVE, CampaignStatus.CANCELLED},
    CampaignStatus.CLOSING: {
        CampaignStatus.ACTIVE,
        CampaignStatus.PAUSED,
        CampaignStatus.COMPLETED,
        CampaignStatus.CANCELLED,
    },
    CampaignStatus.COMPLETED: {CampaignStatus.ACTIVE, CampaignStatus.ARCHIVED},
    CampaignStatus.CANCELLED: {CampaignStatus.ARCHIVED},
    CampaignStatus.ARCHIVED: set(),
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a campaign's mail is from."""

    name: str
    email: str
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign as it stands; what it sends is in its immutable revisions.

    `slug` names it within the workspace and never changes; campaigns from before there were slugs
    have none. `shards` and `audience_shards` are fixed at launch. `epoch` counts pauses. `released_at` is
    the last resume: nothing that came due before it is late.
    """

    tenant: str
    id: str
    name: str
    type: CampaignType
    status: CampaignStatus
    revision: int
    segment: str
    created_at: datetime
    updated_at: datetime
    slug: str = ""
    description: str = ""
    time_zone: str = "UTC"
    start_at: datetime | None = None
    end_at: datetime | None = None
    late_guard: timedelta = LATE_GUARD
    shards: int = 0
    audience_shards: int = 0
    epoch: int = 0
    pause_reason: str = ""
    released_at: datetime | None = None
    launched_at: datetime | None = None
    completed_at: datetime | None = None
    version: int = 1

    @property
    def claims(self) -> bool:
        """Whether sends may be claimed."""
        return self.status in CLAIMING

    def may_become(self, status: CampaignStatus) -> bool:
        """Tell whether a transition is legal."""
        return status in _NEXT[self.status]

    def require(self, status: CampaignStatus, deed: str) -> None:
        """Raise Conflict, in words for the caller, unless the transition is legal."""
        if not self.may_become(status):
            raise self.refusal(deed, *sorted(old for old, new in _NEXT.items() if status in new))

    def refusal(self, deed: str, *allowed: CampaignStatus) -> Conflict:
        """Say what the campaign is, and what it would have to be."""
        wanted = " or ".join(allowed)
        return Conflict(f"cannot {deed} a campaign that is {self.status}; it has to be {wanted}")
