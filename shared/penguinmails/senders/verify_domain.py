"""Verifies all addresses of a domain by a record that only the domain's owner can publish."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.dns.port import Resolver
from penguinmails.errors import Conflict
from penguinmails.ids import digest
from penguinmails.senders.sender import Sender


class Senders(Protocol):
    """The senders as they stand."""

    def get(self, tenant: str, reference: str) -> Sender: ...
    def verify_domain(self, tenant: str, domain: str, now_at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class DomainPorts:
    """What verifying a domain touches."""

    senders: Senders
    resolver: Resolver
    clock: Clock


@dataclass(frozen=True, slots=True)
class TxtRecord:
    """What has to stand in the DNS."""

    name: str
    value: str


def record_for(tenant: str, domain: str) -> TxtRecord:
    """Give the record that lets one workspace, and no other, send from a domain."""
    value = digest("sender domain", tenant, domain).hex()[:40]
    return TxtRecord(f"_penguinmails.{domain}", f"penguinmails-domain={value}")


def verify_domain(tenant: str, reference: str, given: DomainPorts) -> Sender:
    """Verify a sender's domain, and with it all senders of it.

    Raises NotFound, Unavailable, and Conflict with the record that is missing.
    """
    sender = given.senders.get(tenant, reference)
    record = record_for(tenant, sender.domain)
    if record.value not in given.resolver.txt(record.name):
        raise Conflict(
            f"there is no TXT record {record.name} that says {record.value} yet; publish it, and"
            " ask again when the DNS shows it, which may take an hour"
        )
    given.senders.verify_domain(tenant, sender.domain, given.clock.now())
    return given.senders.get(tenant, reference)
