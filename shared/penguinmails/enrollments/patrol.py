"""Patrols all enrollments, a part at a time, for anybody whom a lost hint left behind."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.clock import Clock
from penguinmails.enrollments.enrollment import Enrollment, Ref, Status
from penguinmails.enrollments.messages import pack
from penguinmails.enrollments.page import RowPage
from penguinmails.errors import NotFound
from penguinmails.queues.port import Queue, Queues
from penguinmails.table.port import Key

PAGE = 250
RUNS_A_DAY = 288
SLACK = timedelta(minutes=15)
"""How overdue a row must be: by then every hint has had its chances."""
LEAST_TIME_S = 5.0


@dataclass(frozen=True, slots=True)
class Beat:
    """How far the patrol has come: where it goes on, and how many rows each round has had."""

    after: Key | None = None
    seen: int = 0
    last_round: int = 0


class Beats(Protocol):
    """Where the patrol's place is kept."""

    def read(self) -> Beat: ...
    def save(self, beat: Beat) -> None: ...


class Enrollments(Protocol):
    """Everybody's enrollments."""

    def patrol(self, segment: int, segments: int, after: Key | None, limit: int) -> RowPage: ...


class Campaigns(Protocol):
    """The campaigns as they stand."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...


@dataclass(frozen=True, slots=True)
class PatrolPorts:
    """What the patrol touches."""

    beats: Beats
    enrollments: Enrollments
    campaigns: Campaigns
    queues: Queues
    clock: Clock


def patrol(time_left_s: Callable[[], float], given: PatrolPorts) -> Counter[str]:
    """Walk on for as many pages as make a round a day, and enqueue whoever was left behind."""
    found: Counter[str] = Counter()
    beat = given.beats.read()
    pages = max(1, ceil(1.5 * beat.last_round / RUNS_A_DAY / PAGE))
    standing = Standing(given.campaigns)
    for _ in range(pages):
        if time_left_s() < LEAST_TIME_S:
            break
        page = given.enrollments.patrol(0, 1, beat.after, PAGE)
        left = [row.ref for row in page.rows if left_behind(row, given.clock.now(), standing)]
        given.queues.send(Queue.ADVANCE, list(pack(left)))
        found.update(seen=len(page.rows), left_behind=len(left))
        seen = beat.seen + len(page.rows)
        beat = Beat(page.after, seen, beat.last_round) if page.after else Beat(None, 0, seen)
        given.beats.save(beat)
        if beat.after is None:
            break
    return found


class Standing:
    """How campaigns stand, each read once."""

    def __init__(self, campaigns: Campaigns) -> None:
        self._campaigns = campaigns
        self._known: dict[tuple[str, str], CampaignStatus | None] = {}

    def of(self, ref: Ref) -> CampaignStatus | None:
        """Tell the status of an enrollment's campaign; None if it is gone."""
        name = ref.tenant, ref.campaign
        if name not in self._known:
            try:
                self._known[name] = self._campaigns.get(*name).status
            except NotFound:
                self._known[name] = None
        return self._known[name]


def left_behind(
    row: Enrollment, now_at: datetime, standing: Standing, slack: timedelta = SLACK
) -> bool:
    """Tell whether somebody is overdue by more than the slack, and waits for nothing else."""
    if row.claim is not None and row.ended:
        return now_at - row.claim.claimed_at > slack
    waits = row.status is Status.ACTIVE and not row.held and now_at - row.due_at > slack
    return waits and standing.of(row.ref) not in {CampaignStatus.PAUSED, None}
