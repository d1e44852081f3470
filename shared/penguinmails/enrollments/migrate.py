"""Moves the people of a campaign to its newest revision, lane by lane, each by one write."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.lane import Lane
from penguinmails.campaigns.revision import Revision
from penguinmails.clock import Clock
from penguinmails.enrollments import ports
from penguinmails.enrollments.enrollment import Enrollment, Ref, Status
from penguinmails.enrollments.errand import Looks
from penguinmails.enrollments.land import land, stays
from penguinmails.enrollments.landing import Landing
from penguinmails.enrollments.messages import pack, unpack
from penguinmails.enrollments.page import Pages, place_in, read_on
from penguinmails.enrollments.rows import partition
from penguinmails.errors import Conflict
from penguinmails.queues.port import Body, Queue, Queues
from penguinmails.table.port import ConditionFailed, Key
from penguinmails.timer.wakeup import WakeUp

PAGE = 200
FORECAST_PAGES = 25
"""A forecast reads at most this many pages a call: 5,000 rows, about 1,250 read units."""
LEAST_TIME_S = 5.0
SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=4)
"""When to try those again who had a message in hand: after twice as long each time."""

_BEGUN = {CampaignStatus.ACTIVE, CampaignStatus.PAUSED}
_GOES_ON = {*_BEGUN, CampaignStatus.CLOSING}


class Campaigns(Protocol):
    """The campaign as it stands, and its revisions."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...


class Enrollments(Pages, Protocol):
    """The rows of the campaign; a move raises ConditionFailed if one is not as it was read."""

    def read(self, refs: Sequence[Ref]) -> dict[Ref, Enrollment]: ...
    def migrate(
        self, row: Enrollment, revision: int, on: Landing, now_at: datetime
    ) -> Enrollment: ...


