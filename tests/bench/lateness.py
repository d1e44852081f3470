"""Measures how late sends are with 5,000 due at one instant, on a real clock and real ticks."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.contacts.contact import Contact
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments.enrollment import Enrollment, Ref, Status, codes
from penguinmails.enrollments.messages import pack
from penguinmails.enrollments.store import EnrollmentStore
from penguinmails.local.demo.checks import quantile
from penguinmails.local.stack import Stack
from penguinmails.queues.port import Queue
from penguinmails.table.port import Key, Table
from penguinmails.timer.wakeup import WakeUp
from tests.bench.workplace import TEMPLATE, Workplace, in_few_calls, mails, move_in

PEOPLE = 5_000
AHEAD = timedelta(seconds=100)
PATIENCE_S = 180.0


@dataclass(frozen=True, slots=True)
class Appointment:
    """An instant at which many enrollments of one campaign are due."""

    place: Workplace
    campaign: Campaign
    due_at: datetime

    def keep(self) -> Mapping[str, Any]:
        """Wait until all have their mail; give what the journals say about their lateness."""
        stack = self.place.stack
        ahead_s = (self.due_at - self.place.house.adapters.clock.now()).total_seconds()
        deadline = time.monotonic() + ahead_s + PATIENCE_S
        while len(list(stack.mail.mails())) < PEOPLE and time.monotonic() < deadline:
            time.sleep(0.5)
        stack.wait_until_quiet()
        late_s = sorted(int(fact.detail) for fact in self._accepted())
        if len(late_s) != PEOPLE:
            raise RuntimeError(f"{len(late_s)} of {PEOPLE} emails that were due were accepted")
        figures = {"p50": quantile(late_s, 0.5), "p999": quantile(late_s, 0.999), "max": late_s[-1]}
        return {"lateness_s": figures}

    def _accepted(self) -> Iterator[Fact]:
        for row in self._rows():
            yield from (fact for fact in row.facts() if fact.type is FactType.ACCEPTED)

    def _rows(self) -> Iterator[Enrollment]:
        for shard in range(self.campaign.shards):
            after: Key | None = None
            while True:
                page = self.place.house.enrollments.page(
                    self.campaign.tenant, self.campaign.id, shard, after, 500
                )
                yield from page.rows
                after = page.after
                if after is None:
                    break


def make(stack: Stack) -> Appointment:
    """Have 5,000 people wait in a campaign, all for the same instant."""
    place = move_in(stack, PEOPLE)
    people = place.people(PEOPLE)
    campaign = _opened(place)
    due_at = place.house.adapters.clock.now() + AHEAD
    rows = [_waiting(campaign, person, due_at) for person in people]
    wake_ups = [WakeUp(due_at, Queue.ADVANCE, body) for body in pack(row.ref for row in rows)]
    place.house.timer.put(wake_ups)
    enrollments = place.house.adapters.table("enrollments")
    in_few_calls(enrollments, lambda table: _add(rows, table))
    return Appointment(place, campaign, due_at)


def _opened(place: Workplace) -> Campaign:
    draft = place.draft([{"wait": "1 day"}, *mails(1, "")])
    campaigns = place.house.campaigns
    revision = campaigns.revision(place.tenant, draft.id, 1)
    campaigns.pin(place.tenant, revision, dict.fromkeys(revision.sequence.steps, TEMPLATE))
    shards = place.house.contact_shards(place.tenant)
    opened = replace(
        draft, status=CampaignStatus.ACTIVE, shards=shards, launched_at=draft.created_at
    )
    return campaigns.save(draft, opened)


def _waiting(campaign: Campaign, person: Contact, due_at: datetime) -> Enrollment:
    return Enrollment(
        ref=Ref(campaign.tenant, campaign.id, campaign.shards, person.id),
        status=Status.ACTIVE,
        step=1,
        visit=1,
        due_at=due_at,
        step_due_at=due_at,
        revision=1,
        enrolled_at=campaign.created_at,
        journal=codes([Fact(FactType.ENROLLED, campaign.created_at, visit=0, attempt=0)]),
        domain=person.domain,
    )


def _add(rows: list[Enrollment], table: Table) -> None:
    store = EnrollmentStore(table)
    for row in rows:
        store.enroll([row])
