"""Exports a person: one JSON file of all that is held."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from penguinmails.contacts.contact import Contact
from penguinmails.enrollments.timeline import Entry
from penguinmails.errors import NotFound
from penguinmails.privacy.ask import file_of
from penguinmails.privacy.ports import PrivacyPorts
from penguinmails.suppressions.suppression import Suppression


def export(tenant: str, contact: str, given: PrivacyPorts) -> dict[str, str | int]:
    """Write the file anew; raises NotFound if the person is gone, also if only by its end."""
    found = _contact(tenant, contact, given)
    members = given.contacts.memberships(tenant, contact)
    entries = given.entries_of(tenant, members)
    held = {
        "exportedAt": given.clock.now().isoformat(),
        "contact": _contact_view(found),
        "enrollments": [{"campaignId": each.campaign, "run": each.run} for each in members],
        "history": [_entry_view(entry) for entry in entries],
        "suppressions": _suppressions_view(given.suppressions.get(tenant, contact)),
    }
    data = json.dumps(held, ensure_ascii=False, indent=2).encode()
    name = file_of(tenant, contact)
    given.blobs.put(name, data)
    try:
        _contact(tenant, contact, given)
    except NotFound:
        given.blobs.delete(name)
        raise
    return {"bytes": len(data)}


def _contact(tenant: str, contact: str, given: PrivacyPorts) -> Contact:
    found = given.contacts.read(tenant, [contact]).get(contact)
    if found is None:
        raise NotFound(f"there is no contact {contact} any more")
    return found


def _contact_view(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "email": contact.email,
        "attributes": dict(contact.attributes),
        "tags": sorted(contact.tags),
        "leadScore": contact.score,
        "segments": sorted(contact.segments),
        "timezone": contact.time_zone or None,
        "locale": contact.locale or None,
        "consents": {source: since.isoformat() for source, since in contact.consents.items()},
        "createdAt": _text(contact.created_at),
        "updatedAt": _text(contact.updated_at),
    }


def _entry_view(entry: Entry) -> dict[str, Any]:
    return {
        "at": _text(entry.at),
        "campaignId": entry.campaign,
        "step": entry.step or None,
        "what": entry.what,
    }


def _suppressions_view(entries: Sequence[Suppression]) -> list[dict[str, Any]]:
    return [
        {"scope": e.scope, "reason": e.reason.value, "since": _text(e.since_at)} for e in entries
    ]


def _text(instant_at: datetime | None) -> str | None:
    return instant_at.isoformat() if instant_at else None
