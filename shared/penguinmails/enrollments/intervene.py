"""Pauses, resumes and ends one enrollment, at a person's word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.launch import BACKSTOP
from penguinmails.clock import Clock
from penguinmails.enrollments.enrollment import FIRST_RUN, Enrollment, Ref, Status
from penguinmails.enrollments.messages import pack
from penguinmails.errors import Conflict, InvalidInput, NotFound, Problem
from penguinmails.queues.port import Queue, Queues
from penguinmails.timer.wakeup import WakeUp

_REASON = re.compile(r"[a-z][a-z_]{0,31}")
"""A reason is counted by its name, so it holds no digits: an id would be a counter of its own."""


class Campaigns(Protocol):
    """The campaign as it stands."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...


class Enrollments(Protocol):
    """The rows; the store says what each write requires."""

    def read(self, refs: Sequence[Ref]) -> dict[Ref, Enrollment]: ...
    def pause(self, ref: Ref) -> bool: ...
    def resume(self, ref: Ref, now_at: datetime) -> bool: ...
    def exit(self, ref: Ref, reason: str, now_at: datetime) -> bool: ...


class Timer(Protocol):
    """Keeps what must happen even if this invocation dies."""

    def put(self, wake_ups: Sequence[WakeUp]) -> None: ...


@dataclass(frozen=True, slots=True)
class InterventionPorts:
    """What intervening touches."""

    campaigns: Campaigns
    enrollments: Enrollments
    timer: Timer
    queues: Queues
    clock: Clock


class Interventions:
    """Each is one conditional write of one row, and doing it twice does it once.

    A message that is in hand is sent all the same and settled; nothing is claimed afterwards.
    """

    def __init__(self, given: InterventionPorts) -> None:
        self._given = given

    def pause(self, tenant: str, campaign: str, contact: str, run: str = FIRST_RUN) -> Enrollment:
        """Let nothing be sent to one person; their waits go on. Raises NotFound and Conflict."""
        ref = self._ref(tenant, campaign, contact, run)
        self._given.enrollments.pause(ref)
        return self._stands(ref, Status.PAUSED, "paused")

    def resume(self, tenant: str, campaign: str, contact: str, run: str = FIRST_RUN) -> Enrollment:
        """Let one person go on; what came due meanwhile is due now. Raises NotFound and Conflict.

        The wake-up comes before the write, so that a crash after it strands nobody; who is
        active already is only looked at once more.
        """
        ref = self._ref(tenant, campaign, contact, run)
        self._live(ref, "resumed")
        bodies = list(pack([ref]))
        now_at = self._given.clock.now()
        self._given.timer.put([WakeUp(now_at + BACKSTOP, Queue.ADVANCE, body) for body in bodies])
        self._given.enrollments.resume(ref, now_at)
        row = self._stands(ref, Status.ACTIVE, "resumed")
        self._given.queues.send(Queue.ADVANCE, bodies)
        return row

    def exit(
        self, tenant: str, campaign: str, contact: str, reason: str, run: str = FIRST_RUN
    ) -> Enrollment:
        """End one person's walk for a reason. Who has left already left for the first one.

        Raises InvalidInput, NotFound and Conflict.
        """
        if not _REASON.fullmatch(reason):
            detail = (
                "a reason is a word of up to 32 small letters and underscores, "
                "such as moved_to_sales"
            )
            raise InvalidInput(Problem("/reason", "invalid_reason", detail))
        ref = self._ref(tenant, campaign, contact, run)
        self._given.enrollments.exit(ref, reason, self._given.clock.now())
        return self._stands(ref, Status.EXITED, "ended")

    def _ref(self, tenant: str, campaign: str, contact: str, run: str) -> Ref:
        stands = self._given.campaigns.get(tenant, campaign)
        return Ref(tenant, campaign, max(stands.shards, 1), contact, run)

    def _stands(self, ref: Ref, wanted: Status, deed: str) -> Enrollment:
        row = self._read(ref)
        if row.status is not wanted:
            raise Conflict(_too_late(row, deed))
        return row

    def _live(self, ref: Ref, deed: str) -> None:
        row = self._read(ref)
        if row.ended:
            raise Conflict(_too_late(row, deed))

    def _read(self, ref: Ref) -> Enrollment:
        row = self._given.enrollments.read([ref]).get(ref)
        if row is None:
            raise NotFound(f"there is no enrollment of contact {ref.contact}")
        return row


def _too_late(row: Enrollment, deed: str) -> str:
    return f"this enrollment is {row.status}; it cannot be {deed} any more"
