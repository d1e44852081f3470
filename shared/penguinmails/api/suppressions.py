"""The routes of suppressions."""

from http import HTTPStatus
from typing import Any

from pydantic import Field

from penguinmails.api.body import Body, read_body
from penguinmails.api.call import Answer, answered, asked_page, call_of, cursor, identity
from penguinmails.api.campaign_view import instant_text
from penguinmails.api.route import routes
from penguinmails.api.suppress import lift, suppress
from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput, Problem
from penguinmails.suppressions.suppression import Suppression, SuppressionReason
from penguinmails.table.port import Key
from penguinmails.tenants.scope import Scope

router = routes()
SHARDS = 16
"""The partitions of a tenant's entries, which are listed one after another."""


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
    """List suppressions; a page may be empty and yet have a next one."""
    call = call_of(router, Scope.SUPPRESSIONS_READ)
    asked = asked_page(router.current_event, call.tenant, "")
    shard, after = _place(asked.after)
    start = Key(f"{call.tenant}#{shard}", after) if after else None
    page = call.ports.suppressions.page(call.tenant, shard, start, asked.limit)
    following = f"{shard}/{page.after.sk}" if page.after else f"{shard + 1}/"
    more = page.after is not None or shard + 1 < SHARDS
    items = [_view(entry) for entry in page.entries]
    return answered({"items": items, "nextCursor": cursor(following) if more else None})


@router.delete("/api/suppressions/<contact>")
def remove_suppression(contact: str) -> Answer:
    """Allow mail to a contact again, where that is the workspace's to decide."""
    call = call_of(router, Scope.SUPPRESSIONS_WRITE)
    lift(call.tenant, identity(contact, "suppression of contact"), call.ports.suppressions)
    return answered({"status": "lifted"})


def _place(after: Key | None) -> tuple[int, str]:
    if after is None:
        return 0, ""
    shard, _, place = after.sk.partition("/")
    if not (shard.isascii() and shard.isdecimal() and int(shard[:3]) < SHARDS):
        raise InvalidInput(Problem("/cursor", "invalid_cursor", "take the cursor of a page"))
    return int(shard), place


def _view(entry: Suppression) -> dict[str, Any]:
    return {
        "contactId": entry.contact,
        "scope": entry.scope,
        "reason": entry.reason.value,
        "source": entry.source,
        "since": instant_text(entry.since_at),
    }
