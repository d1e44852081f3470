"""Who reads the events of which source: one pure function each."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from penguinmails.deliveries.event import DeliveryEvent, EventType
from penguinmails.deliveries.read import read_event

_READERS: Final[Mapping[str, Callable[[object], DeliveryEvent]]] = MappingProxyType(
    {"sandbox": read_event, "pixel": read_event}
)


def receive(source: str, raw: object) -> DeliveryEvent:
    """Read one raw event of a source."""
    reader = _READERS.get(source)
    return reader(raw) if reader else DeliveryEvent(EventType.UNKNOWN, "", None, "")
