"""Finds contacts: by id, by address, and page by page by segment or tag."""

from collections.abc import Callable
from dataclasses import dataclass

from penguinmails.contacts.address import normalised
from penguinmails.contacts.audience import ContactPage
from penguinmails.contacts.contact import Contact
from penguinmails.contacts.ports import Directory
from penguinmails.errors import NotFound
from penguinmails.table.port import Key


@dataclass(frozen=True, slots=True)
class Filter:
    """Who is wanted: those in a segment, by its id, those with a tag, or everybody."""

    segment: str = ""
    tag: str = ""

    def wants(self, contact: Contact) -> bool:
        """Tell whether a contact is wanted."""
        in_segment = not self.segment or self.segment in contact.segments
        return in_segment and (not self.tag or self.tag in contact.tags)


def get(tenant: str, contact: str, contacts: Directory) -> Contact:
    """Read a contact by id; raises NotFound."""
    found = contacts.read(tenant, [contact]).get(contact)
    if found is None:
        raise NotFound(f"there is no contact {contact}")
    return found


def find_by_address(
    tenant: str, address: str, contacts: Directory, contact_id: Callable[[str, str], str]
) -> Contact | None:
    """Find the contact of exactly this address, by one read; raises InvalidInput."""
    contact = contact_id(tenant, normalised(address))
    return contacts.read(tenant, [contact]).get(contact)


def browse(
    tenant: str, wanted: Filter, after: Key | None, limit: int, contacts: Directory
) -> ContactPage:
    """List contacts, in the order of their ids within each partition.

    No index leads to them: a page reads on through the workspace's contacts until it is full,
    and stops after 3,000 rows (ten queries, about 1,000 read units where a row has 1 kB). So a
    page may hold few of the wanted, or none, and have a next one.
    """
    return contacts.search(tenant, wanted.wants, after, limit)
