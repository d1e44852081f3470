"""What taking and reading imports needs from the rest of the house."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from penguinmails.blobs.port import Blobs
from penguinmails.clock import Clock
from penguinmails.contacts.contact import Contact
from penguinmails.imports.job import ImportJob
from penguinmails.properties.property import Declared
from penguinmails.queues.port import Queues
from penguinmails.segments.segment import Segment
from penguinmails.timer.wakeup import WakeUp


class Imports(Protocol):
    """The imports as they stand."""

    def get(self, tenant: str, job: str) -> ImportJob: ...
    def save(self, old: ImportJob, new: ImportJob) -> bool:
        """Write an import, if it is as it was read; tell whether it was."""
        ...


class Contacts(Protocol):
    """The people, each with the origin of what was written last."""

    def origins(self, tenant: str, ids: Sequence[str]) -> Mapping[str, tuple[Contact, str]]: ...
    def add(self, contact: Contact, origin: str) -> bool: ...
    def replace(self, old: Contact, new: Contact, before: str, origin: str) -> bool:
        """Update a contact, if it and its origin are as they were read; tell whether."""
        ...


class Properties(Protocol):
    """What a workspace says about attributes."""

    def of(self, tenant: str) -> Declared: ...


@dataclass(frozen=True, slots=True)
class ImportPorts:
    """What `read_page` touches; `contact_id` derives an id from (tenant, address)."""

    imports: Imports
    contacts: Contacts
    properties: Properties
    blobs: Blobs
    queues: Queues
    clock: Clock
    contact_id: Callable[[str, str], str]


class NewImports(Protocol):
    """The imports as they stand."""

    def get(self, tenant: str, job: str) -> ImportJob: ...
    def add(self, job: ImportJob) -> bool: ...


class Segments(Protocol):
    """Where the people go."""

    def find(self, tenant: str, reference: str) -> Segment | None: ...
    def add(self, segment: Segment) -> bool: ...


class Timer(Protocol):
    """Keeps what must happen even if this invocation dies."""

    def put(self, wake_ups: Sequence[WakeUp]) -> None: ...


@dataclass(frozen=True, slots=True)
class UploadPorts:
    """What taking an upload touches."""

    imports: NewImports
    segments: Segments
    blobs: Blobs
    timer: Timer
    queues: Queues
    clock: Clock
