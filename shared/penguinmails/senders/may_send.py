"""Tells whether a workspace may send from an address."""

from typing import Protocol

from penguinmails.senders.sender import Sender


class Senders(Protocol):
    """The senders as they stand."""

    def find(self, tenant: str, reference: str) -> Sender | None: ...


def may_send_from(tenant: str, email: str, senders: Senders) -> bool:
    """Tell whether the address is a sender's, and verified."""
    found = senders.find(tenant, email) if "@" in email else None
    return found is not None and found.is_verified
