"""What the API does with the properties of contacts."""

from typing import Literal

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.body import Body
from penguinmails.api.call import Call
from penguinmails.api.operation import Operations
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.api.types import Instant, instant
from penguinmails.properties.declare import declare, find, page, remove
from penguinmails.properties.property import Property, PropertyType
from penguinmails.tenants.scope import Scope

operations = Operations("properties")


class PropertyBody(Body):
    """What an attribute is declared to be; its type never changes."""

    type: PropertyType
    label: str = Field("", max_length=255, examples=["Company size"])


class PropertyView(TypedDict):
    """A property: an attribute of contacts with a type and a label."""

    slug: str
    type: PropertyType
    label: str
    createdAt: Instant


class RemovedView(TypedDict):
    """The declaration is gone; the contacts keep their values."""

    status: Literal["removed"]


@operations.put("/api/properties/<slug>", Scope.CONTACTS_WRITE)
def put_property(call: Call, slug: str, body: PropertyBody) -> PropertyView:
    """Declare a property, or give it another label.

    From then on its values are checked wherever they are written. Contacts keep what they have.
    """
    label = body.label or slug
    return _view(declare(call.tenant, slug, body.type, label, call.ports.people().properties))


@operations.get("/api/properties/<slug>", Scope.CONTACTS_READ)
def read_property(call: Call, slug: str) -> PropertyView:
    """Show a property."""
    return _view(find(call.tenant, slug[:64], call.ports.people().properties))


@operations.get("/api/properties", Scope.CONTACTS_READ)
def list_properties(call: Call, query: PageQuery) -> Listed[PropertyView]:
    """List properties by slug."""
    ports = call.ports.people().properties
    found, more = page(call.tenant, query.after(call), query.limit, ports)
    return listed(call, map(_view, found), more)


@operations.delete("/api/properties/<slug>", Scope.CONTACTS_WRITE)
def remove_property(call: Call, slug: str) -> RemovedView:
    """Take a declaration back: from then on the attribute takes any value."""
    remove(call.tenant, slug[:64], call.ports.people().properties)
    return {"status": "removed"}


def _view(found: Property) -> PropertyView:
    return {
        "slug": found.slug,
        "type": found.type,
        "label": found.label,
        "createdAt": instant(found.created_at),
    }
