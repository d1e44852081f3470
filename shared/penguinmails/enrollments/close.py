"""Closes a campaign when a consistent look at every shard finds nobody left in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.lane import Lane, are_all_in
from penguinmails.campaigns.launch import daily_check, next_check
from penguinmails.clock import Clock
from penguinmails.enrollments.page import RowPage
from penguinmails.errors import Conflict, NotFound
from penguinmails.queues.port import Body, Queue, Queues
from penguinmails.table.port import Key
from penguinmails.timer.wakeup import WakeUp

PAGE = 500
LEAST_TIME_S = 5.0


class Campaigns(Protocol):
    """The campaign as it stands."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...


class Lanes(Protocol):
    """How far the launch has come."""

    def lanes(self, tenant: str, campaign: str) -> list[Lane]: ...


class Enrollments(Protocol):
    """The rows of the campaign."""

    def page(
        self, tenant: str, campaign: str, shard: int, after: Key | None, limit: int
    ) -> RowPage: ...


class Lifecycle(Protocol):
    """The changes of state that closing makes."""

    def close(self, campaign: Campaign) -> Campaign: ...
    def complete(self, campaign: Campaign) -> Campaign: ...
    def reopen(self, campaign: Campaign) -> None: ...


class Timer(Protocol):
    """Looks again tomorrow."""

    def put(self, wake_ups: Sequence[WakeUp]) -> None: ...


@dataclass(frozen=True, slots=True)
class ClosePorts:
    """What closing touches. `settle_s` is how long claims may still be open after a change."""

    campaigns: Campaigns
    lanes: Lanes
    enrollments: Enrollments
    lifecycle: Lifecycle
    timer: Timer
    queues: Queues
    clock: Clock
    settle_s: int


def close(body: Body, time_left_s: Callable[[], float], given: ClosePorts) -> str:
    """Take a campaign one step towards its end, if nobody is left; say what was done.

    An active campaign with nobody left takes nobody in any more; once W has passed, a second
    look completes it, or reopens it if somebody is there. The counters are never asked.
    """
    try:
        stands = given.campaigns.get(body["tenant"], body["campaign"])
    except NotFound:
        return "gone"
    if stands.status is CampaignStatus.PAUSED:
        return _occupied(stands, given, daily=bool(body.get("daily")))
    if stands.status not in {CampaignStatus.ACTIVE, CampaignStatus.CLOSING}:
        return f"left_{stands.status}"
    if stands.status is CampaignStatus.CLOSING and _unsettled_s(stands, given):
        given.queues.send(Queue.CLOSE, [_plain(stands)], delay_s=_unsettled_s(stands, given))
        return "settles"
    if body.get("version", stands.version) != stands.version:
        body = daily_check(stands) if body.get("daily") else _plain(stands)
    if not are_all_in(stands, given.lanes.lanes(stands.tenant, stands.id)):
        return _occupied(stands, given, daily=bool(body.get("daily")))
    found = _look(stands, body, time_left_s, given)
    if found is None:
        return "goes_on_looking"
    try:
        if found:
            return _occupied(stands, given, daily=bool(body.get("daily")))
        return _vacant(stands, given)
    except Conflict:
        given.queues.send(Queue.CLOSE, [_plain(stands)], delay_s=given.settle_s)
        return "moved"


def _unsettled_s(campaign: Campaign, given: ClosePorts) -> int:
    """Tell for how many seconds more somebody may work on a state before the closing."""
    since_s = (given.clock.now() - campaign.updated_at).total_seconds()
    return min(given.settle_s, max(0, ceil(given.settle_s - since_s)))


def _look(
    campaign: Campaign, body: Body, time_left_s: Callable[[], float], given: ClosePorts
) -> bool | None:
    """Tell whether anybody is left; None if time ran out and the rest is another message."""
    shard, sk = body.get("shard", 0), body.get("after", "")
    while shard < campaign.shards:
        if time_left_s() < LEAST_TIME_S:
            rest = {"shard": shard, "after": sk, "version": campaign.version}
            given.queues.send(Queue.CLOSE, [{**body, **rest}])
            return None
        after = Key(f"{campaign.tenant}#{campaign.id}#{shard}", sk) if sk else None
        page = given.enrollments.page(campaign.tenant, campaign.id, shard, after, PAGE)
        if any(not row.ended or row.claim is not None for row in page.rows):
            return True
        shard, sk = (shard, page.after.sk) if page.after else (shard + 1, "")
    return False


def _occupied(campaign: Campaign, given: ClosePorts, *, daily: bool) -> str:
    if campaign.status is CampaignStatus.CLOSING:
        given.lifecycle.reopen(campaign)
        return "reopened"
    if daily:
        given.timer.put([next_check(campaign, given.clock.now())])
    return "occupied"


def _vacant(campaign: Campaign, given: ClosePorts) -> str:
    if campaign.status is CampaignStatus.CLOSING:
        given.lifecycle.complete(campaign)
        return "completed"
    given.lifecycle.close(campaign)
    given.queues.send(Queue.CLOSE, [_plain(campaign)], delay_s=given.settle_s)
    return "closing"


def _plain(campaign: Campaign) -> Body:
    return {"tenant": campaign.tenant, "campaign": campaign.id}
