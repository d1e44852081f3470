"""How values of contact data are written, compared and added; nothing here can fail."""

import math
import re

from jinja2 import ChainableUndefined

from penguinmails.templates.limits import LARGEST_NUMBER, STRING_CHARS, Meter

NUMERIC = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?")

Number = int | float


class Missing(ChainableUndefined):
    """A value that is not there: empty, false, and so is everything inside it."""

    __slots__ = ()


def written(value: object) -> str:
    """Write a value the way it stands in an email; what has no such form is empty."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list():
            return _listed(value)
        case _:
            return ""


def _listed(items: list[object]) -> str:
    kept: list[str] = []
    size = 0
    for item in items:
        kept.append("" if isinstance(item, list) else written(item))
        size += len(kept[-1]) + 2
        if size > STRING_CHARS:
            break
    return ", ".join(kept)[:STRING_CHARS]


def number(value: object) -> Number | None:
    """Read a number, also from its decimal text; None if it is not one."""
    if isinstance(value, str):
        if not NUMERIC.fullmatch(value):
            return None
        return float(value) if "." in value else int(value)
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) < LARGEST_NUMBER:
        return value
    return None


def added(meter: Meter, left: object, right: object) -> object:
    """Add two numbers or join two strings; anything else is missing."""
    if isinstance(left, str) and isinstance(right, str):
        meter.string(len(left) + len(right))
        return left + right
    return _sum(number(left), number(right))


def subtracted(left: object, right: object) -> object:
    """Subtract numbers; anything else is missing."""
    taken = number(right)
    return _sum(number(left), None if taken is None else -taken)


def negated(value: object) -> object:
    """Turn a number's sign round; anything else is missing."""
    return subtracted(0, value)


def equal(meter: Meter, left: object, right: object) -> bool:
    """Compare scalars, a number also with its text; lists are equal only if both are empty."""
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        return type(left) is type(right) and not left and not right
    if isinstance(left, str) and isinstance(right, str):
        meter.string(min(len(left), len(right)))
        return left == right
    if isinstance(left, Missing) or isinstance(right, Missing):
        return _empty(left) and _empty(right)
    one, other = number(left), number(right)
    return left == right if one is None or other is None else one == other


def less(meter: Meter, left: object, right: object) -> bool:
    """Order two numbers or two strings; what cannot be ordered is not less."""
    one, other = number(left), number(right)
    if one is not None and other is not None:
        return one < other
    if isinstance(left, str) and isinstance(right, str):
        meter.string(min(len(left), len(right)))
        return left < right
    return False


def contains(meter: Meter, needle: object, hay: object) -> bool:
    """Look for a scalar in a list, a key in an object, a piece in a text."""
    if isinstance(hay, list | tuple):
        return any(equal(meter, needle, item) for item in hay)
    if isinstance(hay, dict):
        return isinstance(needle, str) and needle in hay
    if isinstance(hay, str) and isinstance(needle, str):
        meter.string(len(hay))
        return needle in hay
    return False


def _empty(value: object) -> bool:
    return value is None or isinstance(value, Missing)


def _sum(left: Number | None, right: Number | None) -> object:
    if left is None or right is None:
        return Missing()
    total = left + right
    return Missing() if number(total) is None else total
