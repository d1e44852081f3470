"""Launches a campaign: fixes what it sends and its shards, then opens or schedules it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.revision import Revision
from penguinmails.clock import Clock
from penguinmails.errors import Conflict
from penguinmails.queues.port import Body, Queue, Queues
from penguinmails.templates.template import Template
from penguinmails.timer.wakeup import WakeUp

CHECK_EVERY = timedelta(days=1)
"""How often a campaign is checked for its end if nothing hints at it."""


class Campaigns(Protocol):
    """The campaigns and what they send."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def save(self, old: Campaign, new: Campaign) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...
    def pin(self, tenant: str, revision: Revision, contents: Mapping[int, Template]) -> None: ...


class Timer(Protocol):
    """Keeps what must happen even if this invocation dies."""

    def put(self, wake_ups: Sequence[WakeUp]) -> None: ...


@dataclass(frozen=True, slots=True)
class LaunchPorts:
    """What launching touches. `contents_of` checks a revision and gives its emails by step."""

    campaigns: Campaigns
    timer: Timer
    queues: Queues
    clock: Clock
    audience_shards: Callable[[str], int]
    contents_of: Callable[[Campaign, Revision], Mapping[int, Template]]


def launch(tenant: str, campaign: str, given: LaunchPorts) -> Campaign:
    """Launch now, or at the campaign's start; raises InvalidInput with all that is missing.

    The wake-up comes before the change of state, so that a crash between them loses nothing.
    """
    stands = given.campaigns.get(tenant, campaign)
    if stands.status is not CampaignStatus.DRAFT:
        message = f"cannot launch a campaign that is {stands.status}; it has to be draft"
        raise Conflict(message)
    revision = given.campaigns.revision(tenant, campaign, stands.revision)
    given.campaigns.pin(tenant, revision, given.contents_of(stands, revision))
    now_at = given.clock.now()
    if stands.start_at is not None and stands.start_at > now_at:
        given.timer.put([WakeUp(stands.start_at, Queue.LAUNCH, _body(stands))])
        scheduled = replace(stands, status=CampaignStatus.SCHEDULED, updated_at=now_at)
        return given.campaigns.save(stands, scheduled)
    return _open(stands, given)


def begin(tenant: str, campaign: str, given: LaunchPorts) -> int:
    """Open a scheduled campaign whose time has come, and start every lane of its audience.

    Beginning twice is harmless: a lane that is done stays done. Gives the number of lanes.
    """
    stands = given.campaigns.get(tenant, campaign)
    if stands.status is CampaignStatus.SCHEDULED:
        if stands.start_at is not None and stands.start_at > given.clock.now():
            return 0
        stands = _open(stands, given)
    if stands.status is not CampaignStatus.ACTIVE:
        return 0
    lanes = [{**_body(stands), "lane": lane} for lane in range(stands.audience_shards)]
    given.queues.send(Queue.LAUNCH, lanes)
    return len(lanes)


def _open(campaign: Campaign, given: LaunchPorts) -> Campaign:
    now_at = given.clock.now()
    shards = given.audience_shards(campaign.tenant)
    given.timer.put(
        [
            WakeUp(now_at, Queue.LAUNCH, _body(campaign)),
            WakeUp(now_at + CHECK_EVERY, Queue.CLOSE, daily_check(campaign)),
        ]
    )
    opened = replace(
        campaign,
        status=CampaignStatus.ACTIVE,
        shards=shards,
        audience_shards=shards,
        launched_at=now_at,
        updated_at=now_at,
    )
    saved = given.campaigns.save(campaign, opened)
    given.queues.send(Queue.LAUNCH, [_body(campaign)])
    return saved


def daily_check(campaign: Campaign) -> Body:
    """The message that has a campaign checked for its end today, and again tomorrow."""
    return {**_body(campaign), "daily": True}


def _body(campaign: Campaign) -> Body:
    return {"tenant": campaign.tenant, "campaign": campaign.id}
