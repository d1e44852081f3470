"""Entries of the audit log: each seals the one before it, so none can be altered or taken out."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from penguinmails.clock import to_millis
from penguinmails.table.port import Key

_ID = re.compile(r"[A-Za-z0-9_.:=/+-]{0,128}")
_ACTION = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")


class Outcome(StrEnum):
    """What is known of a deed; UNKNOWN: whoever did it died, or could not tell."""

    DONE = "done"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a deed is done to, by its id alone; the id is empty as long as there is none."""

    kind: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """A change that a key asks for; `id` is the same whenever the request is repeated."""

    tenant: str
    id: str
    at: datetime
    actor: str
    action: str
    subject: Subject
    request: str

    def require_ids(self) -> None:
        """Raise ValueError for what would have to be erased some day: entries are kept for ever."""
        ids = (self.actor, self.request, self.subject.kind, self.subject.id)
        if not all(map(_ID.fullmatch, ids)) or not _ACTION.fullmatch(self.action):
            raise ValueError(f"{self.action[:40]} is not told in ids alone")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A deed whose entry is still to come, and the number that it is to have (0: none yet)."""

    deed: Deed
    outcome: Outcome | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain goes, and the hash with which it ends."""

    number: int = 0
    hash: str = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a tenant's chain."""

    number: int
    deed: Deed
    outcome: Outcome
    previous: str
    hash: str

    @property
    def head(self) -> Head:
        """The chain's end, as long as this is its last entry."""
        return Head(self.number, self.hash)

    def follows(self, head: Head) -> bool:
        """Tell whether this is what was written after that, unaltered."""
        return self == sealed(self.deed, self.outcome, head)


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some entries, and where the next page starts."""

    entries: Sequence[Entry]
    after: Key | None


def subject_of(kind: str, reference: str) -> Subject:
    """Name a subject as a request does; what cannot be an id is left out."""
    return Subject(kind, reference if _ID.fullmatch(reference) else "")


def sealed(deed: Deed, outcome: Outcome, head: Head) -> Entry:
    """Write the entry that comes next: its hash is SHA-256 over all the rest, as canonical JSON."""
    number = head.number + 1
    told = {
        "action": deed.action,
        "actor": deed.actor,
        "at": to_millis(deed.at),
        "deed": deed.id,
        "number": number,
        "outcome": outcome.value,
        "previous": head.hash,
        "request": deed.request,
        "subject": {"id": deed.subject.id, "kind": deed.subject.kind},
        "tenant": deed.tenant,
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return Entry(number, deed, outcome, head.hash, hashlib.sha256(text.encode()).hexdigest())
