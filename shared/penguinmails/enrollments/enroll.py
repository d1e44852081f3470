"""Enrolls one lane of an audience, page by page, each person once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.lane import Lane, are_all_in
from penguinmails.clock import Clock
from penguinmails.contacts.audience import ContactPage, Membership
from penguinmails.contacts.contact import Contact
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments.enrollment import Enrollment, Ref, Status, codes
from penguinmails.enrollments.messages import pack
from penguinmails.queues.port import Queue, Queues
from penguinmails.table.port import Key

PAGE = 200
LEAST_TIME_S = 5.0


class Contacts(Protocol):
    """The audience."""

    def page(self, tenant: str, shard: int, after: Key | None, limit: int) -> ContactPage: ...
    def enroll(self, tenant: str, memberships: Sequence[Membership]) -> None: ...


class Enrollments(Protocol):
    """Where people are enrolled."""

    def enroll(self, people: Sequence[Enrollment]) -> int: ...


class Campaigns(Protocol):
    """The campaign as it stands."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...


class Lanes(Protocol):
    """How far the launch has come."""

    def lane(self, tenant: str, campaign: str, shard: int) -> Lane: ...
    def lanes(self, tenant: str, campaign: str) -> list[Lane]: ...
    def advance(self, tenant: str, campaign: str, old: Lane, new: Lane) -> bool: ...


@dataclass(frozen=True, slots=True)
class EnrollPorts:
    """What enrolling touches."""

    campaigns: Campaigns
    contacts: Contacts
    enrollments: Enrollments
    lanes: Lanes
    queues: Queues
    clock: Clock


@dataclass(slots=True)
class Enrolled:
    """What one invocation did to a lane."""

    added: int = 0
    there: int = 0
    done: bool = False


def enroll_lane(
    tenant: str, campaign: str, shard: int, time_left_s: Callable[[], float], given: EnrollPorts
) -> Enrolled:
    """Go on with a lane until it is done or time is up; then the rest is another message.

    A page that a crash interrupted is enrolled again: whoever is there already is left as they
    are, and enqueued once more, which sends nothing twice.
    """
    enrolled = Enrolled()
    lane = given.lanes.lane(tenant, campaign, shard)
    while not lane.done:
        stands = given.campaigns.get(tenant, campaign)
        if stands.status not in {CampaignStatus.ACTIVE, CampaignStatus.PAUSED}:
            return enrolled
        if time_left_s() < LEAST_TIME_S:
            body = {"tenant": tenant, "campaign": campaign, "lane": shard}
            given.queues.send(Queue.LAUNCH, [body])
            return enrolled
        moved = _enroll_page(stands, lane, enrolled, given)
        if not given.lanes.advance(tenant, campaign, lane, moved):
            return enrolled
        lane = replace(moved, begun=True)
    if are_all_in(given.campaigns.get(tenant, campaign), given.lanes.lanes(tenant, campaign)):
        given.queues.send(Queue.CLOSE, [{"tenant": tenant, "campaign": campaign}])
    enrolled.done = True
    return enrolled


def _enroll_page(campaign: Campaign, lane: Lane, enrolled: Enrolled, given: EnrollPorts) -> Lane:
    after = Key(f"{campaign.tenant}#{lane.shard}", lane.after) if lane.after else None
    page = given.contacts.page(campaign.tenant, lane.shard, after, PAGE)
    people = [person for person in page.contacts if campaign.segment in person.segments]
    now_at = given.clock.now()
    rows = [_row(campaign, person, now_at) for person in people]
    given.contacts.enroll(
        campaign.tenant,
        [Membership(r.ref.contact, campaign.id, r.ref.run, campaign.shards) for r in rows],
    )
    added = given.enrollments.enroll(rows)
    enrolled.added += added
    enrolled.there += len(rows) - added
    given.queues.send(Queue.ADVANCE, list(pack(row.ref for row in rows)))
    return replace(
        lane,
        after=page.after.sk if page.after else lane.after,
        targeted=lane.targeted + len(people),
        done=page.after is None,
    )


def _row(campaign: Campaign, person: Contact, now_at: datetime) -> Enrollment:
    return Enrollment(
        ref=Ref(campaign.tenant, campaign.id, campaign.shards, person.id),
        status=Status.ACTIVE,
        step=0,
        visit=1,
        due_at=now_at,
        step_due_at=now_at,
        revision=campaign.revision,
        enrolled_at=now_at,
        journal=codes([Fact(FactType.ENROLLED, now_at, visit=0, attempt=0)]),
        domain=person.domain,
    )
