"""Turns an event into the fact that a journal keeps."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from penguinmails.deliveries.event import DeliveryEvent, EventType
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.ids import digest

SLACK: Final = timedelta(days=1)
"""How far a source's clock may be off before its time is not believed."""

_FACTS: Final[Mapping[EventType, FactType]] = MappingProxyType(
    {
        EventType.ACCEPTED: FactType.ACCEPTED,
        EventType.DELIVERED: FactType.DELIVERED,
        EventType.DEFERRED: FactType.DELAYED,
        EventType.BOUNCED: FactType.BOUNCED,
        EventType.COMPLAINED: FactType.COMPLAINED,
        EventType.OPENED: FactType.OPENED,
        EventType.CLICKED: FactType.CLICKED,
        EventType.UNSUBSCRIBED: FactType.UNSUBSCRIBED,
        EventType.REPLIED: FactType.REPLIED,
    }
)


class About(NamedTuple):
    """The message that an event is about."""

    step: int
    visit: int
    attempt: int
    variant: int


class Bounds(NamedTuple):
    """When the person was enrolled, and when we heard of the event."""

    enrolled_at: datetime
    heard_at: datetime

    def clamp(self, stated_at: datetime | None) -> datetime:
        """Give the source's time, moved to where it can have been."""
        latest_at = self.heard_at + SLACK
        return min(latest_at, max(self.enrolled_at - SLACK, stated_at or self.heard_at))


def fact_of(source: str, event: DeliveryEvent, about: About, bounds: Bounds) -> Fact:
    """Write the event as a fact; the same event gives the same fact."""
    name = event.id or f"{event.at} {event.link}"
    return Fact(
        type=_FACTS[event.type],
        at=bounds.clamp(event.at),
        step=about.step,
        visit=about.visit,
        attempt=about.attempt,
        source=digest(source, name)[:4].hex(),
        detail=event.bounce.value if event.bounce else "",
        link=event.link,
        machine=event.machine,
        variant=about.variant,
    )
