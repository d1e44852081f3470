"""The routes of suppressions."""

from http import HTTPStatus
from typing import Any

from pydantic import Field

from penguinmails.api.body import Body, read_body
from penguinmails.api.call import Answer, answered, asked_page, call_of, identity, paged
from penguinmails.api.campaign_view import instant_text
from penguinmails.api.route import routes
from penguinmails.api.suppress import lift, suppress
from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput, Problem
from penguinmails.ids import is_uuid
from penguinmails.suppressions.suppression import Suppression, SuppressionReason
from penguinmails.table.port import Key
from penguinmails.tenants.scope import Scope

router = routes()


class SuppressionBody(Body):
    """An address that must not be mailed."""

    email: str = Field(min_length=1, max_length=320)
    reason: SuppressionReason = SuppressionReason.MANUAL


@router.post("/api/suppressions")
def add_suppression() -> Answer:
    """Stop all mail of the workspace to an address."""
    call = call_of(router, Scope.SUPPRESSIONS_WRITE)
    body = read_body(SuppressionBody, router.current_event)
    contact = call.ports.contact_id(call.tenant, normalised(body.email))
    now_at = call.ports.clock.now()
    entry = suppress(call.tenant, contact, body.reason, now_at, call.ports)
    return answered(_view(entry), HTTPStatus.CREATED)


@router.get("/api/suppressions")
def list_suppressions() -> Answer:
    """List suppressions."""
    call = call_of(router, Scope.SUPPRESSIONS_READ)
    asked = asked_page(router.current_event, call.tenant, "")
    page = call.ports.suppressions.page(call.tenant, _place(asked.after), asked.limit)
    return paged([_view(entry) for entry in page.entries], page.after)


@router.delete("/api/suppressions/<contact>")
def remove_suppression(contact: str) -> Answer:
    """Allow mail to a contact again, where that is the workspace's to decide."""
    call = call_of(router, Scope.SUPPRESSIONS_WRITE)
    lift(call.tenant, identity(contact, "suppression of contact"), call.ports.suppressions)
    return answered({"status": "lifted"})


def _place(after: Key | None) -> str:
    """Give the place that a cursor names: a contact's id, and the scope of an entry."""
    if after is None:
        return ""
    if not is_uuid(after.sk.partition("#")[0]):
        raise InvalidInput(Problem("/cursor", "invalid_cursor", "take the cursor of a page"))
    return after.sk


def _view(entry: Suppression) -> dict[str, Any]:
    return {
        "contactId": entry.contact,
        "scope": entry.scope,
        "reason": entry.reason.value,
        "source": entry.source,
        "since": instant_text(entry.since_at),
    }
