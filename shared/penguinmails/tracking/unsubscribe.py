"""Unsubscribes by a link: the suppression first, as it alone holds for ever."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from penguinmails.clock import Clock
from penguinmails.deliveries.event import DeliveryEvent, EventType
from penguinmails.deliveries.messages import heard
from penguinmails.errors import NotFound, Unavailable
from penguinmails.keyring import Keyring
from penguinmails.queues.port import Queue, Queues
from penguinmails.suppressions.suppression import WORKSPACE, Suppression, SuppressionReason
from penguinmails.tracking.tokens import Purpose, Token, decode, encode
from penguinmails.tracking.visit import SOURCE

TEST_MAIL: Final = "test"
"""Stands where a token would: the link of a mail that was only a test, which stops nothing."""
_REASON: Final = SuppressionReason.UNSUBSCRIBED


class Suppressions(Protocol):
    """Who must not be mailed."""

    def add(self, entry: Suppression) -> bool: ...


class Departures(Protocol):
    """Writes the departure down, and ends what the person is enrolled in."""

    def note(self, token: Token, source: str, event: DeliveryEvent, now_at: datetime) -> None: ...
    def depart(self, tenant: str, contact: str, reason: str, now_at: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class UnsubscribePorts:
    """What unsubscribing touches."""

    clock: Clock
    keyring: Keyring
    suppressions: Suppressions
    departures: Departures
    queues: Queues


def reader(text: str, keyring: Keyring) -> Token:
    """Read the token of an unsubscribe link, changing nothing; raises Forbidden."""
    return decode(text, keyring, Purpose.UNSUBSCRIBE)


def unsubscribe(text: str, given: UnsubscribePorts) -> int:
    """Unsubscribe from the workspace, and tell how many enrollments ended.

    The link is enough: campaign, contact and tenant may be gone. Once this returns, nothing that
    existed claims a send. Raises Forbidden; or Unavailable, and then the suppression may stand
    already, and the recorder was asked to end the rest.
    """
    token = reader(text, given.keyring)
    now_at = given.clock.now()
    entry = Suppression(token.tenant, token.contact, WORKSPACE, _REASON, SOURCE, now_at)
    given.suppressions.add(entry)
    event = DeliveryEvent(EventType.UNSUBSCRIBED, "link", now_at, "")
    try:
        ended = given.departures.depart(token.tenant, token.contact, _REASON.value, now_at)
        given.departures.note(token, SOURCE, event, now_at)
    except NotFound:
        return 0
    except Unavailable:
        _leave_to_recorder(token, now_at, given)
        raise
    return ended


def _leave_to_recorder(token: Token, now_at: datetime, given: UnsubscribePorts) -> None:
    event = {
        "id": "link",
        "type": EventType.UNSUBSCRIBED.value,
        "at": now_at.isoformat(),
        "token": encode(token.to(Purpose.MESSAGE), given.keyring),
    }
    given.queues.send(Queue.RECORD, list(heard(token.tenant, SOURCE, [event], now_at)))
