"""Reads the days that a report is asked for."""

from collections.abc import Mapping
from datetime import date

from penguinmails.errors import InvalidInput, Problem


def days_of(query: Mapping[str, str]) -> tuple[date | None, date | None]:
    """Give `startDate` and `endDate` of a query, both counted in; raises InvalidInput."""
    first, last = _day(query, "startDate"), _day(query, "endDate")
    if first and last and last < first:
        raise InvalidInput(Problem("/endDate", "end_before_start", "the end is before the start"))
    return first, last


def _day(query: Mapping[str, str], name: str) -> date | None:
    text = query.get(name, "")
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError as error:
        detail = "write a day like 2026-03-02"
        raise InvalidInput(Problem(f"/{name}", "invalid_date", detail)) from error
