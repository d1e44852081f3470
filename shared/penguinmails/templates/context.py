"""Builds the values a template sees from a contact's attributes: plain data, bounded in size."""

import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from penguinmails.templates.limits import LIST_ITEMS

VALUE_CHARS: Final = 2_000
DEEPEST: Final = 4
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef]")
_WORD: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])|[^\W\da-zA-Z_]+")
_OWN: Final = frozenset({"contact", "unsubscribe_url", "unsubscribeUrl"})


def context_of(attributes: Mapping[str, object]) -> dict[str, object]:
    """Give `contact` and, on top, every attribute under its snake_case and camelCase names."""
    contact: dict[str, object] = {}
    for key, value in list(attributes.items())[:LIST_ITEMS]:
        cleaned = _clean(value, DEEPEST)
        for name in names_of(key):
            contact.setdefault(name, cleaned)
        contact[key] = cleaned
    top = {key: value for key, value in contact.items() if key not in _OWN and key[:1] != "_"}
    return {**top, "contact": contact}


@lru_cache(maxsize=4096)
def names_of(key: str) -> tuple[str, str]:
    """Give a key's snake_case and camelCase names: `First Name` is first_name and firstName."""
    words = [word.lower() for word in _WORD.findall(key)] or [key]
    return "_".join(words), words[0] + "".join(word.capitalize() for word in words[1:])


def _clean(value: object, depth: int) -> object:
    match value:
        case str():
            return _text(value)
        case bool() | None:
            return value
        case int() | float():
            return value if math.isfinite(value) else None
        case Decimal():
            return _decimal(value)
        case date():
            return value.isoformat()
        case Mapping() if depth:
            items = list(value.items())[:LIST_ITEMS]
            return {str(key)[:VALUE_CHARS]: _clean(item, depth - 1) for key, item in items}
        case list() | tuple() if depth:
            return [_clean(item, depth - 1) for item in value[:LIST_ITEMS]]
        case set() | frozenset() if depth:
            return sorted(_text(item) for item in value if isinstance(item, str))[:LIST_ITEMS]
        case _:
            return None


def _text(value: str) -> str:
    text = value[:VALUE_CHARS]
    return text if text.isprintable() else _CONTROL.sub("", text)


def _decimal(value: Decimal) -> int | float | None:
    if not value.is_finite():
        return None
    return int(value) if value == value.to_integral_value() else float(value)
