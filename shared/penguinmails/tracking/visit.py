"""What a reader's visit to a signed address sets off: an open or a click is reported."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from penguinmails.clock import Clock
from penguinmails.deliveries.event import EventType
from penguinmails.deliveries.machine import is_machine
from penguinmails.deliveries.messages import heard
from penguinmails.errors import Unavailable
from penguinmails.keyring import Keyring
from penguinmails.queues.port import Queue, Queues
from penguinmails.tracking.tokens import Purpose, Token, decode, encode

SOURCE: Final = "pixel"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: `request` tells this visit from all others, `looks` is false for a mere check."""

    request: str
    user_agent: str
    looks: bool = True

    @property
    def machine(self) -> bool:
        """Whether nobody is looking."""
        return not self.looks or is_machine(self.user_agent)


@dataclass(frozen=True, slots=True)
class VisitPorts:
    """What a visit touches; `follow` gives the address that a click's token leads to."""

    clock: Clock
    keyring: Keyring
    queues: Queues
    follow: Callable[[Token], str]


def opened(text: str, visitor: Visitor, given: VisitPorts) -> bool:
    """Report an open and tell whether it is queued; raises Forbidden for a token not ours."""
    token = decode(text, given.keyring, Purpose.OPEN)
    return _report(token, EventType.OPENED, visitor, given)


@dataclass(frozen=True, slots=True)
class Click:
    """Where a click leads, and whether its report is queued."""

    url: str
    reported: bool


def clicked(text: str, visitor: Visitor, given: VisitPorts) -> Click:
    """Report a click and give its address; raises Forbidden or NotFound."""
    token = decode(text, given.keyring, Purpose.CLICK)
    url = given.follow(token)
    return Click(url, _report(token, EventType.CLICKED, visitor, given))


def _report(token: Token, kind: EventType, visitor: Visitor, given: VisitPorts) -> bool:
    """Queue the event; a reader is not kept waiting because the queue is away."""
    now_at = given.clock.now()
    event = {
        "id": visitor.request,
        "type": kind.value,
        "at": now_at.isoformat(),
        "token": encode(token.to(Purpose.MESSAGE), given.keyring),
        "link": token.link,
        "machine": visitor.machine,
    }
    try:
        given.queues.send(Queue.RECORD, list(heard(token.tenant, SOURCE, [event], now_at)))
    except Unavailable:
        return False
    return True
