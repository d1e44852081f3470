"""Reads an event in our own vocabulary, as the sandbox and the public pages write it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from penguinmails.deliveries.bounce import bounce_class
from penguinmails.deliveries.event import DeliveryEvent, EventType
from penguinmails.deliveries.machine import is_machine

LONGEST_TEXT, UNKNOWN_LINK = 200, 65_535


def read_event(raw: object) -> DeliveryEvent:
    """Read one event; whatever is odd about it makes it unknown, never an error.

    An event is an object: `id`, `type` and `token`; `at` (RFC 3339, or epoch seconds). A bounce
    has `class` (hard, soft, block) or `code` (such as 5.1.1); a click has `link`, the number of
    the link in its template, from 0; an open or click has `userAgent` or `machine`.
    """
    given = cast("Mapping[str, object]", raw) if isinstance(raw, Mapping) else {}
    word = _text(given, "type")
    kind = EventType(word) if word in set(EventType) else EventType.UNKNOWN
    bounced = kind is EventType.BOUNCED
    return DeliveryEvent(
        type=kind,
        id=_text(given, "id"),
        at=_instant(given.get("at")),
        token=_text(given, "token"),
        bounce=bounce_class(_text(given, "class"), _text(given, "code")) if bounced else None,
        link=_link(given.get("link")) if kind is EventType.CLICKED else 0,
        machine=given.get("machine") is True or is_machine(_text(given, "userAgent")),
        raw_type=word,
    )


def _text(given: Mapping[str, object], name: str) -> str:
    value = given.get(name)
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def _link(value: object) -> int:
    return value if type(value) is int and 0 <= value < UNKNOWN_LINK else UNKNOWN_LINK


def _instant(value: object) -> datetime | None:
    try:
        match value:
            case str():
                stated_at = datetime.fromisoformat(value)
                return stated_at.astimezone(UTC) if stated_at.tzinfo else None
            case int() | float():
                return datetime.fromtimestamp(value, UTC)
            case _:
                return None
    except (ValueError, OverflowError, OSError):
        return None
