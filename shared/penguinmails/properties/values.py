"""The values of attributes: which can be kept, and how each becomes what its property declares."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from penguinmails.properties.property import PropertyType
from penguinmails.table.port import Value

LONGEST_TEXT = 8_000
MOST_ELEMENTS = 100
DEEPEST = 4
LARGEST_NUMBER = 10**15
WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?", re.ASCII)
_BROKEN = re.compile("[\ud800-\udfff]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a value cannot be kept, and what to write instead."""

    code: str
    detail: str


def typed(value: object, kind: PropertyType) -> Value | Misfit:
    """Give a value as its property declares it; a text is read, as a file holds only texts."""
    return _TYPES[kind](value)


def plain(value: object, depth: int = DEEPEST) -> Value | Misfit:
    """Give the value of an attribute that nobody declared: any JSON, within bounds."""
    match value:
        case bool():
            return value
        case str():
            return _bounded(value)
        case int() | float():
            return _finite(value)
        case Mapping() if depth:
            return _mapping(value, depth - 1)
        case list() | tuple() if depth:
            return _elements(value, depth - 1)
        case None if depth < DEEPEST:
            return None
        case _:
            return Misfit("invalid_value", f"a value is JSON, at most {DEEPEST} levels deep")


def _text(value: object) -> Value | Misfit:
    match value:
        case str():
            return _bounded(value)
        case int() | float() if not isinstance(value, bool):
            return str(value)
        case _:
            return Misfit("not_text", "it is declared as text; write a text")


def _number(value: object) -> Value | Misfit:
    match value:
        case int() | float() if not isinstance(value, bool):
            return _finite(value)
        case str() if WHOLE.fullmatch(value.strip()):
            return int(value)
        case str() if _DECIMAL.fullmatch(value.strip()):
            return float(value)
        case _:
            return Misfit("not_a_number", "it is declared as a number; write one like 12 or 1.5")


def _boolean(value: object) -> Value | Misfit:
    if isinstance(value, bool):
        return value
    found = _TRUTHS.get(str(value).strip().lower()) if isinstance(value, str | int) else None
    if found is None:
        return Misfit("not_a_boolean", "it is declared as boolean; write true or false")
    return found


def _date(value: object) -> Value | Misfit:
    text = value.strip() if isinstance(value, str) else ""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
        if _INSTANT.fullmatch(text):
            instant = datetime.fromisoformat(text).astimezone(UTC)
            return instant.isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        pass
    detail = "it is declared as a date; write one like 2026-03-31 or 2026-03-31T09:00:00Z"
    return Misfit("not_a_date", detail)


def _list(value: object) -> Value | Misfit:
    match value:
        case str():
            parts: Sequence[object] = [text for part in value.split(";") if (text := part.strip())]
        case int() | float() if not isinstance(value, bool):
            parts = [value]
        case list() | tuple() if all(_is_element(each) for each in value):
            parts = value
        case _:
            return Misfit("not_a_list", "it is declared as a list; write texts, in a file a;b;c")
    return _elements(parts, 1)


def _is_element(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _bounded(text: str) -> Value | Misfit:
    if len(text) <= LONGEST_TEXT and not _BROKEN.search(text):
        return text
    detail = f"a text has at most {LONGEST_TEXT} characters, all of them valid; shorten it"
    return Misfit("text_too_long", detail)


def _finite(number: float) -> Value | Misfit:
    if math.isfinite(number) and abs(number) < LARGEST_NUMBER:
        return number
    return Misfit("number_too_large", "a number has at most 15 digits; keep it as a text")


def _elements(values: Sequence[object], depth: int) -> Value | Misfit:
    if len(values) > MOST_ELEMENTS:
        return _TOO_MANY
    kept: list[Value] = []
    for value in values:
        each = plain(value, depth)
        if isinstance(each, Misfit):
            return each
        kept.append(each)
    return kept


def _mapping(values: Mapping[object, object], depth: int) -> Value | Misfit:
    if len(values) > MOST_ELEMENTS:
        return _TOO_MANY
    kept: dict[str, Value] = {}
    for name, value in values.items():
        each = plain(value, depth)
        if isinstance(each, Misfit):
            return each
        kept[str(name)] = each
    return kept


_TOO_MANY = Misfit("too_many_elements", f"it has more than {MOST_ELEMENTS} elements")
_TYPES: Mapping[PropertyType, Callable[[object], Value | Misfit]] = {
    PropertyType.TEXT: _text,
    PropertyType.NUMBER: _number,
    PropertyType.BOOLEAN: _boolean,
    PropertyType.DATE: _date,
    PropertyType.LIST: _list,
}
