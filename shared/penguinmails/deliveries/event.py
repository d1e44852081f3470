"""A delivery event: what an ESP or a recipient tells about one message, in our own words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from penguinmails.deliveries.fact import BounceClass


class EventType(StrEnum):
    """What happened. UNKNOWN is whatever we have no word for: counted, never refused."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    OPENED = "opened"
    CLICKED = "clicked"
    UNSUBSCRIBED = "unsubscribed"
    REPLIED = "replied"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One event. `id` is its source's own, the same if the source tells it twice.

    `token` came with the message and names its enrollment. `at` is the source's time, if it
    gave a usable one. `link` is a click's link by its number. `raw_type` is the source's word.
    """

    type: EventType
    id: str
    at: datetime | None
    token: str
    bounce: BounceClass | None = None
    link: int = 0
    machine: bool = False
    raw_type: str = ""
