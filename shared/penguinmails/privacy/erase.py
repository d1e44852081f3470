"""Erases a person: afterwards no table and no export holds the address."""

from datetime import timedelta
from typing import Final

from penguinmails.privacy.ask import file_of
from penguinmails.privacy.ports import PrivacyPorts
from penguinmails.suppressions.suppression import WORKSPACE, Suppression, SuppressionReason

COPIES_LAST: Final = timedelta(days=30)
"""How long an uploaded file is kept; the bucket's lifecycle says so."""
_REASON: Final = SuppressionReason.ERASED


def erase(tenant: str, contact: str, given: PrivacyPorts) -> dict[str, str | int]:
    """Erase a person; each step may be done again, so it may be begun anew after any of them.

    First comes the suppression, a keyed hash of the address, which stays: it bars mail while the
    rest is done, and should somebody import the person again. Enrollments hold no address, but a
    contact's id and a domain, so they stay and the numbers with them; so do the campaigns' rows
    beside the contact. A launch that read the contact before may enroll the person meanwhile,
    hence the second look.
    """
    now_at = given.clock.now()
    given.suppressions.add(Suppression(tenant, contact, WORKSPACE, _REASON, "erasure", now_at))
    given.depart(tenant, contact, _REASON.value, now_at)
    given.contacts.remove(tenant, contact)
    given.depart(tenant, contact, _REASON.value, now_at)
    given.blobs.delete(file_of(tenant, contact))
    copies_expire_at = now_at + COPIES_LAST
    return {
        "enrollments": len(given.contacts.memberships(tenant, contact)),
        "copiesExpireAt": copies_expire_at.isoformat(),
    }
