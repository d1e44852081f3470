"""Fills the templates of the demo's pages, escaping every value."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

DASH = "\N{EN DASH}"
SMALLEST = 0.001


def fill(template: str, **values: object) -> str:
    """Give a page as one HTML document that needs no other file."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"count": count, "percent": percent, "span": span, "words": words}
    return environment


def count(value: float) -> str:
    """Write a number for reading: `12,345`, and `1.5` only where there is a fraction."""
    return f"{value:,}" if value % 1 else f"{int(value):,}"


def percent(share: float | None) -> str:
    """Write a share with one decimal: `100%` is all of it, and `0%` nothing, never nearly so."""
    if share is None:
        return DASH
    if share in {0, 1}:
        return f"{share:.0%}"
    if 0 < share < SMALLEST:
        return f"< {SMALLEST:.1%}"
    return f"{min(share, 1 - SMALLEST) if share < 1 else share:.1%}"


def span(window: Mapping[str, str | None]) -> str:
    """Write from when to when something ran, in days; `window` has ISO 8601 or nothing."""
    start, end = _day(window["start"]), _day(window["end"])
    if not start:
        return "not launched"
    if not end:
        return f"since {start}"
    return f"on {start}" if start == end else f"from {start} to {end}"


def words(code: str) -> str:
    """Write a code as words: `hard_bounced` as `hard bounced`."""
    return code.replace("_", " ")


def _day(instant: str | None) -> str:
    return f"{datetime.fromisoformat(instant):%-d %b %Y}" if instant else ""
