"""Turns the dates that a person writes into instants, in the zone that they mean."""

from datetime import UTC, datetime, timedelta, tzinfo

from penguinmails.errors import InvalidInput, Problem
from penguinmails.tenants.zone import zone_named

FURTHEST = timedelta(days=731)
_SECOND = timedelta(seconds=1)
_YEARS = range(1971, 9000)


def instant_of(text: str, zone: str, now_at: datetime, pointer: str) -> datetime:
    """Read an ISO 8601 date-time: with an offset as it says, else in the zone.

    Raises InvalidInput, also for what is past or more than two years ahead.
    """
    found_at = read_instant(text, zone, pointer)
    if found_at < now_at:
        detail = f"this is in the past (now is {now_at:%Y-%m-%dT%H:%M}Z); choose a later time"
        raise InvalidInput(Problem(pointer, "past_date", detail))
    if found_at - now_at > FURTHEST:
        detail = "this is more than two years ahead; choose an earlier time"
        raise InvalidInput(Problem(pointer, "far_date", detail))
    return found_at


def read_instant(text: str, zone: str, pointer: str) -> datetime:
    """Read an ISO 8601 date-time, whenever it is, to the second."""
    local = _read(text, pointer)
    named = zone_named(zone)
    if named is None:
        raise InvalidInput(unknown_zone())
    return local.astimezone(UTC) if local.tzinfo else first_instant(local, named)


def first_instant(local: datetime, zone: tzinfo) -> datetime:
    """Give the instant of a wall-clock time.

    A time that the clocks skip is the first instant after the gap; one that they show twice is
    its first occurrence.
    """
    early = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if early < late and late.astimezone(zone).replace(tzinfo=None) != local:
        return _transition(early, late, zone)
    return late


def unknown_zone() -> Problem:
    """Say that the campaign's zone is none."""
    detail = "there is no such time zone; write one like Europe/Berlin or UTC"
    return Problem("/timezone", "unknown_time_zone", detail)


def _transition(early: datetime, late: datetime, zone: tzinfo) -> datetime:
    """Find the second between the two at which the zone's offset changes."""
    before = early.astimezone(zone).utcoffset()
    while late - early > _SECOND:
        middle = early + timedelta(seconds=(late - early) // _SECOND // 2)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def _read(text: str, pointer: str) -> datetime:
    try:
        local = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(_unreadable(pointer)) from error
    if not any(mark in text for mark in "T t") or local.year not in _YEARS:
        raise InvalidInput(_unreadable(pointer))
    return local.replace(microsecond=0)


def _unreadable(pointer: str) -> Problem:
    detail = "write a date and time like 2026-03-02T09:00, with +01:00 or Z for an exact instant"
    return Problem(pointer, "invalid_date", detail)
