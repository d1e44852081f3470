"""Decides what a row of an import makes of a contact, who may be there already."""

from dataclasses import replace
from datetime import datetime

from penguinmails.contacts.contact import Contact
from penguinmails.imports.person import Person

LARGEST = 200_000
"""Characters of attributes; a row of the table holds twice as many bytes."""


def made(tenant: str, contact: str, person: Person, segment: str, now_at: datetime) -> Contact:
    """Make the contact of somebody new."""
    bare = Contact(tenant, contact, person.email, created_at=now_at, updated_at=now_at)
    return _with(bare, person, segment)


def merged(old: Contact, person: Person, segment: str, now_at: datetime) -> Contact:
    """Write what a row says over what is known; the very same contact if that changes nothing."""
    new = _with(old, person, segment)
    return old if new == old else replace(new, updated_at=now_at)


def fits(contact: Contact) -> bool:
    """Tell whether a contact can be kept: attributes pile up over imports."""
    texts = (value for value in contact.attributes.values() if isinstance(value, str))
    return sum(map(len, texts)) <= LARGEST


def _with(contact: Contact, person: Person, segment: str) -> Contact:
    return replace(
        contact,
        attributes={**contact.attributes, **person.attributes},
        tags=contact.tags | person.tags,
        score=contact.score if person.score is None else person.score,
        segments=contact.segments | ({segment} if segment else frozenset()),
        time_zone=person.time_zone or contact.time_zone,
        locale=person.locale or contact.locale,
    )
