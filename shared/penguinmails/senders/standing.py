"""Tells how an address stands that mail is to be from: whose it is, and what its mail shows."""

from dataclasses import dataclass
from typing import Protocol

from penguinmails.senders.sender import Sender
from penguinmails.tenants.tenant import EspName, Tenant


class Senders(Protocol):
    """The senders as they stand."""

    def find(self, tenant: str, reference: str) -> Sender | None: ...


class Tenants(Protocol):
    """The workspaces."""

    def get(self, tenant: str) -> Tenant: ...


@dataclass(frozen=True, slots=True)
class StandingPorts:
    """What is looked at."""

    senders: Senders
    tenants: Tenants


@dataclass(frozen=True, slots=True)
class Standing:
    """How an address stands. What a sandboxed workspace mails leaves nowhere."""

    is_verified: bool
    postal_address: str
    is_sandboxed: bool

    @property
    def may_send(self) -> bool:
        """Tell whether mail may be from it: in the sandbox, nobody is taken for somebody else."""
        return self.is_verified or self.is_sandboxed


def standing_of(tenant: str, email: str, given: StandingPorts) -> Standing:
    """Tell how an address stands in a workspace; raises NotFound if there is no workspace."""
    found = given.senders.find(tenant, email) if "@" in email else None
    is_sandboxed = given.tenants.get(tenant).esp is EspName.SANDBOX
    if found is None:
        return Standing(is_verified=False, postal_address="", is_sandboxed=is_sandboxed)
    return Standing(found.is_verified, found.postal_address, is_sandboxed)
