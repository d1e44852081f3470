"""The errands of a batch: whom to look at again, whom to wake later, whom to park."""

from collections import defaultdict
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.clock import Clock
from penguinmails.enrollments import ports
from penguinmails.enrollments.enrollment import Ref
from penguinmails.enrollments.messages import pack
from penguinmails.holds.hold import Hold, HoldReason
from penguinmails.queues.port import LONGEST_DELAY_S, Queue, Queues
from penguinmails.timer.wakeup import WakeUp

OVERLAP_S = 10
"""How much longer than the horizon a queue may wait, so that clocks that differ leave no gap."""
SOON_ENOUGH = timedelta(seconds=2)
"""How late a batch's packed wake-up may be, so that not everybody needs one of their own."""


class LookPorts(Protocol):
    """What brings an enrollment up again."""

    @property
    def clock(self) -> Clock: ...
    @property
    def timer(self) -> ports.Timer: ...
    @property
    def queues(self) -> Queues: ...
    @property
    def horizon_s(self) -> int: ...


class ErrandPorts(LookPorts, Protocol):
    """Where errands end up."""

    @property
    def campaigns(self) -> ports.Campaigns: ...
    @property
    def enrollments(self) -> ports.Enrollments: ...
    @property
    def holds(self) -> ports.Holds: ...


class Looks:
    """Whom to look at again and when, collected while a batch goes on.

    Wake-ups are put before the rows that they are for; messages go out at the end, before the
    batch is acknowledged.
    """

    def __init__(self, given: LookPorts) -> None:
        self._given = given
        self._again: dict[int, list[Ref]] = defaultdict(list)
        self._wake: dict[datetime, list[Ref]] = defaultdict(list)
        self._woken: dict[Ref, datetime] = {}

    def again(self, ref: Ref, after_s: float = 0) -> None:
        """Look at the enrollment again, in some seconds."""
        self._again[min(LONGEST_DELAY_S, max(0, ceil(after_s)))].append(ref)

    def wake(self, ref: Ref, due_at: datetime) -> None:
        """Plan to be woken at an instant that is too far off for a queue's delay."""
        if due_at - self._given.clock.now() > timedelta(seconds=self._given.horizon_s):
            self._wake[due_at].append(ref)

    def put_wake_ups(self) -> None:
        """Save the wake-ups that were planned."""
        if not self._wake:
            return
        self._given.timer.put(
            [
                WakeUp(due_at, Queue.ADVANCE, body)
                for due_at, refs in self._wake.items()
                for body in pack(refs)
            ]
        )
        for due_at, refs in self._wake.items():
            self._woken.update(dict.fromkeys(refs, due_at))
        self._wake.clear()

    def ensure_woken(self, ref: Ref, due_at: datetime) -> None:
        """Save a wake-up now, unless one that comes at about that time was saved already.

        One that comes so early that a queue cannot wait for the rest would be followed by none.
        """
        woken_at = self._woken.get(ref)
        patience = timedelta(seconds=self._given.horizon_s + OVERLAP_S)
        if woken_at is None or not due_at - patience <= woken_at <= due_at + SOON_ENOUGH:
            self.wake(ref, due_at)
            self.put_wake_ups()

    def come_back(self, ref: Ref, due_at: datetime) -> None:
        """Look again when it is due, if a queue can wait so long; else its wake-up does."""
        left_s = (due_at - self._given.clock.now()).total_seconds()
        if left_s <= self._given.horizon_s + OVERLAP_S:
            self.again(ref, left_s)

    def send(self) -> None:
        """Put everybody on the queue who was collected."""
        for delay_s, refs in self._again.items():
            self._given.queues.send(Queue.ADVANCE, list(pack(refs)), delay_s=delay_s)


class Errands(Looks):
    """Also whom to park, so that a hundred errands cost a handful of calls."""

    def __init__(self, given: ErrandPorts) -> None:
        super().__init__(given)
        self._house = given
        self._parked: dict[tuple[HoldReason, str], list[Ref]] = defaultdict(list)

    def park(self, ref: Ref, reason: HoldReason, detail: str = "") -> None:
        """Put the enrollment among the campaign's holds."""
        self._parked[reason, detail].append(ref)

    def run(self, campaign: Campaign) -> None:
        """Do what was collected. A pause that ended while we parked is looked up again.

        What failed is among the holds before it is set aside, so that none is without its reason.
        """
        for (reason, detail), refs in self._parked.items():
            self._park(campaign, reason, detail, refs)
        self.send()

    def _park(self, campaign: Campaign, reason: HoldReason, detail: str, refs: list[Ref]) -> None:
        now_at = self._house.clock.now()
        self._house.holds.park(
            [
                Hold(campaign.tenant, campaign.id, reason, Queue.ADVANCE, body, now_at, detail)
                for body in pack(refs)
            ]
        )
        if reason is HoldReason.FAILED:
            for ref in refs:
                self._house.enrollments.hold(ref, reason.value)
        if reason is HoldReason.PAUSE:
            stands = self._house.campaigns.get(campaign.tenant, campaign.id)
            if stands.status is not CampaignStatus.PAUSED:
                self._again[0].extend(refs)
