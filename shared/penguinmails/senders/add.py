"""Adds a sender, or changes the texts of one that is there; nothing is sent from it yet."""

from dataclasses import dataclass, replace
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.errors import Conflict
from penguinmails.senders.sender import NewSender, Sender, VerifiedBy, make_sender


class Senders(Protocol):
    """Where senders are saved."""

    def find(self, tenant: str, reference: str) -> Sender | None: ...
    def claim(self, sender: Sender) -> bool:
        """Take a slug for a sender, before it is saved; tell whether it is this sender's."""
        ...

    def save(self, sender: Sender) -> Sender: ...


@dataclass(frozen=True, slots=True)
class AddPorts:
    """What adding a sender touches."""

    senders: Senders
    clock: Clock


def add_sender(tenant: str, new: NewSender, given: AddPorts, *, operator: bool = False) -> Sender:
    """Add a sender; what an operator adds is verified by that.

    The same address again changes its texts, never its slug or whether it is verified. Raises
    InvalidInput and Conflict.
    """
    now_at = given.clock.now()
    sender = make_sender(tenant, new, now_at)
    stands = given.senders.find(tenant, sender.id)
    if stands is not None:
        if new.slug not in {"", stands.slug}:
            raise Conflict(
                f"this address is the sender {stands.slug} already, and a slug does not change;"
                " leave the slug out, or remove that sender first"
            )
        sender = replace(sender, slug=stands.slug)
    if not given.senders.claim(sender):
        raise Conflict(f"another sender has the slug {sender.slug}; choose one that is free")
    if operator and not (stands and stands.is_verified):
        sender = replace(sender, verified_at=now_at, verified_by=VerifiedBy.OPERATOR)
    return given.senders.save(sender)
