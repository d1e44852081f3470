"""Counts, by day, what the facts of one visit to an email step amount to."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from penguinmails.deliveries.fact import HEARD, BounceClass, Fact, FactType

Cell = tuple[date, str]
"""A day and the name of what is counted, such as `s3.unique_opens`."""

LATE_UP_TO_S = (0, 1, 2, 5, 10, 30, 60, 300)
"""Upper bounds, in seconds, of the lateness buckets; what is later is in `late.more`."""

_EACH_TIME: Mapping[tuple[FactType, bool], str] = MappingProxyType(
    {
        (FactType.OPENED, False): "opens",
        (FactType.OPENED, True): "machine_opens",
        (FactType.CLICKED, False): "clicks",
        (FactType.CLICKED, True): "machine_clicks",
    }
)
_ONCE_A_VISIT: Mapping[FactType, str] = MappingProxyType(
    {
        FactType.OPENED: "unique_opens",
        FactType.CLICKED: "unique_clicks",
        FactType.COMPLAINED: "complained",
        FactType.UNSUBSCRIBED: "unsubscribed",
        FactType.REPLIED: "replied",
    }
)
_ONCE_A_MESSAGE: Mapping[FactType, str] = MappingProxyType(
    {
        FactType.BOUNCED: "bounced",
        FactType.REFUSED: "refused",
        FactType.SKIPPED: "skipped",
        FactType.UNCERTAIN: "uncertain",
    }
)
_REACHED = frozenset(_ONCE_A_VISIT)
_GRAVEST_FIRST = (BounceClass.HARD, BounceClass.BLOCK, BounceClass.SOFT)
_NEVER_KNOWN = "uncertain"


def tally(visit: Sequence[Fact], counts: Counter[Cell]) -> None:
    """Add up the facts of one (step, visit), whatever their order and however often they came.

    What is counted once stands on the day it was first known; a repeat stands on its own day.
    """
    step = f"s{visit[0].step}."
    _each_time(visit, step, counts)
    people = _firsts(fact for fact in visit if not fact.machine)
    _once(people, _ONCE_A_VISIT, step, counts)
    _implied_open(people, step, counts)
    for message in _by_attempt(visit):
        _message(message, step, counts)


def lateness_of(message: Iterable[Fact]) -> int | None:
    """Give the seconds by which a message was late; None if its sender never told."""
    told = (fact.detail for fact in message if fact.type is FactType.ACCEPTED)
    return max((int(detail) for detail in told if detail.isdecimal()), default=None)


def _each_time(visit: Sequence[Fact], step: str, counts: Counter[Cell]) -> None:
    for fact in visit:
        name = _EACH_TIME.get((fact.type, fact.machine))
        if name is None:
            continue
        day = fact.at.date()
        counts[day, step + name] += 1
        if name == "clicks":
            counts[day, f"{step}link{fact.link}"] += 1


def _implied_open(people: Mapping[FactType, date], step: str, counts: Counter[Cell]) -> None:
    """Count who clicked as having opened: where images are blocked, nobody tells of the open."""
    if FactType.CLICKED in people and FactType.OPENED not in people:
        for name in ("opens", "unique_opens"):
            counts[people[FactType.CLICKED], step + name] += 1


def _message(message: Sequence[Fact], step: str, counts: Counter[Cell]) -> None:
    firsts = _firsts(message)
    people = _firsts(fact for fact in message if not fact.machine)
    _count(_known(firsts, FactType.ACCEPTED, HEARD), step + "sent", counts)
    _count(_known(people, FactType.DELIVERED, _REACHED), step + "delivered", counts)
    _once(firsts, _ONCE_A_MESSAGE, step, counts)
    if FactType.BOUNCED in firsts:
        _bounce_class(message, firsts[FactType.BOUNCED], step, counts)
    if FactType.SKIPPED in firsts and FactType.UNCERTAIN not in firsts:
        _given_up(message, firsts[FactType.SKIPPED], step, counts)
    _lateness(message, firsts, counts)


def _known(
    firsts: Mapping[FactType, date], told: FactType, implied_by: frozenset[FactType]
) -> date | None:
    """The day on which we were told, else the first on which something implied it."""
    if told in firsts:
        return firsts[told]
    return min((day for kind, day in firsts.items() if kind in implied_by), default=None)


def _bounce_class(message: Sequence[Fact], day: date, step: str, counts: Counter[Cell]) -> None:
    """A message counts in one class, the gravest, so that the classes add up to the bounces."""
    heard = {fact.detail for fact in message if fact.type is FactType.BOUNCED}
    gravest = next((each for each in _GRAVEST_FIRST if each in heard), None)
    if gravest is not None:
        counts[day, f"{step}bounced_{gravest}"] += 1


def _given_up(message: Sequence[Fact], day: date, step: str, counts: Counter[Cell]) -> None:
    if any(fact.type is FactType.SKIPPED and fact.detail == _NEVER_KNOWN for fact in message):
        counts[day, step + "uncertain"] += 1


def _lateness(
    message: Sequence[Fact], firsts: Mapping[FactType, date], counts: Counter[Cell]
) -> None:
    late_s = lateness_of(message)
    if late_s is not None:
        number = bisect_left(LATE_UP_TO_S, late_s)
        bucket = LATE_UP_TO_S[number] if number < len(LATE_UP_TO_S) else "more"
        counts[firsts[FactType.ACCEPTED], f"late.{bucket}"] += 1


def _once(
    firsts: Mapping[FactType, date],
    names: Mapping[FactType, str],
    step: str,
    counts: Counter[Cell],
) -> None:
    for kind, day in firsts.items():
        if kind in names:
            counts[day, step + names[kind]] += 1


def _count(day: date | None, name: str, counts: Counter[Cell]) -> None:
    if day is not None:
        counts[day, name] += 1


def _firsts(facts: Iterable[Fact]) -> dict[FactType, date]:
    """The first day of each kind of fact."""
    firsts: dict[FactType, date] = {}
    for fact in facts:
        day = fact.at.date()
        if day < firsts.get(fact.type, date.max):
            firsts[fact.type] = day
    return firsts


def _by_attempt(visit: Sequence[Fact]) -> Iterable[Sequence[Fact]]:
    attempts: dict[int, list[Fact]] = {}
    for fact in visit:
        attempts.setdefault(fact.attempt, []).append(fact)
    return attempts.values()
