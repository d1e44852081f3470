"""Launches a campaign: fixes what it sends and its shards, then opens or schedules it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

from penguinmails.campaigns.add_revision import frozen
from penguinmails.campaigns.campaign import Campaign, CampaignStatus, PauseReason
from penguinmails.campaigns.revision import Revision
from penguinmails.clock import Clock
from penguinmails.errors import Conflict, NotFound
from penguinmails.ids import derived
from penguinmails.queues.port import LONGEST_DELAY_S, Body, Queue, Queues
from penguinmails.templates.template import Template
from penguinmails.timer.wakeup import HORIZON_S, WakeUp

CHECK_EVERY = timedelta(days=1)
"""How often a campaign is checked for its end if nothing hints at it."""
BACKSTOP = timedelta(minutes=1)
"""A wake-up that backs a message comes after whoever put it has surely written or died."""


STILL_IMPORTING = (
    "people are still being imported into the campaign's segment, and who comes in after the "
    "launch may be left out; wait until the import is done, or launch with evenIfImporting"
)


def _never(_tenant: str, _segment: str) -> bool:
    return False


class Campaigns(Protocol):
    """The campaigns and what they send."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def save(self, old: Campaign, new: Campaign) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...
    def add_revision(self, tenant: str, revision: Revision) -> None: ...
    def pin(self, tenant: str, revision: Revision, contents: Mapping[int, Template]) -> bool: ...


class Timer(Protocol):
    """Keeps what must happen even if this invocation dies."""

    def put(self, wake_ups: Sequence[WakeUp]) -> None: ...


@dataclass(frozen=True, slots=True)
class LaunchPorts:
    """What launching touches. `contents_of` checks a revision and gives its emails by step.

    `importing` tells whether people are still being imported into (tenant, segment). A start within `horizon_s` is also put on the queue, as the timer is only read each minute.
    """

    campaigns: Campaigns
    timer: Timer
    queues: Queues
    clock: Clock
    audience_shards: Callable[[str], int]
    contents_of: Callable[[Campaign, Revision], Mapping[int, Template]]
    horizon_s: int = HORIZON_S
    importing: Callable[[str, str], bool] = _never


def launch(
    tenant: str, campaign: str, given: LaunchPorts, *, even_if_importing: bool = False
) -> Campaign:
    """Launch now, or at the campaign's start; raises InvalidInput with all that is missing.

    People who are still being imported when it begins might be left out, so that a launch at once
    is a Conflict then, unless that is meant. The wake-up comes before the change of state, so that
    a crash between them loses nothing.
    """
    stands = given.campaigns.get(tenant, campaign)
    if stands.status is not CampaignStatus.DRAFT:
        raise stands.refusal("launch", CampaignStatus.DRAFT)
    revision = given.campaigns.revision(tenant, campaign, stands.revision)
    contents = given.contents_of(stands, revision)
    now_at = given.clock.now()
    later = stands.start_at is not None and stands.start_at > now_at
    if not later and not even_if_importing and given.importing(tenant, stands.segment):
        raise Conflict(STILL_IMPORTING)
    kept = frozen(tenant, revision, contents, given.campaigns)
    ready = replace(stands, revision=kept.number)
    return _schedule(ready, given) if later else _open(ready, given)


def begin(tenant: str, campaign: str, given: LaunchPorts) -> int:
    """Open a scheduled campaign whose time has come, and start every lane of its audience.

    One whose time is long past opens paused, as late: people are enrolled, and wait for a word.
    Beginning twice is harmless: a lane that is done stays done. Gives the number of lanes.
    """
    try:
        stands = given.campaigns.get(tenant, campaign)
    except NotFound:  # it was deleted, and its wake-up remained
        return 0
    if stands.status is CampaignStatus.SCHEDULED:
        early_s = _early_s(stands, given)
        if early_s:
            _come_back(stands, early_s, given)
            return 0
        stands = _open(stands, given)
    if stands.status not in {CampaignStatus.ACTIVE, CampaignStatus.PAUSED}:
        return 0
    lanes = [{**_body(stands), "lane": lane} for lane in range(stands.audience_shards)]
    given.queues.send(Queue.LAUNCH, lanes)
    return len(lanes)


def _schedule(campaign: Campaign, given: LaunchPorts) -> Campaign:
    now_at, start_at = given.clock.now(), campaign.start_at or given.clock.now()
    given.timer.put([WakeUp(start_at, Queue.LAUNCH, _body(campaign))])
    scheduled = replace(campaign, status=CampaignStatus.SCHEDULED, updated_at=now_at)
    saved = given.campaigns.save(campaign, scheduled)
    left_s = ceil((start_at - now_at).total_seconds())
    if left_s <= given.horizon_s:
        given.queues.send(Queue.LAUNCH, [_body(campaign)], delay_s=max(0, left_s))
    return saved


def _missed(campaign: Campaign, now_at: datetime) -> bool:
    """Tell whether a scheduled start is so long past that a person should look first."""
    if campaign.status is not CampaignStatus.SCHEDULED or campaign.start_at is None:
        return False
    return now_at - campaign.start_at > campaign.late_guard


def _early_s(campaign: Campaign, given: LaunchPorts) -> int:
    """Tell in how many seconds a scheduled campaign starts."""
    if campaign.start_at is None:
        return 0
    return max(0, ceil((campaign.start_at - given.clock.now()).total_seconds()))


def _come_back(campaign: Campaign, after_s: int, given: LaunchPorts) -> None:
    """Ask again at the start, if a queue can wait so long; else its wake-up is still to come."""
    if after_s <= LONGEST_DELAY_S:
        given.queues.send(Queue.LAUNCH, [_body(campaign)], delay_s=after_s)


def _open(campaign: Campaign, given: LaunchPorts) -> Campaign:
    now_at = given.clock.now()
    shards = given.audience_shards(campaign.tenant)
    given.timer.put(
        [
            WakeUp(now_at + BACKSTOP, Queue.LAUNCH, _body(campaign)),
            next_check(campaign, now_at),
        ]
    )
    late = _missed(campaign, now_at)
    opened = replace(
        campaign,
        status=CampaignStatus.PAUSED if late else CampaignStatus.ACTIVE,
        pause_reason=PauseReason.LATE.value if late else "",
        epoch=campaign.epoch + late,
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


def next_check(campaign: Campaign, now_at: datetime) -> WakeUp:
    """The wake-up for the next daily check: one for each day, however often it is put.

    A check that comes early by a skewed clock asks for the next one, not for itself.
    """
    day = (now_at + BACKSTOP - campaign.created_at) // CHECK_EVERY + 1
    check_at = campaign.created_at + day * CHECK_EVERY
    made = derived("check", campaign.id, day)
    return WakeUp(check_at, Queue.CLOSE, daily_check(campaign), made)


def _body(campaign: Campaign) -> Body:
    return {"tenant": campaign.tenant, "campaign": campaign.id}
