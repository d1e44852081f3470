"""How the API shows contacts, and what happened to them."""

from typing import Any

from typing_extensions import TypedDict

from penguinmails.api.types import Id, Instant, instant, instant_or_none
from penguinmails.contacts.contact import Contact
from penguinmails.enrollments.timeline import Entry


class WalkView(TypedDict):
    """A campaign that a contact is or was enrolled in."""

    campaignId: Id
    run: str


class ContactView(TypedDict):
    """A contact; `consents` says where the person was heard to agree, and when first."""

    id: Id
    email: str
    attributes: dict[str, Any]
    tags: list[str]
    leadScore: float
    segments: list[Id]
    timezone: str | None
    locale: str | None
    consents: dict[str, Instant]
    createdAt: Instant | None
    updatedAt: Instant | None


class EnrolledContactView(ContactView):
    """A contact with all its enrollments."""

    enrollments: list[WalkView]


class EntryView(TypedDict):
    """One thing that happened to a contact: a type for programs, and the same in words."""

    at: Instant
    campaignId: Id
    step: str | None
    type: str
    what: str


def contact_view(contact: Contact) -> ContactView:
    """Show a contact."""
    return {
        "id": contact.id,
        "email": contact.email,
        "attributes": dict(contact.attributes),
        "tags": sorted(contact.tags),
        "leadScore": contact.score,
        "segments": sorted(contact.segments),
        "timezone": contact.time_zone or None,
        "locale": contact.locale or None,
        "consents": {source: instant(since_at) for source, since_at in contact.consents.items()},
        "createdAt": instant_or_none(contact.created_at),
        "updatedAt": instant_or_none(contact.updated_at),
    }


def entry_view(entry: Entry) -> EntryView:
    """Show what happened."""
    return {
        "at": instant(entry.at),
        "campaignId": entry.campaign,
        "step": entry.step or None,
        "type": entry.type,
        "what": entry.what,
    }
