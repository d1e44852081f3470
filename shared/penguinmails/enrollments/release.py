"""Releases what waits in a campaign's holds: onto its queue first, then out of the holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.clock import Clock
from penguinmails.enrollments.enrollment import Ref
from penguinmails.enrollments.messages import unpack
from penguinmails.errors import NotFound
from penguinmails.holds.hold import Hold, HoldReason
from penguinmails.queues.port import Body, Queue, Queues

PAGE = 25
_UNTOUCHED = {HoldReason.PAUSE, HoldReason.FENCE}
LEAST_TIME_S = 5.0


class Holds(Protocol):
    """What waits."""

    def some(self, tenant: str, campaign: str, reason: HoldReason, limit: int) -> list[Hold]: ...
    def drop(self, hold: Hold) -> None: ...


class Enrollments(Protocol):
    """The rows that may have been set aside."""

    def free(self, ref: Ref, now_at: datetime) -> bool: ...


class Campaigns(Protocol):
    """The campaign as it stands."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...


@dataclass(frozen=True, slots=True)
class ReleasePorts:
    """What releasing touches."""

    campaigns: Campaigns
    holds: Holds
    enrollments: Enrollments
    queues: Queues
    clock: Clock


def release(body: Body, time_left_s: Callable[[], float], given: ReleasePorts) -> int:
    """Release all holds of a campaign and reason, oldest first; give how many.

    Releasing twice puts a message on its queue twice, which its reader survives.
    """
    tenant, campaign = body["tenant"], body["campaign"]
    reason = HoldReason(body["reason"])
    if reason is HoldReason.PAUSE and _paused(tenant, campaign, given):
        return 0
    released = 0
    while holds := given.holds.some(tenant, campaign, reason, PAGE):
        for hold in holds:
            if time_left_s() < LEAST_TIME_S:
                given.queues.send(Queue.RELEASE, [body])
                return released
            _release_one(hold, given)
            released += 1
    return released


def _release_one(hold: Hold, given: ReleasePorts) -> None:
    if hold.reason not in _UNTOUCHED and hold.queue is Queue.ADVANCE:
        _free(unpack(hold.body), given)
    given.queues.send(hold.queue, [hold.body])
    given.holds.drop(hold)


def _free(refs: Sequence[Ref], given: ReleasePorts) -> None:
    for ref in refs:
        given.enrollments.free(ref, given.clock.now())


def _paused(tenant: str, campaign: str, given: ReleasePorts) -> bool:
    try:
        return given.campaigns.get(tenant, campaign).status is CampaignStatus.PAUSED
    except NotFound:
        return False
