"""A suppression: a do-not-mail entry for one address in one scope."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SuppressionReason(StrEnum):
    """Why a person must not be mailed."""

    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"
    HARD_BOUNCED = "hard_bounced"
    MANUAL = "manual"
    ERASED = "erased"


WORKSPACE = "workspace"
GLOBAL = "global"


def campaign_scope(campaign: str) -> str:
    """The scope of one campaign."""
    return f"campaign:{campaign}"


@dataclass(frozen=True, slots=True)
class Suppression:
    """One entry; its scope is the workspace or a campaign.

    `contact` is the contact's id, which is a keyed hash of the address: the entry outlives the
    contact, and holds no address.
    """

    tenant: str
    contact: str
    scope: str
    reason: SuppressionReason
    source: str
    since_at: datetime
