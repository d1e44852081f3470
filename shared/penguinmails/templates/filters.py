"""The filters and tests a template may use, each safe for any value and bounded in size."""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from penguinmails.templates.limits import STRING_CHARS, Meter
from penguinmails.templates.values import (
    Missing,
    Number,
    contains,
    equal,
    less,
    number,
    written,
)

Filter = Callable[..., object]
_TAG: Final = re.compile(r"<[^<>]*>|<!--")


def default(value: object, instead: object = "", boolean: object = 0) -> object:
    """Give `instead` for a missing or empty value; with `boolean` also for 0 and false."""
    absent = value is None or value == "" or isinstance(value, Missing)
    return instead if absent or (boolean and not value) else value


def upper(value: object) -> str:
    return written(value).upper()


def lower(value: object) -> str:
    return written(value).lower()


def title(value: object) -> str:
    return " ".join(word[:1].upper() + word[1:].lower() for word in written(value).split(" "))


def capitalize(value: object) -> str:
    return written(value).capitalize()


def trim(value: object) -> str:
    return written(value).strip()


def truncate(value: object, length: object = 255, killwords: object = 0, end: object = "…") -> str:
    """Cut to `length` characters with the end mark, at a word unless `killwords`."""
    text, mark = written(value), written(end)
    most = _whole(length, low=0, high=STRING_CHARS)
    if len(text) <= most:
        return text
    kept = text[: max(most - len(mark), 0)]
    return (kept if killwords or " " not in kept else kept.rsplit(" ", 1)[0]) + mark


def join(value: object, separator: object = "") -> str:
    pieces = [written(item) for item in value] if isinstance(value, list) else [written(value)]
    between = written(separator)
    _bounded(sum(map(len, pieces)) + len(between) * len(pieces))
    return between.join(pieces)


def length(value: object) -> int:
    return len(value) if isinstance(value, str | Sequence | Mapping) else 0


def first(value: object) -> object:
    return value[0] if isinstance(value, str | list) and value else Missing()


def last(value: object) -> object:
    return value[-1] if isinstance(value, str | list) and value else Missing()


def rounded(value: object, precision: object = 0) -> object:
    """Round half up, as people expect of prices; without precision to a whole number."""
    figure = number(value)
    if figure is None:
        return Missing()
    digits = _whole(precision, low=0, high=9)
    scaled = figure * 10**digits
    whole = int(scaled + (0.5 if scaled >= 0 else -0.5))
    return whole / 10**digits if digits else whole


def whole_number(value: object, instead: object = 0) -> object:
    figure = number(value)
    return instead if figure is None else int(figure)


def escape(value: object) -> Markup:
    return Markup(html.escape(written(value)))  # noqa: S704 - escaped right here


def plain(value: object) -> str:
    """Stand for `escape` where nothing has to be escaped: subject and text."""
    return written(value)


def urlencode(value: object) -> str:
    return quote(written(value), safe="", errors="replace")


def striptags(value: object) -> str:
    """Drop tags and runs of white space; the result is still escaped in HTML."""
    return " ".join(_TAG.sub("", written(value)).split())


def is_defined(value: object) -> bool:
    return not isinstance(value, Missing)


def is_missing(value: object) -> bool:
    return isinstance(value, Missing)


def is_none(value: object) -> bool:
    return value is None


def is_odd(value: object) -> bool:
    return _parity(number(value)) == 1


def is_even(value: object) -> bool:
    return _parity(number(value)) == 0


def is_text(value: object) -> bool:
    return isinstance(value, str)


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


FILTERS: Final[Mapping[str, Filter]] = {
    "default": default,
    "d": default,
    "upper": upper,
    "lower": lower,
    "title": title,
    "capitalize": capitalize,
    "trim": trim,
    "truncate": truncate,
    "join": join,
    "length": length,
    "count": length,
    "first": first,
    "last": last,
    "round": rounded,
    "int": whole_number,
    "escape": escape,
    "e": escape,
    "urlencode": urlencode,
    "striptags": striptags,
}
PLAIN_FILTERS: Final[Mapping[str, Filter]] = {**FILTERS, "escape": plain, "e": plain}

TESTS: Final[Mapping[str, Callable[[object], bool]]] = {
    "defined": is_defined,
    "undefined": is_missing,
    "none": is_none,
    "odd": is_odd,
    "even": is_even,
    "string": is_text,
    "number": is_number,
}

Comparison = Callable[[Meter, object, object], bool]
COMPARISONS: Final[Mapping[str, Comparison]] = {
    "eq": equal,
    "ne": lambda meter, left, right: not equal(meter, left, right),
    "lt": less,
    "gt": lambda meter, left, right: less(meter, right, left),
    "lteq": lambda meter, left, right: (
        less(meter, left, right) or (equal(meter, left, right) and _ordered(left, right))
    ),
    "gteq": lambda meter, left, right: (
        less(meter, right, left) or (equal(meter, left, right) and _ordered(left, right))
    ),
    "in": contains,
    "notin": lambda meter, left, right: not contains(meter, left, right),
}
COMPARISON_TESTS: Final[Mapping[str, str]] = {
    "eq": "eq",
    "equalto": "eq",
    "==": "eq",
    "ne": "ne",
    "!=": "ne",
    "lt": "lt",
    "lessthan": "lt",
    "le": "lteq",
    "gt": "gt",
    "greaterthan": "gt",
    "ge": "gteq",
    "in": "in",
}


def _ordered(left: object, right: object) -> bool:
    return not isinstance(left, Missing) and not isinstance(right, Missing) and left is not None


def _parity(figure: Number | None) -> int | None:
    return None if figure is None else int(figure) % 2


def _whole(value: object, *, low: int, high: int) -> int:
    figure = number(value)
    return low if figure is None else max(low, min(high, int(figure)))


def _bounded(chars: int) -> None:
    Meter().string(chars)
