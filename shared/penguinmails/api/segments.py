"""What the API does with segments."""

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.body import Body
from penguinmails.api.call import Call
from penguinmails.api.operation import Operations
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.api.types import Id, Instant, instant
from penguinmails.errors import NotFound
from penguinmails.segments.segment import Segment, make_segment
from penguinmails.tenants.scope import Scope

operations = Operations("segments")


class SegmentBody(Body):
    """A segment to save."""

    name: str = Field("", max_length=255, examples=["Newsletter readers"])


class SegmentView(TypedDict):
    """A segment: a named set of contacts."""

    id: Id
    slug: str
    name: str
    createdAt: Instant


@operations.put("/api/segments/<slug>", Scope.CONTACTS_WRITE)
def put_segment(call: Call, slug: str, body: SegmentBody) -> SegmentView:
    """Create a segment, or name it anew."""
    segment = make_segment(call.tenant, slug, body.name or slug, call.ports.clock.now())
    return _view(call.ports.segments.save(segment))


@operations.get("/api/segments/<reference>", Scope.CONTACTS_READ)
def read_segment(call: Call, reference: str) -> SegmentView:
    """Show a segment, by its id or its slug."""
    found = call.ports.segments.find(call.tenant, reference)
    if found is None:
        raise NotFound(f"there is no segment {reference[:64]}")
    return _view(found)


@operations.get("/api/segments", Scope.CONTACTS_READ)
def list_segments(call: Call, query: PageQuery) -> Listed[SegmentView]:
    """List segments."""
    page = call.ports.segments.page(call.tenant, query.key(call, call.tenant), query.limit)
    return listed(call, map(_view, page.segments), page.after)


def _view(segment: Segment) -> SegmentView:
    return {
        "id": segment.id,
        "slug": segment.slug,
        "name": segment.name,
        "createdAt": instant(segment.created_at),
    }
