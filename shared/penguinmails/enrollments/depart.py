"""Ends every enrollment of a person who must not be mailed any more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from penguinmails.contacts.audience import Membership
from penguinmails.deliveries.event import DeliveryEvent
from penguinmails.deliveries.fact import Fact
from penguinmails.deliveries.heard import Bounds, fact_of
from penguinmails.enrollments.correlate import about, ref_of
from penguinmails.enrollments.enrollment import Enrollment, Ref
from penguinmails.tracking.tokens import Token


class Memberships(Protocol):
    """Tells what a person was ever enrolled in, consistently."""

    def memberships(self, tenant: str, contact: str) -> Sequence[Membership]: ...


class Enrollments(Protocol):
    """The rows that a departure touches."""

    def read(self, refs: Sequence[Ref]) -> dict[Ref, Enrollment]: ...
    def record(self, ref: Ref, facts: Sequence[Fact]) -> Enrollment | None: ...
    def exit(self, ref: Ref, reason: str, now_at: datetime) -> bool: ...


class Departures:
    """Ends what is live; once it returns, no enrollment that existed claims a send."""

    def __init__(self, contacts: Memberships, enrollments: Enrollments) -> None:
        self._contacts = contacts
        self._enrollments = enrollments

    def depart(self, tenant: str, contact: str, reason: str, now_at: datetime) -> int:
        """End every live enrollment of the person and tell how many there were."""
        refs = [
            Ref(tenant, member.campaign, member.shards, contact, member.run)
            for member in self._contacts.memberships(tenant, contact)
        ]
        return sum(self._enrollments.exit(ref, reason, now_at) for ref in refs)

    def note(self, token: Token, source: str, event: DeliveryEvent, now_at: datetime) -> None:
        """Write down, once, what happened to one message; nothing if its enrollment is gone."""
        ref = ref_of(token)
        row = self._enrollments.read([ref]).get(ref)
        if row is None:
            return
        fact = fact_of(source, event, about(token), Bounds(row.enrolled_at, now_at))
        alike = [(old.type, old.message) for old in row.facts()]
        if (fact.type, fact.message) not in alike:
            self._enrollments.record(ref, [fact])
