"""Suppresses an address at a person's request, and ends the walks that it stops."""

from datetime import datetime

from penguinmails.api.ports import ApiPorts, Suppressions
from penguinmails.errors import Conflict, NotFound
from penguinmails.suppressions.suppression import WORKSPACE, Suppression, SuppressionReason

SOURCE = "api"
_FINAL = {
    SuppressionReason.UNSUBSCRIBED: "unsubscribed",
    SuppressionReason.COMPLAINED: "complained",
    SuppressionReason.ERASED: "was erased",
}


def suppress(
    tenant: str,
    contact: str,
    reason: SuppressionReason,
    now_at: datetime,
    ports: ApiPorts,
) -> Suppression:
    """Stop all mail of a workspace to somebody; the first reason stands.

    The entry comes before the exits, so that nothing is sent even if they are interrupted.
    """
    ports.suppressions.add(Suppression(tenant, contact, WORKSPACE, reason, SOURCE, now_at))
    ports.depart(tenant, contact, reason.value, now_at)
    return _entry(tenant, contact, ports.suppressions)


def lift(tenant: str, contact: str, suppressions: Suppressions) -> None:
    """Allow mail again; who unsubscribed or complained can only come back by their own doing.

    Raises NotFound and Conflict.
    """
    entry = _entry(tenant, contact, suppressions)
    if entry.reason in _FINAL:
        message = f"the contact {_FINAL[entry.reason]}; only they can subscribe again"
        raise Conflict(message)
    suppressions.lift(tenant, contact, WORKSPACE)


def _entry(tenant: str, contact: str, suppressions: Suppressions) -> Suppression:
    entries = suppressions.get(tenant, contact)
    found = next((entry for entry in entries if entry.scope == WORKSPACE), None)
    if found is None:
        raise NotFound(f"there is no suppression of contact {contact}")
    return found
