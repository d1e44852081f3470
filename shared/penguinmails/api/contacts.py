"""The routes of contacts."""

from typing import Any

from penguinmails.api.call import Answer, answered, call_of, identity
from penguinmails.api.campaign_view import instant_text
from penguinmails.api.route import routes
from penguinmails.contacts.contact import Contact
from penguinmails.errors import NotFound
from penguinmails.tenants.scope import Scope

router = routes()


@router.get("/api/contacts/<contact>")
def read_contact(contact: str) -> Answer:
    """Show a contact, and the campaigns that the person was ever enrolled in."""
    call = call_of(router, Scope.CONTACTS_READ)
    person = identity(contact, "contact")
    found = call.ports.contacts.read(call.tenant, [person]).get(person)
    if found is None:
        raise NotFound(f"there is no contact {person}")
    memberships = call.ports.contacts.memberships(call.tenant, person)
    walks = [{"campaignId": one.campaign, "run": one.run} for one in memberships]
    return answered({**_view(found), "enrollments": walks})


def _view(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "email": contact.email,
        "attributes": dict(contact.attributes),
        "tags": sorted(contact.tags),
        "leadScore": contact.score,
        "segments": sorted(contact.segments),
        "timezone": contact.time_zone or None,
        "locale": contact.locale or None,
        "createdAt": instant_text(contact.created_at),
        "updatedAt": instant_text(contact.updated_at),
    }