class Lanes(Protocol):
    """How far a migration has come, by its name; `targeted` is how many a lane has moved."""

    def lane(self, tenant: str, migration: str, shard: int, /) -> Lane: ...
    def advance(self, tenant: str, migration: str, old: Lane, new: Lane, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class MigratePorts:
    """What migrating touches. `settle_s` is how long people may still enter by the old revision."""

    campaigns: Campaigns
    enrollments: Enrollments
    lanes: Lanes
    timer: ports.Timer
    queues: Queues
    clock: Clock
    horizon_s: int
    settle_s: int


class _Fate(StrEnum):
    STAYS = "stays"
    BUSY = "busy"
    MOVES = "moves"
    BECOMES_DUE = "becomes_due"
    COMPLETES = "completes"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a migration would do to some of a campaign's people, and where the rest begins.

    All that move are in `moves`; of them `become_due` are due at once and were not before, and
    `complete` have nothing left to walk. `busy` are those of them who have a message in hand.
    """

    stay: int = 0
    move: int = 0
    become_due: int = 0
    complete: int = 0
    busy: int = 0
    after: Key | None = None


@dataclass(slots=True)
class Migrated:
    """What one invocation did: how many it moved, and how many have to be tried again."""

    moved: int = 0
    busy: int = 0
    done: bool = False


def migration_of(campaign: str, revision: int) -> str:
    """Name the migration, as its lanes are kept."""
    return f"{campaign}#{revision:06}"


def migrate(tenant: str, campaign: str, revision: int, given: MigratePorts) -> int:
    """Begin to move everybody; doing it again only looks for whoever was left. Gives the lanes.

    It begins when nobody works any more on the campaign as it was before its last change, so
    that none enters by an older revision behind its back. Raises NotFound and Conflict.
    """
    stands = _migratable(tenant, campaign, revision, given)
    for shard in range(stands.shards):
        lane = given.lanes.lane(tenant, migration_of(campaign, revision), shard)
        if lane.done:
            again = Lane(shard, targeted=lane.targeted)
            given.lanes.advance(tenant, migration_of(campaign, revision), lane, again)
    since_s = (given.clock.now() - stands.updated_at).total_seconds()
    delay_s = min(given.settle_s, max(0, ceil(given.settle_s - since_s)))
    bodies = [_lane_body(stands, revision, shard) for shard in range(stands.shards)]
    given.queues.send(Queue.LAUNCH, bodies, delay_s=delay_s)
    return len(bodies)


def forecast(
    tenant: str, campaign: str, revision: int, after: Key | None, given: MigratePorts
) -> Forecast:
    """Tell what `migrate` would do, and do nothing: a dry run, a part at a time."""
    stands = _migratable(tenant, campaign, revision, given)
    fates: list[_Fate] = []
    place = place_in(stands, after)
    for _ in range(FORECAST_PAGES):
        if place is None:
            break
        page = read_on(stands, place, PAGE, given.enrollments)
        fates += [plan.fate for plan in _plans(stands, page.rows, revision, given)]
        place = page.after
    tell = fates.count
    return Forecast(
        stay=tell(_Fate.STAYS),
        move=len(fates) - tell(_Fate.STAYS),
        become_due=tell(_Fate.BECOMES_DUE),
        complete=tell(_Fate.COMPLETES),
        busy=tell(_Fate.BUSY),
        after=place,
    )


def go_on(body: Body, time_left_s: Callable[[], float], given: MigratePorts) -> Migrated:
    """Move a lane's people until it is done or time is up, or try those again who were busy.

    Nobody is moved back, and who is there already is only looked at if they are due: so any
    part of it may come twice.
    """
    stands = given.campaigns.get(body["tenant"], body["campaign"])
    migrated = Migrated()
    if "refs" in body:
        rows = list(given.enrollments.read(unpack(body)).values())
        if stands.status in _GOES_ON:
            _move(stands, rows, body["revision"], body["tries"], migrated, given)
        migrated.done = True
        return migrated
    lane = given.lanes.lane(stands.tenant, migration_of(stands.id, body["revision"]), body["lane"])
    _migrate_lane(lane, body, time_left_s, migrated, given)
    return migrated


def _migrate_lane(
    lane: Lane,
    body: Body,
    time_left_s: Callable[[], float],
    migrated: Migrated,
    given: MigratePorts,
) -> None:
    tenant, campaign, revision = body["tenant"], body["campaign"], body["revision"]
    while not lane.done:
        stands = given.campaigns.get(tenant, campaign)
        if stands.status not in _GOES_ON:
            return
        if time_left_s() < LEAST_TIME_S:
            given.queues.send(Queue.LAUNCH, [body])
            return
        pk = partition(tenant, campaign, lane.shard)
        after = Key(pk, lane.after) if lane.after else None
        page = given.enrollments.page(tenant, campaign, lane.shard, after, PAGE)
        before = migrated.moved
        _move(stands, page.rows, revision, 0, migrated, given)
        moved = replace(
            lane,
            after=page.after.sk if page.after else lane.after,
            targeted=lane.targeted + migrated.moved - before,
            done=page.after is None,
        )
        if not given.lanes.advance(tenant, migration_of(campaign, revision), lane, moved):
            return
        lane = replace(moved, begun=True)
    migrated.done = True


@dataclass(frozen=True, slots=True)
class _Plan:
    row: Enrollment
    fate: _Fate
    landing: Landing

    @property
    def moves(self) -> bool:
        return self.fate not in {_Fate.STAYS, _Fate.BUSY}


def _plans(
    campaign: Campaign, rows: Sequence[Enrollment], revision: int, given: MigratePorts
) -> Iterator[_Plan]:
    now_at = given.clock.now()
    new = _revision(campaign, revision, given).sequence
    for row in rows:
        if stays(row, revision):
            yield _Plan(row, _Fate.STAYS, Landing(row.place, row.retry))
            continue
        old = _revision(campaign, row.revision, given).sequence
        landing = land(row, old, new, now_at)
        yield _Plan(row, _fate(row, landing, now_at), landing)


def _fate(row: Enrollment, landing: Landing, now_at: datetime) -> _Fate:
    if row.claim is not None:
        return _Fate.BUSY
    if landing.completes:
        return _Fate.COMPLETES
    free = row.status is Status.ACTIVE and not row.held
    due = free and landing.due_at <= now_at < row.due_at
    return _Fate.BECOMES_DUE if due else _Fate.MOVES


def _move(
    campaign: Campaign,
    rows: Sequence[Enrollment],
    revision: int,
    tries: int,
    migrated: Migrated,
    given: MigratePorts,
) -> None:
    """Move rows. Wake-ups come before the rows that they are for, and messages after."""
    looks = Looks(given)
    plans = list(_plans(campaign, rows, revision, given))
    for plan in plans:
        if plan.moves and plan.landing.due_at != plan.row.due_at:
            looks.wake(plan.row.ref, plan.landing.due_at)
    looks.put_wake_ups()
    busy = []
    for plan in plans:
        if plan.fate is _Fate.BUSY or (plan.moves and not _moved(plan, revision, given)):
            busy.append(plan.row.ref)
            continue
        migrated.moved += plan.moves
        if _wants_a_look(plan, revision):
            looks.come_back(plan.row.ref, plan.landing.due_at)
    _try_again(busy, revision, tries, given)
    looks.send()
    migrated.busy += len(busy)


def _wants_a_look(plan: _Plan, revision: int) -> bool:
    """Tell whether somebody was woken for another time, or was moved by one who died since."""
    row = plan.row
    if plan.fate is _Fate.STAYS:
        return row.revision == revision and row.status is Status.ACTIVE and row.claim is None
    return not plan.landing.completes and plan.landing.due_at != row.due_at


def _moved(plan: _Plan, revision: int, given: MigratePorts) -> bool:
    try:
        given.enrollments.migrate(plan.row, revision, plan.landing, given.clock.now())
    except ConditionFailed:
        return False
    return True


def _try_again(busy: Sequence[Ref], revision: int, tries: int, given: MigratePorts) -> None:
    at = given.clock.now() + min(SOONEST * 2 ** min(tries, 10), LATEST)
    again = {"revision": revision, "tries": tries + 1}
    wake_ups = [WakeUp(at, Queue.LAUNCH, {**body, **again}) for body in pack(busy)]
    if wake_ups:
        given.timer.put(wake_ups)


def _migratable(tenant: str, campaign: str, revision: int, given: MigratePorts) -> Campaign:
    stands = given.campaigns.get(tenant, campaign)
    if stands.status not in _BEGUN:
        message = (
            f"cannot migrate a campaign that is {stands.status}; it has to be active or paused"
        )
        raise Conflict(message)
    if revision != stands.revision:
        message = (
            f"people move to the revision that new people get, which is {stands.revision}, "
            f"not {revision}; look at it again, or restore the other one first"
        )
        raise Conflict(message)
    return stands


def _revision(campaign: Campaign, number: int, given: MigratePorts) -> Revision:
    return given.campaigns.revision(campaign.tenant, campaign.id, number)


def _lane_body(campaign: Campaign, revision: int, shard: int) -> Body:
    named = {"tenant": campaign.tenant, "campaign": campaign.id}
    return {**named, "revision": revision, "lane": shard}
