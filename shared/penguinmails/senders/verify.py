"""Verifies an address by its mailed link: looking at it changes nothing, the button does."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.errors import Conflict, Forbidden
from penguinmails.senders.link import read_link
from penguinmails.senders.sender import Sender, VerifiedBy


class Senders(Protocol):
    """The senders as they stand."""

    def find(self, tenant: str, reference: str) -> Sender | None: ...
    def verify(self, sender: Sender, by: VerifiedBy, now_at: datetime) -> Sender: ...


@dataclass(frozen=True, slots=True)
class VerifyPorts:
    """What verifying touches."""

    senders: Senders
    clock: Clock


def look(text: str, given: VerifyPorts) -> Sender:
    """Give the sender whom a link is about, and change nothing; raises Forbidden.

    A link that did its work goes on leading to its sender, so that a second press is no error.
    """
    link = read_link(text)
    sender = given.senders.find(link.tenant, link.sender)
    proof = sender.proof if sender else None
    if sender is None or proof is None or not hmac.compare_digest(proof.hash, link.hash):
        raise Forbidden("This link was replaced by a newer one, or its sender is not there.")
    if not sender.is_verified and given.clock.now() >= proof.until_at:
        raise Forbidden("This link counted for seven days; ask for a new one.")
    return sender


def verify(text: str, given: VerifyPorts) -> Sender:
    """Verify the sender whom a link is about, once; raises Forbidden."""
    sender = look(text, given)
    if sender.is_verified:
        return sender
    try:
        return given.senders.verify(sender, VerifiedBy.LINK, given.clock.now())
    except Conflict:  # replaced or removed just now
        return look(text, given)
