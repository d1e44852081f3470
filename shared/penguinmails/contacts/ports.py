"""What finding and changing contacts needs from the rest of the house."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.contacts.audience import ContactPage
from penguinmails.contacts.contact import Contact
from penguinmails.properties.property import Declared
from penguinmails.table.port import Key


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


class Named(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> str: ...


class Segments(Protocol):
    """Finds a segment by its id or its slug."""

    def find(self, tenant: str, reference: str) -> Named | None: ...


@dataclass(frozen=True, slots=True)
class ContactPorts:
    """What changing a contact touches; `contact_id` derives an id from (tenant, address)."""

    contacts: Contacts
    properties: Properties
    segments: Segments
    clock: Clock
    contact_id: Callable[[str, str], str]


class Directory(Protocol):
    """The people, to be looked up."""

    def read(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Contact]: ...
    def search(
        self, tenant: str, wanted: Callable[[Contact], bool], after: Key | None, limit: int
    ) -> ContactPage: ...
    def place(self, tenant: str, sk: str) -> Key:
        """Give the whole key of a place that a page ended at."""
        ...


class Removal(Protocol):
    """The people, to be removed."""

    def read(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Contact]: ...
    def remove(self, tenant: str, contact: str) -> None: ...


@dataclass(frozen=True, slots=True)
class DeletePorts:
    """What deleting a contact touches; `depart` ends all enrollments of a person."""

    contacts: Removal
    depart: Callable[[str, str, str, datetime], int]
    clock: Clock
