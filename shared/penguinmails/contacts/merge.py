"""Decides what is made of a contact by what is said about the person."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from penguinmails.contacts.contact import Contact
from penguinmails.contacts.person import Person

LARGEST = 200_000
"""Characters of attributes; a row of the table holds twice as many bytes."""
MOST_CONSENTS = 20
MOST_MEMBERS = 1_000
"""Of a person's tags, and of their segments."""


def made(
    tenant: str, contact: str, person: Person, segments: frozenset[str], now_at: datetime
) -> Contact:
    """Make the contact of somebody new."""
    bare = Contact(tenant, contact, person.email, created_at=now_at, updated_at=now_at)
    return _with(bare, person, segments, now_at)


def merged(old: Contact, person: Person, segments: frozenset[str], now_at: datetime) -> Contact:
    """Write what is said over what is known; tags and segments are added.

    Gives the very same contact if that changes nothing.
    """
    return touched(old, _with(old, person, segments, now_at), now_at)


def patched(old: Contact, person: Person, now_at: datetime) -> Contact:
    """Write what is said over what is known; tags that are said replace all that there were."""
    tags = old.tags if person.tags is None else person.tags
    new = _with(old, replace(person, tags=None), frozenset(), now_at)
    return touched(old, replace(new, tags=tags), now_at)


def touched(old: Contact, new: Contact, now_at: datetime) -> Contact:
    """Give the contact as changed now; of two changes the later one has the later instant."""
    if new == old:
        return old
    before_at = old.updated_at or now_at
    return replace(new, updated_at=max(now_at, before_at + timedelta(milliseconds=1)))


def fits(contact: Contact) -> bool:
    """Tell whether a contact can be kept: attributes pile up over time."""
    kept = [contact.tags, contact.segments]
    return (
        len(json.dumps(contact.attributes, ensure_ascii=False, default=str)) <= LARGEST
        and len(contact.consents) <= MOST_CONSENTS
        and all(len(members) <= MOST_MEMBERS for members in kept)
    )


def _with(contact: Contact, person: Person, segments: frozenset[str], now_at: datetime) -> Contact:
    attributes = {**contact.attributes, **person.attributes}
    return replace(
        contact,
        attributes={name: each for name, each in attributes.items() if each is not None},
        tags=contact.tags | (person.tags or frozenset()),
        score=contact.score if person.score is None else person.score,
        segments=contact.segments | segments,
        time_zone=contact.time_zone if person.time_zone is None else person.time_zone,
        locale=contact.locale if person.locale is None else person.locale,
        consents=_heard(contact.consents, person.consent, now_at),
    )


def _heard(
    consents: Mapping[str, datetime], source: str, now_at: datetime
) -> Mapping[str, datetime]:
    """Note a source once: when we heard of it first is what counts."""
    return {source: now_at, **consents} if source else consents
