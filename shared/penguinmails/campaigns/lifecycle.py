"""Moves campaigns through their life: each change of state is one conditional write."""

from dataclasses import replace
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus, PauseReason
from penguinmails.campaigns.launch import BACKSTOP, next_check
from penguinmails.clock import Clock
from penguinmails.errors import Conflict
from penguinmails.queues.port import Queue, Queues
from penguinmails.timer.wakeup import WakeUp


class Campaigns(Protocol):
    """The campaigns as they stand."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def save(self, old: Campaign, new: Campaign) -> Campaign: ...


class Timer(Protocol):
    """Keeps what must happen even if this invocation dies."""

    def put(self, wake_ups: list[WakeUp]) -> None: ...


class Lifecycle:
    """Every legal change of a campaign's state, and the work that each causes.

    The work is put into the timer before the state changes, and onto its queue after: a crash
    between the two leaves a wake-up that does it a minute later, or one that finds nothing. That
    minute is longer than W, so it also finds what others did to the older state.
    """

    def __init__(self, campaigns: Campaigns, timer: Timer, queues: Queues, clock: Clock) -> None:
        self._campaigns = campaigns
        self._timer = timer
        self._queues = queues
        self._clock = clock

    def pause(self, campaign: Campaign, reason: PauseReason = PauseReason.REQUESTED) -> Campaign:
        """Stop claims; they have stopped for good when W has passed. One write, any size."""
        for _ in range(_TRIES):
            stands = self._campaigns.get(campaign.tenant, campaign.id)
            if stands.status is CampaignStatus.PAUSED:
                return stands
            stands.require(CampaignStatus.PAUSED, "pause")
            paused = replace(
                stands,
                status=CampaignStatus.PAUSED,
                epoch=stands.epoch + 1,
                pause_reason=reason.value,
                updated_at=self._clock.now(),
            )
            try:
                return self._campaigns.save(stands, paused)
            except Conflict:
                continue
        raise Conflict(_BUSY)

    def resume(self, campaign: Campaign) -> Campaign:
        """Let claims go on, and release what came due meanwhile, now and once more after W."""
        stands = self._campaigns.get(campaign.tenant, campaign.id)
        if stands.status is not CampaignStatus.PAUSED:
            raise stands.refusal("resume", CampaignStatus.PAUSED)
        now_at = self._clock.now()
        body = {"tenant": stands.tenant, "campaign": stands.id, "reason": "pause"}
        self._timer.put([WakeUp(now_at + BACKSTOP, Queue.RELEASE, body)])
        resumed = replace(
            stands,
            status=CampaignStatus.ACTIVE,
            pause_reason="",
            released_at=now_at,
            updated_at=now_at,
        )
        saved = self._campaigns.save(stands, resumed)
        self._queues.send(Queue.RELEASE, [body])
        return saved

    def cancel(self, campaign: Campaign) -> Campaign:
        """End a campaign for good: whoever comes due from now on leaves it."""
        stands = self._campaigns.get(campaign.tenant, campaign.id)
        if stands.status is CampaignStatus.CANCELLED:
            return stands
        stands.require(CampaignStatus.CANCELLED, "cancel")
        body = {"tenant": stands.tenant, "campaign": stands.id, "reason": "pause"}
        self._timer.put([WakeUp(self._clock.now() + BACKSTOP, Queue.RELEASE, body)])
        return self._move(stands, CampaignStatus.CANCELLED)

    def unschedule(self, campaign: Campaign) -> Campaign:
        """Make a scheduled campaign a draft again, which keeps its start; its wake-up does nothing."""
        stands = self._campaigns.get(campaign.tenant, campaign.id)
        if stands.status is CampaignStatus.DRAFT:
            return stands
        stands.require(CampaignStatus.DRAFT, "unschedule")
        return self._move(stands, CampaignStatus.DRAFT)

    def archive(self, campaign: Campaign) -> Campaign:
        """Put away for good what has ended, or never began."""
        stands = self._campaigns.get(campaign.tenant, campaign.id)
        if stands.status is CampaignStatus.ARCHIVED:
            return stands
        stands.require(CampaignStatus.ARCHIVED, "archive")
        now_at = self._clock.now()
        archived = replace(stands, status=CampaignStatus.ARCHIVED, updated_at=now_at)
        return self._campaigns.save(stands, archived)

    def close(self, campaign: Campaign) -> Campaign:
        """Take nobody in any more; claims go on until it is sure that nobody is left."""
        campaign.require(CampaignStatus.CLOSING, "close")
        body = {"tenant": campaign.tenant, "campaign": campaign.id}
        self._timer.put([WakeUp(self._clock.now() + BACKSTOP, Queue.CLOSE, body)])
        return self._move(campaign, CampaignStatus.CLOSING)

    def complete(self, campaign: Campaign) -> Campaign:
        """Everybody has been walked to an end."""
        campaign.require(CampaignStatus.COMPLETED, "complete")
        return self._move(campaign, CampaignStatus.COMPLETED)

    def reopen(self, campaign: Campaign) -> None:
        """Go on: somebody is left after all, or a message has to be tried again."""
        stands = self._campaigns.get(campaign.tenant, campaign.id)
        if stands.status in {CampaignStatus.CLOSING, CampaignStatus.COMPLETED}:
            self._timer.put([next_check(stands, self._clock.now())])
            self._move(stands, CampaignStatus.ACTIVE)

    def _move(self, campaign: Campaign, status: CampaignStatus) -> Campaign:
        now_at = self._clock.now()
        completed_at = now_at if status is CampaignStatus.COMPLETED else None
        moved = replace(campaign, status=status, updated_at=now_at, completed_at=completed_at)
        return self._campaigns.save(campaign, moved)


_TRIES = 5
_BUSY = "the campaign is being changed by others; try again"
