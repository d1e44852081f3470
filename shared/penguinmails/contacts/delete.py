"""Deletes a contact: what the person is enrolled in ends, and what bars mail to them stays."""

from penguinmails.contacts.ports import DeletePorts
from penguinmails.errors import NotFound

REASON = "contact_deleted"


def delete(tenant: str, contact: str, given: DeletePorts) -> int:
    """Delete a contact and tell how many enrollments ended; raises NotFound.

    A launch that read the contact before may enroll the person after the first look, so it looks
    again once the contact is gone. Suppressions hold a hash of the address and stay.
    """
    if not given.contacts.read(tenant, [contact]):
        raise NotFound(f"there is no contact {contact}")
    ended = given.depart(tenant, contact, REASON, given.clock.now())
    given.contacts.remove(tenant, contact)
    return ended + given.depart(tenant, contact, REASON, given.clock.now())
