"""An audience as it is read: pages of contacts, and what each is enrolled in."""

from collections.abc import Sequence
from dataclasses import dataclass

from penguinmails.contacts.contact import Contact
from penguinmails.table.port import Key


@dataclass(frozen=True, slots=True)
class ContactPage:
    """Some contacts, and where the next page starts."""

    contacts: Sequence[Contact]
    after: Key | None


@dataclass(frozen=True, slots=True)
class Membership:
    """One campaign that a contact is enrolled in; `shards` is the campaign's."""

    contact: str
    campaign: str
    run: str
    shards: int
