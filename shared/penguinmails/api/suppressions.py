"""What the API does with suppressions."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.body import Body
from penguinmails.api.call import Call, identity
from penguinmails.api.operation import Operations
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.api.suppress import lift, suppress
from penguinmails.api.types import Id, Instant, instant
from penguinmails.contacts.address import normalised
from penguinmails.suppressions.suppression import Suppression, SuppressionReason
from penguinmails.tenants.scope import Scope

operations = Operations("suppressions")


class SuppressionBody(Body):
    """An address that must not be mailed."""

    email: str = Field(min_length=1, max_length=320, examples=["zoe@example.com"])
    reason: Literal["unsubscribed", "complained", "hard_bounced", "manual"] = "manual"


class SuppressionView(TypedDict):
    """An entry that keeps mail from a contact."""

    contactId: Id
    scope: str
    reason: SuppressionReason
    source: str
    since: Instant


class LiftedView(TypedDict):
    """Mail is allowed again."""

    status: Literal["lifted"]


@operations.post("/api/suppressions", Scope.SUPPRESSIONS_WRITE, HTTPStatus.CREATED)
def add_suppression(call: Call, body: SuppressionBody) -> SuppressionView:
    """Stop all mail of the workspace to an address."""
    contact = call.ports.contact_id(call.tenant, normalised(body.email))
    now_at = call.ports.clock.now()
    return _view(suppress(call.tenant, contact, SuppressionReason(body.reason), now_at, call.ports))


@operations.get("/api/suppressions", Scope.SUPPRESSIONS_READ)
def list_suppressions(call: Call, query: PageQuery) -> Listed[SuppressionView]:
    """List suppressions."""
    page = call.ports.suppressions.page(call.tenant, query.after(call), query.limit)
    return listed(call, map(_view, page.entries), page.after)


@operations.delete("/api/suppressions/<contact>", Scope.SUPPRESSIONS_WRITE)
def remove_suppression(call: Call, contact: str) -> LiftedView:
    """Allow mail to a contact again, where that is the workspace's to decide."""
    lift(call.tenant, identity(contact, "suppression of contact"), call.ports.suppressions)
    return {"status": "lifted"}


def _view(entry: Suppression) -> SuppressionView:
    return {
        "contactId": entry.contact,
        "scope": entry.scope,
        "reason": entry.reason,
        "source": entry.source,
        "since": instant(entry.since_at),
    }
