"""Builds the values a template sees from a contact's attributes: plain data, bounded in size."""

import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from penguinmails.contacts.contact import Contact
from penguinmails.properties.names import names_of
from penguinmails.templates.limits import LARGEST_NUMBER, LIST_ITEMS

VALUE_CHARS: Final = 2_000
DEEPEST: Final = 4
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef]")
_OWN: Final = frozenset(
    {
        "contact",
        "unsubscribe_url",
        "unsubscribeUrl",
        "sender_postal_address",
        "senderPostalAddress",
    }
)


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


def context_for(contact: Contact | None) -> dict[str, object]:
    """Give what a template sees of a person; of one who is gone, nothing."""
    if contact is None:
        return context_of({})
    built_in = {
        "email": contact.email,
        "tags": contact.tags,
        "lead_score": contact.score,
        "time_zone": contact.time_zone,
        "locale": contact.locale,
    }
    return context_of({**contact.attributes, **built_in})


def _clean(value: object, depth: int) -> object:
    match value:
        case str():
            return _text(value)
        case bool() | None:
            return value
        case int():
            return value if abs(value) < LARGEST_NUMBER else None
        case float():
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
