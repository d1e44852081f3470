"""Fills the templates of the demo's pages, escaping every value."""

from datetime import datetime
from functools import cache
from math import floor
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

DASH = "\N{EN DASH}"


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
    environment.filters |= {"count": count, "percent": percent, "day": day, "words": words}
    return environment


def count(value: float) -> str:
    """Write a number for reading: `12,345`, and `1.5` only where there is a fraction."""
    return f"{value:,}" if value % 1 else f"{int(value):,}"


def percent(share: float | None) -> str:
    """Write a share with one decimal, cut rather than rounded, so that 100% means all of it."""
    if share is None:
        return DASH
    tenths = floor(round(share * 1000, 6))
    return f"{tenths // 10}%" if tenths in {0, 1000} else f"{tenths / 10:.1f}%"


def day(instant: str | None) -> str:
    """Write the day of an instant in ISO 8601: `12 Nov 2026`."""
    return f"{datetime.fromisoformat(instant):%-d %b %Y}" if instant else DASH


def words(code: str) -> str:
    """Write a code as words: `hard_bounced` as `hard bounced`."""
    return code.replace("_", " ")
