"""What writing and checking the audit log needs from the rest of the house."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from penguinmails.audit.entry import AuditPage, Deed, Entry, Head, Outcome, Waiting
from penguinmails.clock import Clock
from penguinmails.table.port import Key


class Chain(Protocol):
    """The entries of each tenant, and the deeds whose entries are still to come."""

    def head(self, tenant: str) -> Head: ...
    def entry(self, tenant: str, number: int) -> Entry | None: ...

    def append(self, entry: Entry) -> Entry:
        """Write an entry where none is; give the one that then is there."""
        ...

    def move(self, head: Head, entry: Entry) -> None:
        """Let the chain end with an entry, if it ended right before it."""
        ...

    def open(self, deed: Deed) -> bool:
        """Let a deed wait for its entry; tell whether it did not do so before."""
        ...

    def oldest(self, tenant: str, limit: int) -> Sequence[Waiting]:
        """Read some of the deeds that wait, the longest first."""
        ...

    def aim(self, waiting: Waiting, number: int, outcome: Outcome) -> Waiting | None:
        """Choose an entry's number, unless somebody did; give what then waits, if anything."""
        ...

    def settle(self, entry: Entry) -> None:
        """Remember which entry a deed has, for as long as it may be repeated."""
        ...

    def settled(self, tenant: str, deed: str) -> int:
        """Give the number of a deed's entry; 0: it has none."""
        ...

    def close(self, deed: Deed) -> None:
        """Let a deed wait no longer."""
        ...


@dataclass(frozen=True, slots=True)
class AuditPorts:
    """What `begin`, `finish` and `withdraw` touch."""

    chain: Chain
    clock: Clock


class Entries(Protocol):
    """The entries of each tenant."""

    def head(self, tenant: str) -> Head: ...
    def onwards(self, tenant: str, after: Key | None, limit: int) -> AuditPage:
        """Read a page of a chain, the oldest entry first."""
        ...
