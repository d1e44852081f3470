"""Records what ESPs and recipients report, and does at once what it calls for."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from penguinmails.clock import Clock, from_millis
from penguinmails.deliveries.event import DeliveryEvent, EventType
from penguinmails.deliveries.fact import HEARD, BounceClass, Fact, FactType
from penguinmails.deliveries.heard import Bounds, fact_of
from penguinmails.enrollments.correlate import about, ref_of
from penguinmails.enrollments.enrollment import Enrollment, Mail, Ref
from penguinmails.enrollments.messages import pack
from penguinmails.errors import Forbidden
from penguinmails.keyring import Keyring
from penguinmails.queues.port import Body, Queue, Queues
from penguinmails.suppressions.suppression import WORKSPACE, Suppression, SuppressionReason
from penguinmails.tracking.tokens import Purpose, Token, decode


class Journals(Protocol):
    """The rows whose journals are added to."""

    def read(self, refs: Sequence[Ref]) -> dict[Ref, Enrollment]: ...
    def record(self, ref: Ref, facts: Sequence[Fact]) -> Enrollment | None: ...


class Suppressions(Protocol):
    """Who must not be mailed."""

    def add(self, entry: Suppression) -> bool: ...


class Departures(Protocol):
    """Ends the enrollments of a person."""

    def depart(self, tenant: str, contact: str, reason: str, now_at: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class RecordPorts:
    """What recording touches; `receive` reads one raw event of a source."""

    clock: Clock
    keyring: Keyring
    enrollments: Journals
    suppressions: Suppressions
    departures: Departures
    queues: Queues
    receive: Callable[[str, object], DeliveryEvent]


@dataclass(slots=True)
class Recorded:
    """What became of a message's events, by outcome; `unknown` are the words we have none for."""

    outcomes: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Heard:
    """An event whose token is ours."""

    token: Token
    event: DeliveryEvent


def record(body: Body, given: RecordPorts) -> Recorded:
    """Record one message's events; once it returns, everything that they call for is done.

    Recording a message twice, or its events in another order, leaves the same state.
    """
    recorded = Recorded()
    heard = _understood(body, given, recorded)
    _bar(heard, body["source"], given, recorded)
    due = _journal(heard, body, given, recorded)
    for message in pack(due):
        given.queues.send(Queue.ADVANCE, [message])
    return recorded


def _understood(body: Body, given: RecordPorts, recorded: Recorded) -> list[_Heard]:
    events = [given.receive(body["source"], raw) for raw in body["events"]]
    recorded.unknown.update(e.raw_type for e in events if e.type is EventType.UNKNOWN)
    recorded.outcomes["unknown"] = recorded.unknown.total()
    heard = []
    for event in events:
        if event.type is EventType.UNKNOWN:
            continue
        token = _token(event.token, given.keyring)
        if token is None or token.tenant != body["tenant"]:
            recorded.outcomes["bad_token" if token is None else "foreign"] += 1
        else:
            heard.append(_Heard(token, event))
    return heard


def _token(text: str, keyring: Keyring) -> Token | None:
    try:
        return decode(text, keyring, Purpose.MESSAGE)
    except Forbidden:
        return None


def _bar(heard: Sequence[_Heard], source: str, given: RecordPorts, recorded: Recorded) -> None:
    """Suppress whom an event bars, then end all that they are enrolled in."""
    barred: dict[tuple[str, str], SuppressionReason] = {}
    for one in heard:
        reason = _reason(one.event)
        if reason is not None:
            barred.setdefault((one.token.tenant, one.token.contact), reason)
    now_at = given.clock.now()
    for (tenant, contact), reason in barred.items():
        given.suppressions.add(Suppression(tenant, contact, WORKSPACE, reason, source, now_at))
        recorded.outcomes["exited"] += given.departures.depart(
            tenant, contact, reason.value, now_at
        )
        recorded.outcomes[reason.value] += 1


def _reason(event: DeliveryEvent) -> SuppressionReason | None:
    match event.type:
        case EventType.COMPLAINED:
            return SuppressionReason.COMPLAINED
        case EventType.UNSUBSCRIBED:
            return SuppressionReason.UNSUBSCRIBED
        case EventType.BOUNCED if event.bounce is BounceClass.HARD:
            return SuppressionReason.HARD_BOUNCED
        case _:
            return None


def _journal(
    heard: Sequence[_Heard], body: Body, given: RecordPorts, recorded: Recorded
) -> list[Ref]:
    """Add the facts to their journals; give the enrollments that they move."""
    by_ref: dict[Ref, list[_Heard]] = {}
    for one in heard:
        by_ref.setdefault(ref_of(one.token), []).append(one)
    rows = given.enrollments.read(list(by_ref)) if by_ref else {}
    recorded.outcomes["gone"] += sum(len(by_ref[ref]) for ref in by_ref.keys() - rows.keys())
    due = []
    for ref, row in rows.items():
        facts = _facts(by_ref[ref], body, row)
        fresh = _fresh(facts, row)
        recorded.outcomes["recorded"] += len(fresh)
        recorded.outcomes["known"] += len(facts) - len(fresh)
        stands = given.enrollments.record(ref, fresh) if fresh else row
        if stands is not None and _moves(facts, stands):
            due.append(ref)
    return due


def _facts(heard: Sequence[_Heard], body: Body, row: Enrollment) -> list[Fact]:
    bounds = Bounds(row.enrolled_at, from_millis(body["heard"]))
    return [fact_of(body["source"], one.event, about(one.token), bounds) for one in heard]


def _fresh(facts: Sequence[Fact], row: Enrollment) -> list[Fact]:
    """Leave out what the journal holds, even if its time was corrected otherwise."""
    known = {_identity(fact) for fact in row.facts()}
    return list({_identity(f): f for f in facts if _identity(f) not in known}.values())


def _identity(fact: Fact) -> tuple[object, ...]:
    return fact.type, fact.message, fact.source


def _moves(facts: Sequence[Fact], row: Enrollment) -> bool:
    """Tell whether the advancer has something to settle: evidence, or a message to repeat."""
    claim = row.claim
    if claim is not None and claim.uncertain:
        return any(_is_evidence(fact) and _mail(fact) == claim.mail for fact in facts)
    return row.retry is None and any(
        fact.type is FactType.BOUNCED
        and fact.detail == BounceClass.SOFT
        and _mail(fact) == row.last
        for fact in facts
    )


def _is_evidence(fact: Fact) -> bool:
    return fact.type in HEARD or fact.type is FactType.ACCEPTED


def _mail(fact: Fact) -> Mail:
    return Mail(*fact.message)
