"""Lifts the fence: notes the tables as they are, and brings up again whoever has come due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.enrollments.errand import OVERLAP_S
from penguinmails.enrollments.messages import pack
from penguinmails.enrollments.page import RowPage
from penguinmails.enrollments.patrol import PAGE, Campaigns, Standing, left_behind
from penguinmails.errors import Unavailable
from penguinmails.fence.fence import Ids, Noted, strangers
from penguinmails.holds.hold import HoldReason
from penguinmails.queues.port import Queue, Queues
from penguinmails.table.port import Key
from penguinmails.timer.wakeup import HORIZON_S

AHEAD = timedelta(seconds=HORIZON_S + OVERLAP_S)
"""Whoever was due so soon after the backup may have had no hint but a message, which is gone."""


class Notes(Protocol):
    """What Core knows of the tables."""

    def read(self) -> Noted | None: ...
    def add(self, noted: Noted) -> bool: ...
    def save(self, old: Noted, new: Noted) -> None: ...


class Holds(Protocol):
    """Where everybody waited who came due behind the fence."""

    def campaigns(self, reason: HoldReason) -> set[tuple[str, str]]: ...


class Enrollments(Protocol):
    """Everybody's enrollments."""

    def patrol(self, segment: int, segments: int, after: Key | None, limit: int) -> RowPage: ...


@dataclass(frozen=True, slots=True)
class LiftPorts:
    """What lifting touches; `ids` asks for the tables' ids as they are."""

    notes: Notes
    ids: Callable[[], Ids]
    holds: Holds
    enrollments: Enrollments
    campaigns: Campaigns
    queues: Queues
    clock: Clock


@dataclass(frozen=True, slots=True)
class Lifted:
    """Which tables were others than those noted, and how many were brought up again."""

    strange: tuple[str, ...]
    campaigns: int
    people: int


def lift_fence(given: LiftPorts) -> Lifted:
    """Let sends be claimed again; doing it once more, or where no fence stands, harms nobody.

    Raises Unavailable while a table is not there, and Conflict if somebody else lifts it too.
    """
    noted, ids = given.notes.read(), given.ids()
    if missing := [name for name, found in ids.items() if not found]:
        raise Unavailable(f"there is no table for {', '.join(missing)} yet")
    strange = strangers(noted, ids)
    fresh = Noted(ids, given.clock.now())
    if noted is None:
        given.notes.add(fresh)
    elif strange or noted.strange:
        given.notes.save(noted, fresh)
    return Lifted(strange, _release(given), _bring_up(given))


def _release(given: LiftPorts) -> int:
    """Have the holds of all campaigns released that have any behind the fence."""
    found = sorted(given.holds.campaigns(HoldReason.FENCE))
    reason = HoldReason.FENCE.value
    bodies = [{"tenant": each, "campaign": name, "reason": reason} for each, name in found]
    given.queues.send(Queue.RELEASE, bodies)
    return len(found)


def _bring_up(given: LiftPorts) -> int:
    """Enqueue all who are due, or soon will be: messages sent after the backup are used up."""
    standing, people, after = Standing(given.campaigns), 0, None
    while True:
        page = given.enrollments.patrol(0, 1, after, PAGE)
        now_at = given.clock.now()
        due = [row.ref for row in page.rows if left_behind(row, now_at, standing, -AHEAD)]
        given.queues.send(Queue.ADVANCE, list(pack(due)))
        people, after = people + len(due), page.after
        if after is None:
            return people
